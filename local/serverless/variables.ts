import { showPath } from '../../events/problems.ts';
import { isRecord } from '../../events/shape.ts';

export interface Variables {
  readonly stage: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The file's own parameters: their defaults, and what the stage sets in their place. */
  readonly params?: Readonly<Record<string, string>>;
}

/** `${source:name}` with an optional quoted default; CloudFormation's own `${Name}` and `${AWS::Region}` have no such form. */
const VARIABLE = /\$\{([a-z]+):(?!:)([\w.-]+)(?:,\s*'([^']*)')?\}/g;

const valueOf = ({ stage, env, params }: Variables, source: string, name: string): string | undefined => {
  if (source === 'sls') return name === 'stage' ? stage : undefined;
  if (source === 'param') return params?.[name];
  return source === 'env' ? env[name] : undefined;
};

/** The document with its variables filled in; `unknown` is told the path and text of each that has no value here. */
export const fillIn = (document: unknown, variables: Variables, unknown: (path: string, text: string) => void, path: readonly PropertyKey[] = []): unknown => {
  if (typeof document === 'string') {
    return document.replace(VARIABLE, (text, source: string, name: string, fallback: string | undefined) => {
      const value = valueOf(variables, source, name) ?? fallback;
      if (value === undefined) unknown(showPath(path), text);
      return value ?? text;
    });
  }
  if (Array.isArray(document)) return document.map((entry, index) => fillIn(entry, variables, unknown, [...path, index]));
  if (!isRecord(document)) return document;
  return Object.fromEntries(Object.entries(document).map(([key, value]) => [key, fillIn(value, variables, unknown, [...path, key])]));
};
