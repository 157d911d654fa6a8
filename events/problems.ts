import * as z from 'zod/mini';
import { brief } from './brief.ts';
import { nearest } from './nearest.ts';
import { type Path, keysAt, schemaAt, valueAt } from './shape.ts';

/** One thing wrong with an input: where it stands, what is wrong, and in plain words what would be right. */
export interface Problem {
  /** The file as it was named, or what stands for one (`command line`, `environment`). */
  readonly file: string;
  /** Like `data.instances[0].projectId`; empty when the whole file is meant. */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

/** What reading an input gives: its value, or at least one problem. */
export type Parsed<T> = { readonly kind: 'parsed'; readonly value: T } | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** A document of nothing but faults must not fill the screen with them. */
const MOST_PROBLEMS = 50;
/** Nor keep a function busy: a message of 1 MiB has room for half a million faults, and only so many are looked into. */
const MOST_ISSUES = 1_000;

const listed = (words: readonly unknown[]): string => words.map((word) => JSON.stringify(word)).join(', ');

/** `data.instances[0].projectId`; a key that is not a plain word is quoted, and one without end is cut. */
export const showPath = (path: Path): string =>
  path.reduce<string>((shown, key) => {
    if (typeof key === 'number') return `${shown}[${key}]`;
    const word = brief(String(key));
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(word)) return `${shown}[${JSON.stringify(word)}]`;
    return shown === '' ? word : `${shown}.${word}`;
  }, '');

/** A path inside a document that itself stands at `prefix`. */
export const joinPaths = (prefix: string, path: string): string => (prefix === '' || path === '' || path.startsWith('[') ? `${prefix}${path}` : `${prefix}.${path}`);

const kindOf = (value: unknown): string => {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is null';
  if (Array.isArray(value)) return 'is an array';
  if (typeof value === 'string') {
    if (value.trim() === '') return 'is blank';
    return value.length > 60 ? `is a text of ${value.length} characters` : `is ${JSON.stringify(value)}`;
  }
  if (typeof value === 'number') return Number.isSafeInteger(value) ? `is the number ${value}` : 'is a number';
  return typeof value === 'boolean' ? `is ${value}` : 'is an object';
};

/** What the schema at that place says of an empty text: the form it wants, in the words ids.ts gives it. */
const formAt = (schema: z.ZodMiniType, document: unknown, path: Path): string | null => {
  const place = schemaAt(schema, document, path);
  const issues = place === null ? [] : (z.safeParse(place, '').error?.issues ?? []);
  return issues.find(({ message }) => message.startsWith('must be '))?.message ?? null;
};

const WANTED: Readonly<Record<string, string>> = { int: 'a whole number', string: 'a text', array: 'an array', object: 'an object' };

const wantedType = (issue: z.core.$ZodIssueInvalidType, schema: z.ZodMiniType, document: unknown): string => {
  const found = valueAt(document, issue.path);
  const form = formAt(schema, document, issue.path);
  if (issue.expected === 'string' && typeof found === 'number') {
    const field = issue.path.findLast((key) => typeof key === 'string') ?? '';
    const what = /ids?$/i.test(field) ? 'the id' : 'it';
    return `write ${what} as text, in double quotes, copied from its source${form === null ? '' : `; it ${form}`} (a JSON number loses digits above 9007199254740991)`;
  }
  return `${found === undefined ? 'add it' : 'change it'}; it ${form ?? `must be ${WANTED[issue.expected] ?? `a ${issue.expected}`}`}`;
};

const wantedValue = (values: readonly unknown[], found: unknown): string => {
  const texts = values.filter((value) => typeof value === 'string');
  const near = typeof found === 'string' ? nearest(found, texts) : null;
  const oneOf = values.length === 1 ? `it must be ${listed(values)}` : `it must be one of ${listed(values)}`;
  return near === null ? `${found === undefined ? 'add it' : 'change it'}; ${oneOf}` : `did you mean ${JSON.stringify(near)}? ${oneOf}`;
};

const bound = (issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): string => {
  const limit = issue.code === 'too_big' ? issue.maximum : issue.minimum;
  const side = issue.code === 'too_big' ? (issue.inclusive === false ? 'less than' : 'at most') : issue.inclusive === false ? 'more than' : 'at least';
  const unit = issue.origin === 'array' ? (limit === 1 ? ' entry' : ' entries') : issue.origin === 'string' ? ` character${limit === 1 ? '' : 's'}` : '';
  return `it must ${unit === '' ? 'be' : 'have'} ${side} ${limit}${unit}`;
};

const remedyFor = (issue: z.core.$ZodIssue, schema: z.ZodMiniType, document: unknown): string => {
  if (issue.code === 'invalid_type') return wantedType(issue, schema, document);
  if (issue.code === 'invalid_value') return wantedValue(issue.values, valueAt(document, issue.path));
  // A discriminated union names the words that would have chosen one of its forms.
  if (issue.code === 'invalid_union') return wantedValue('options' in issue && Array.isArray(issue.options) ? issue.options : [], valueAt(document, issue.path));
  if (issue.code === 'too_big' || issue.code === 'too_small') return bound(issue);
  if (issue.code === 'invalid_format' && issue.format === 'datetime') return 'it must be a time such as 2026-11-22T08:30:00Z';
  return issue.message.startsWith('must ') ? `it ${issue.message}` : issue.message;
};

const problemOf = (issue: z.core.$ZodIssue, schema: z.ZodMiniType, document: unknown): Omit<Problem, 'file'>[] => {
  const path = showPath(issue.path);
  const found = valueAt(document, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const allowed = keysAt(schema, document, issue.path);
    return issue.keys.map((key) => {
      const near = nearest(key, allowed);
      const hint = near === null ? 'remove this key' : `did you mean ${JSON.stringify(near)}? Rename or remove this key`;
      return { path: showPath([...issue.path, key]), message: 'is not a known key', remedy: allowed.length === 0 ? hint : `${hint}; allowed here: ${allowed.join(', ')}` };
    });
  }
  return [{ path, message: Array.isArray(found) && issue.code !== 'invalid_type' ? `has ${found.length} ${found.length === 1 ? 'entry' : 'entries'}` : kindOf(found), remedy: remedyFor(issue, schema, document) }];
};

/** Places that look missing only because their key is misspelt: the misspelt key is named already. */
const misspelt = (issues: readonly z.core.$ZodIssue[], schema: z.ZodMiniType, document: unknown): ReadonlySet<string> =>
  new Set(
    issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => showPath([...issue.path, nearest(key, keysAt(schema, document, issue.path)) ?? key])) : [],
    ),
  );

/** A place is named once, by the first problem found there. */
const oncePerPlace = (problems: readonly Omit<Problem, 'file'>[]): readonly Omit<Problem, 'file'>[] => {
  const places = new Set<string>();
  return problems.filter(({ path }) => {
    const isNew = !places.has(path);
    places.add(path);
    return isNew;
  });
};

/** Judges a document by a schema; every issue becomes a problem, at most 50 of them and then one line with the rest's number. */
export const validate = <T>(schema: z.ZodMiniType<T>, document: unknown, file: string, prefix = ''): Parsed<T> => {
  const judged = schema.safeParse(document);
  if (judged.success) return { kind: 'parsed', value: judged.data };
  const issues = judged.error.issues.slice(0, MOST_ISSUES);
  const renamed = misspelt(issues, schema, document);
  const named = issues.flatMap((issue) => problemOf(issue, schema, document)).filter(({ path, message }) => message !== 'is missing' || !renamed.has(path));
  const problems = oncePerPlace(named).map(({ path, message, remedy }) => ({ file, path: joinPaths(prefix, path), message, remedy }));
  const rest = problems.length - MOST_PROBLEMS + judged.error.issues.length - issues.length;
  const more: Problem[] = rest > 0 ? [{ file, path: prefix, message: `has ${rest} more problems`, remedy: 'mend those above and check again' }] : [];
  return { kind: 'refused', problems: [...problems.slice(0, MOST_PROBLEMS), ...more] };
};
