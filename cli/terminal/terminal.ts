import type { ExitCode } from './exit.ts';
import { printableJson } from './printable.ts';
import { redactor } from './redact.ts';

/** What a command may know of the world around it; everything written passes the redactor first. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts at the first Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Standard output: the result, and with `--json` one document and nothing else. */
  readonly out: (text: string) => void;
  /** Standard error: problems, progress and logs. */
  readonly err: (text: string) => void;
  /** For what is drawn on standard error by other means. */
  readonly redact: (text: string) => string;
  /** Keeps the credentials of a further environment out of everything written from now on. */
  readonly conceal: (env: Readonly<Record<string, string | undefined>>) => void;
}

/** Hands a command's work to the terminal and keeps its exit code. */
export type Run = (work: (terminal: Terminal) => Promise<ExitCode>) => Promise<void>;

/** The terminal of this very process. */
export const processTerminal = (interrupted: AbortSignal): Terminal => {
  // As it was at the start: a command puts the keys of emulated clouds in its place.
  const known: Terminal['env'][] = [{ ...process.env }];
  let redact = redactor(...known);
  return {
    env: process.env,
    interrupted,
    now: () => Date.now(),
    out: (text) => void process.stdout.write(redact(text)),
    err: (text) => void process.stderr.write(redact(text)),
    redact: (text) => redact(text),
    conceal: (env) => {
      known.push(env);
      redact = redactor(...known);
    },
  };
};

/** Writes a command's one JSON document to standard output. */
export const writeJson = ({ out }: Terminal, document: unknown): void => out(`${printableJson(JSON.stringify(document, null, 2))}\n`);
