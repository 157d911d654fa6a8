import { once } from 'node:events';
import { nearest } from '../../events/nearest.ts';
import type { Parsed, Problem } from '../../events/problems.ts';
import { csmsCredentials, saeCredentials } from '../../local/emulators/credentials.ts';
import { OPERATIONS as CSMS_OPERATIONS } from '../../local/emulators/csms/routes.ts';
import { startCsmsEmulator } from '../../local/emulators/csms/server.ts';
import type { Emulator, EmulatorOptions, Service } from '../../local/emulators/emulator.ts';
import { FaultsDocument } from '../../local/emulators/faults.ts';
import { SeedDocument } from '../../local/emulators/seed.ts';
import { OPERATIONS as SAE_OPERATIONS } from '../../local/emulators/sae/routes.ts';
import { startSaeEmulator } from '../../local/emulators/sae/server.ts';
import { BadInput } from '../terminal/bad-input.ts';
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

const EMULATORS: Readonly<Record<Service, { readonly operations: readonly string[]; readonly start: Start }>> = {
  csms: { operations: CSMS_OPERATIONS, start: (options, env) => startCsmsEmulator({ ...options, credentials: csmsCredentials(env) }) },
  sae: { operations: SAE_OPERATIONS, start: (options, env) => startSaeEmulator({ ...options, credentials: saeCredentials(env) }) },
};

/** A rule for an operation that does not exist would never act, and what it was to show would seem to hold. */
const misnamed = (file: string, { rules }: FaultsDocument, operations: readonly string[]): Problem[] =>
  rules.flatMap(({ match: { operation } }, index) => {
    if (operation === '*' || operations.includes(operation)) return [];
    const near = nearest(operation, operations);
    const remedy = `${near === null ? '' : `did you mean ${near}? `}it must be * or one of ${operations.join(', ')}`;
    return [{ file, path: `rules[${index}].match.operation`, message: `is ${JSON.stringify(operation)}`, remedy }];
  });

const readFaults = async (file: string, operations: readonly string[]): Promise<Parsed<FaultsDocument>> => {
  const faults = await readDocument(FaultsDocument, file);
  const problems = faults.kind === 'parsed' ? misnamed(file, faults.value, operations) : faults.problems;
  return problems.length > 0 ? { kind: 'refused', problems } : faults;
};

const portProblem = (port: number, error: unknown): unknown => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = code === 'EADDRINUSE' ? `port ${port} is in use` : code === 'EACCES' ? `port ${port} may not be opened by you` : null;
  return message === null ? error : new BadInput([{ file: 'command line', path: '--port', message, remedy: 'choose another port, or 0 to have one picked' }]);
};

/** Runs one emulator until Ctrl-C; rejects with BadInput for a bad seed, bad faults or a port that cannot be had. */
export const emulate = async (terminal: Terminal, service: Service, options: EmulateOptions): Promise<ExitCode> => {
  const { operations, start } = EMULATORS[service];
  const none: Parsed<undefined> = { kind: 'parsed', value: undefined };
  const [seed, faults] = await Promise.all([
    options.seed === undefined ? none : readDocument(SeedDocument, options.seed),
    options.faults === undefined ? none : readFaults(options.faults, operations),
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
