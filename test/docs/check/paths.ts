import { globSync, readFileSync, readdirSync } from 'node:fs';
import type { Fault, Page } from './markdown.ts';

/** What a run leaves behind is no part of a checkout. */
const LEFT_BEHIND = new Set(['.git', ...readFileSync('.gitignore', 'utf8').split('\n').map((line) => line.replace(/\/$/, ''))]);

const FOLDERS: ReadonlySet<string> = new Set(
  readdirSync('.', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !LEFT_BEHIND.has(entry.name))
    .map(({ name }) => name),
);

/** A path of this repository begins with one of its folders and a slash; a name alone may be a file of the reader's. */
const isOurs = (text: string): boolean => /^[\w.*/-]+$/.test(text) && text.includes('/') && FOLDERS.has(text.split('/')[0] ?? '');

/** A word in capitals stands for what the reader puts there, so some file must do. */
const patternOf = (path: string): string => path.replaceAll(/\b[A-Z]{2,}\b/g, '*');

/** Paths of this repository in code spans that no file and no folder has; a pattern must fit something. */
export const pathFaults = ({ spans }: Page): Fault[] =>
  spans.filter(({ text }) => isOurs(text) && globSync(patternOf(text)).length === 0).map(({ line, text }) => ({ line, problem: `there is no ${text}` }));
