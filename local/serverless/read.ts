import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { type Parsed, type Problem, validate } from '../../events/problems.ts';
import type { FunctionMapping } from './function-mapping.ts';
import { mappingsOf } from './mappings-of.ts';
import { Params, ServerlessFile } from './schema.ts';
import { cloudFormationTags } from './tags.ts';
import { type Variables, fillIn } from './variables.ts';

/** serverless.yml cannot be carried out here; the message names the file and each field. */
export class UnusableServerless extends Error {
  override readonly name = 'UnusableServerless';
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ file, path, message, remedy }) => [file, path, message, remedy].filter((part) => part !== '').join(': ')).join('\n'));
    this.problems = problems;
  }
}

const refused = (problems: readonly Problem[]): Parsed<never> => ({ kind: 'refused', problems });

const parseYaml = (text: string, file: string): Parsed<unknown> => {
  const document = parseDocument(text, { customTags: cloudFormationTags });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length === 0) return { kind: 'parsed', value: document.toJS() };
  return refused(faults.map(({ message }) => ({ file, path: '', message: `is not YAML that can be read: ${message}`, remedy: 'mend it there' })));
};

const parseServerless = (text: string, file: string, variables: Variables): Parsed<readonly FunctionMapping[]> => {
  const yaml = parseYaml(text, file);
  if (yaml.kind === 'refused') return yaml;
  const judgedParams = validate(Params, yaml.value, file);
  if (judgedParams.kind === 'refused') return judgedParams;
  const { params: byStage } = judgedParams.value;
  const params = { ...byStage['default'], ...byStage[variables.stage] };
  const unknown: Problem[] = [];
  const document = fillIn(yaml.value, { ...variables, params }, (path, variable) => {
    unknown.push({ file, path, message: `holds ${variable}, which has no value here`, remedy: `only sls:stage, env: and the file's own param: are known on one machine; set the variable, or give a default in single quotes` });
  });
  if (unknown.length > 0) return refused(unknown);
  const judged = validate(ServerlessFile, document, file);
  return judged.kind === 'refused' ? judged : mappingsOf(judged.value, file, resolve(dirname(file)), variables.stage);
};

/**
 * Which function is triggered by which queue and how, read from the serverless.yml at `file`; throws UnusableServerless
 * with every problem found. `stage` becomes part of the deployed names.
 */
export const readServerless = (file: string, variables: Variables): readonly FunctionMapping[] => {
  const parsed = parseServerless(readFileSync(file, 'utf8'), file, variables);
  if (parsed.kind === 'refused') throw new UnusableServerless(parsed.problems);
  return parsed.value;
};
