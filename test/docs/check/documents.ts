import { globSync, readFileSync } from 'node:fs';
import { parseDocument, parseEvents } from '../../../events/parse.ts';
import { Policy } from '../../../lib/saga/policy.ts';
import type { Block, Fault, Page } from './markdown.ts';

const jsonProblem = (text: string): string | null => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return 'is no JSON';
  }
  const has = (key: string): boolean => typeof document === 'object' && document !== null && key in document;
  const judged = has('specversion') ? parseEvents(text, 'event') : has('scopes') || has('mode') ? parseDocument(Policy, text, 'policy') : null;
  return judged?.kind === 'refused' ? judged.problems.map(({ file, path, message }) => `is no ${file}: ${path} ${message}`).join('; ') : null;
};

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Code that stands in no file is compiled by nobody. */
const codeProblem = (text: string): string | null => {
  const files = globSync('{bench,cli,deploy,events,functions,lib,local,test}/**/*.ts');
  return files.some((file) => flat(readFileSync(file, 'utf8')).includes(flat(text))) ? null : 'stands in no TypeScript file of this repository';
};

const problemOf = ({ language, text }: Block): string | null => {
  if (language === 'json') return jsonProblem(text);
  return language === 'ts' || language === 'typescript' ? codeProblem(text) : null;
};

/** Blocks of JSON that are none, events and policies that their schemas refuse, and TypeScript that nobody compiles. */
export const documentFaults = ({ blocks }: Page): Fault[] =>
  blocks.flatMap((block) => {
    const problem = problemOf(block);
    return problem === null ? [] : [{ line: block.line, problem: `the ${block.language} ${problem}` }];
  });
