import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type Running, LOCAL_KEYS, begin } from '../cli/probate.ts';
import type { World } from './world.ts';

const JournalEntry = z.object({
  seq: z.int(),
  at: z.number(),
  operation: z.string(),
  request: z.object({ path: z.string(), query: z.record(z.string(), z.string()), body: z.unknown() }),
  status: z.nullable(z.int()),
  effect: z.nullable(z.object({ did: z.string(), names: z.array(z.string()) })),
});
/** One request as an emulator's journal tells it (interfaces.md, Emulators). */
export type JournalEntry = z.infer<typeof JournalEntry>;

const CsmsSecret = z.looseObject({ name: z.string(), updateTime: z.number(), stages: z.record(z.string(), z.string()) });
export type CsmsSecret = z.infer<typeof CsmsSecret>;
const SaeSecret = z.looseObject({ id: z.string() });

const CsmsState = z.object({ secrets: z.array(CsmsSecret) });
const SaeState = z.object({ secrets: z.array(SaeSecret) });

/** What both clouds hold at one moment. */
export interface Held {
  readonly csms: z.infer<typeof CsmsState>['secrets'];
  readonly sae: z.infer<typeof SaeState>['secrets'];
}

export interface Journals {
  readonly csms: readonly JournalEntry[];
  readonly sae: readonly JournalEntry[];
}

/** Both emulators, each in a process of its own: they outlive every kill, as the clouds would. */
export interface Clouds {
  /** What points a command at them, and halves what its start costs. */
  readonly env: Readonly<Record<string, string>>;
  /** Back to nothing, then to what this world holds. */
  readonly hold: (world: World) => Promise<void>;
  /** Moves both clocks and answers the time it was before, epoch ms. */
  readonly pass: (seconds: number) => Promise<number>;
  readonly held: () => Promise<Held>;
  readonly journals: () => Promise<Journals>;
  readonly stop: () => Promise<void>;
}

const FirstLine = z.object({ endpoint: z.url() });
const ClockReply = z.object({ now: z.number() });

const endpointOf = async ({ firstLine, ended }: Running): Promise<string> => {
  const line = await Promise.race([firstLine, ended.then(({ err }) => Promise.reject(new Error(`an emulator did not start: ${err}`)))]);
  return FirstLine.parse(JSON.parse(line)).endpoint;
};

const ask = async <T>(schema: z.ZodMiniType<T>, endpoint: string, what: string, document?: unknown): Promise<T> => {
  const answer = await fetch(`${endpoint}/_emulator/${what}`, document === undefined ? {} : { method: 'POST', body: JSON.stringify(document) });
  if (!answer.ok) throw new Error(`${what}: ${await answer.text()}`);
  return schema.parse(await answer.json());
};

/** Starts both, empty; `folder` is where their seed file may lie, and what every process would compile for itself. */
export const startClouds = async (folder: string): Promise<Clouds> => {
  // Started with a seed of nothing, since reset goes back to the first one there was.
  const nothing = join(folder, 'nothing.json');
  writeFileSync(nothing, '{}');
  const emulators = [begin(['emulate', 'csms', '--seed', nothing]), begin(['emulate', 'sae', '--seed', nothing])] as const;
  const [csms, sae] = await Promise.all([endpointOf(emulators[0]), endpointOf(emulators[1])]);
  const tellBoth = async (what: string, document: unknown): Promise<unknown[]> => Promise.all([csms, sae].map((endpoint) => ask(z.unknown(), endpoint, what, document)));
  return {
    env: { ...LOCAL_KEYS, NODE_COMPILE_CACHE: join(folder, 'compiled'), HUAWEICLOUD_CSMS_ENDPOINT: csms, HUAWEICLOUD_IAM_ENDPOINT: csms, ALIBABA_CLOUD_SAE_ENDPOINT: sae },
    hold: async ({ seed, faults }) => {
      await tellBoth('reset', {});
      await tellBoth('seed', seed);
      await ask(z.unknown(), csms, 'faults', faults.csms);
      await ask(z.unknown(), sae, 'faults', faults.sae);
    },
    pass: async (seconds) => {
      const [reply] = await tellBoth('clock', { advanceSeconds: seconds });
      return ClockReply.parse(reply).now - seconds * 1_000;
    },
    held: async () => ({ csms: (await ask(CsmsState, csms, 'state')).secrets, sae: (await ask(SaeState, sae, 'state')).secrets }),
    journals: async () => ({ csms: await ask(z.array(JournalEntry), csms, 'journal'), sae: await ask(z.array(JournalEntry), sae, 'journal') }),
    stop: async () => {
      for (const { signal } of emulators) signal('SIGINT');
      await Promise.all(emulators.map(({ ended }) => ended));
    },
  };
};
