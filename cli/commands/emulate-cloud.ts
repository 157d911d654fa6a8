import { once } from 'node:events';
import { nearest } from '../../events/nearest.ts';
import type { Parsed, Problem } from '../../events/problems.ts';
import type { Names } from '../../local/emulators/control.ts';
import { csmsCredentials, saeCredentials } from '../../local/emulators/credentials.ts';
import { ERROR_CODES as CSMS_CODES } from '../../local/emulators/csms/errors.ts';
import { OPERATIONS as CSMS_OPERATIONS } from '../../local/emulators/csms/routes.ts';
import { startCsmsEmulator } from '../../local/emulators/csms/server.ts';
import type { Emulator, EmulatorOptions, Service } from '../../local/emulators/emulator.ts';
import { FaultsDocument } from '../../local/emulators/faults.ts';
import { SeedDocument } from '../../local/emulators/seed.ts';
import { ERROR_CODES as SAE_CODES } from '../../local/emulators/sae/errors.ts';
import { OPERATIONS as SAE_OPERATIONS } from '../../local/emulators/sae/routes.ts';
import { startSaeEmulator } from '../../local/emulators/sae/server.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { onCommandLine } from '../terminal/command-line.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { readDocument } from '../terminal/read.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The options of `emulate`; port 0 has the system pick one. */
export interface EmulateOptions {
  readonly port: number;
  readonly seed?: string;
  readonly faults?: string;
}

type Start = (options: EmulatorOptions<never>, env: Terminal['env']) => Promise<Emulator<unknown>>;

const EMULATORS: Readonly<Record<Service, { readonly names: Names; readonly start: Start }>> = {
  csms: { names: { operations: CSMS_OPERATIONS, codes: CSMS_CODES }, start: (options, env) => startCsmsEmulator({ ...options, credentials: csmsCredentials(env) }) },
  sae: { names: { operations: SAE_OPERATIONS, codes: SAE_CODES }, start: (options, env) => startSaeEmulator({ ...options, credentials: saeCredentials(env) }) },
};

const mustBe = (file: string, path: string, given: string, known: readonly string[], also = ''): Problem[] => {
  if (known.includes(given)) return [];
  const near = nearest(given, known);
  return [{ file, path, message: `is ${JSON.stringify(given)}`, remedy: `${near === null ? '' : `did you mean ${near}? `}it must be ${also}one of ${known.join(', ')}` }];
};

/** A rule for an operation or an error that does not exist would never act, and what it was to show would seem to hold. */
const misnamed = (file: string, { rules }: FaultsDocument, { operations, codes }: Names): Problem[] =>
  rules.flatMap(({ match: { operation }, effect: { code } }, index) => [
    ...(operation === '*' ? [] : mustBe(file, `rules[${index}].match.operation`, operation, operations, '* or ')),
    ...(code === undefined ? [] : mustBe(file, `rules[${index}].effect.code`, code, codes)),
  ]);

const readFaults = async (file: string, names: Names): Promise<Parsed<FaultsDocument>> => {
  const faults = await readDocument(FaultsDocument, file);
  const problems = faults.kind === 'parsed' ? misnamed(file, faults.value, names) : faults.problems;
  return problems.length > 0 ? { kind: 'refused', problems } : faults;
};

const portProblem = (port: number, error: unknown): unknown => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = code === 'EADDRINUSE' ? `port ${port} is in use` : code === 'EACCES' ? `port ${port} may not be opened by you` : null;
  return message === null ? error : new BadInput([onCommandLine('--port', message, 'choose another port, or 0 to have one picked')]);
};

/** Runs one emulator until Ctrl-C; rejects with BadInput for a bad seed, bad faults or a port that cannot be had. */
export const emulate = async (terminal: Terminal, service: Service, options: EmulateOptions): Promise<ExitCode> => {
  const { names, start } = EMULATORS[service];
  const none: Parsed<undefined> = { kind: 'parsed', value: undefined };
  const [seed, faults] = await Promise.all([
    options.seed === undefined ? none : readDocument(SeedDocument, options.seed),
    options.faults === undefined ? none : readFaults(options.faults, names),
  ]);
  if (seed.kind === 'refused' || faults.kind === 'refused') {
    throw new BadInput([seed, faults].flatMap((read) => (read.kind === 'refused' ? read.problems : [])));
  }
  const chosen = { ...(seed.value === undefined ? {} : { seed: seed.value }), ...(faults.value === undefined ? {} : { faults: faults.value }) };
  const emulator = await start({ port: options.port, ...chosen }, terminal.env).catch((error: unknown) => {
    throw portProblem(options.port, error);
  });
  terminal.out(`${JSON.stringify({ service: emulator.service, endpoint: emulator.endpoint })}\n`);
  if (!terminal.interrupted.aborted) await once(terminal.interrupted, 'abort');
  await emulator.close();
  return EXIT.settled;
};
