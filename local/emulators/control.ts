import * as z from 'zod/mini';
import { IN_ENGLISH } from '../in-english.ts';
import type { JournalEntry } from './emulator.ts';
import { FaultsDocument } from './faults.ts';
import { SeedDocument, type ParsedSeed } from './seed.ts';
import { readJson, type Incoming, type Outgoing } from './wire.ts';

/** What a fault rule may name: operations, and the errors the cloud documents. */
export interface Names {
  readonly operations: readonly string[];
  readonly codes: readonly string[];
}

/** What the endpoints under /_emulator do to the emulator they belong to. */
export interface EmulatorControls {
  readonly names: Names;
  journal(): readonly JournalEntry[];
  state(): unknown;
  reset(): void;
  seed(seed: ParsedSeed): void;
  faults(faults: FaultsDocument): void;
  advance(seconds: number): void;
  now(): number;
}

/** A century at a time: beyond what a date can hold nothing could be told any more. */
const ClockDocument = z.strictObject({ advanceSeconds: z.number().check(z.minimum(0), z.maximum(3_155_760_000)) });

const reply = (status: number, body: unknown): Outgoing => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(body)}\n`,
  code: null,
  effect: null,
});

const refusal = (problems: readonly string[]): Outgoing => reply(400, { problems });

const parsed = <T>(schema: z.ZodMiniType<T>, { body }: Incoming, carryOut: (document: T) => Outgoing): Outgoing => {
  const json = readJson(body);
  if (json === null) return refusal(['the body is no JSON']);
  const result = schema.safeParse(json.value ?? {}, IN_ENGLISH);
  if (result.success) return carryOut(result.data);
  return refusal(result.error.issues.map(({ path, message }) => `${path.length === 0 ? 'document' : path.join('.')}: ${message}`));
};

/** Fault rules may only name what the cloud has: a misspelt one would never act, or act as nobody's error, and a test would prove nothing. */
export const unknownNames = ({ rules }: FaultsDocument, { operations, codes }: Names): readonly string[] =>
  rules.flatMap(({ match: { operation }, effect: { code } }, index) => [
    ...(operation === '*' || operations.includes(operation) ? [] : [`rules.${index}.match.operation: must be * or one of ${operations.join(', ')}`]),
    ...(code === undefined || codes.includes(code) ? [] : [`rules.${index}.effect.code: must be one of ${codes.join(', ')}`]),
  ]);

export const isControl = ({ path }: Incoming): boolean => path.startsWith('/_emulator/');

/** Answers a request below /_emulator (interfaces.md, Emulators); no credentials are asked for. */
export const control = (incoming: Incoming, controls: EmulatorControls): Outgoing => {
  switch (`${incoming.method} ${incoming.path}`) {
    case 'GET /_emulator/journal':
      return reply(200, controls.journal());
    case 'GET /_emulator/state':
      return reply(200, controls.state());
    case 'POST /_emulator/reset':
      controls.reset();
      return reply(200, {});
    case 'POST /_emulator/seed':
      return parsed(SeedDocument, incoming, (seed) => {
        controls.seed(seed);
        return reply(200, {});
      });
    case 'POST /_emulator/faults':
      return parsed(FaultsDocument, incoming, (faults) => {
        const problems = unknownNames(faults, controls.names);
        if (problems.length > 0) return refusal(problems);
        controls.faults(faults);
        return reply(200, {});
      });
    case 'POST /_emulator/clock':
      return parsed(ClockDocument, incoming, ({ advanceSeconds }) => {
        controls.advance(advanceSeconds);
        return reply(200, { now: controls.now() });
      });
    default:
      return reply(404, { problems: [`${incoming.method} ${incoming.path} is not an endpoint of the emulator`] });
  }
};
