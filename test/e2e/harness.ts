import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, vi } from 'vitest';
import { openState } from '../../lib/adapters/sqlite/state.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import { openStore } from '../../lib/workflow/wiring/open-store.ts';
import type { OpenedStore } from '../../lib/workflow/wiring/tiers.ts';
import { startCsmsEmulator } from '../../local/emulators/csms/server.ts';
import type { JournalEntry } from '../../local/emulators/emulator.ts';
import type { FaultsDocument } from '../../local/emulators/faults.ts';
import { startSaeEmulator } from '../../local/emulators/sae/server.ts';
import type { Seed } from '../../local/emulators/seed.ts';
import { aPolicy } from '../cli/builders.ts';
import { type Ended, type Given, LOCAL_KEYS, type Running, begin } from '../cli/probate.ts';
import { RunDocument } from './result.ts';
import { chosenTier } from './tier.ts';

// Each case runs several processes, which on a busy machine take a multiple of their half second.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** As little waiting as a policy allows, so that a whole life of a saga passes within a second. */
export const swift = (fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
  aPolicy({
    mode: 'immediate',
    soakSeconds: 0,
    verify: { firstDelaySeconds: 0, proofs: 2, intervalSeconds: 0 },
    dependency: { retryAfterSeconds: 0, giveUpAfterSeconds: 0 },
    retry: { attempts: 3, baseSeconds: 0, capSeconds: 0, deadlineSeconds: 2, settleSeconds: 0 },
    pace: { csms: { calls: 1_000, perSeconds: 1 }, sae: { calls: 1_000, perSeconds: 1 } },
    ...fields,
  });

/** A run's exit code, what it printed, and what it said on standard error. */
export interface Told {
  readonly code: number | null;
  readonly result: RunDocument;
  readonly err: string;
}

export const told = ({ code, out, err }: Ended): Told => {
  if (out === '' || code === 1 || code === 2) throw new Error(`no result, exit code ${code}: ${err}`);
  return { code, result: RunDocument.parse(JSON.parse(out)), err };
};

/** What goes wrong in a cloud. */
export type Rule = FaultsDocument['rules'][number];

export interface SiteOptions {
  readonly seed?: Seed;
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly csmsFaults?: readonly Rule[];
  readonly saeFaults?: readonly Rule[];
  /** Who sleeps by it is a request held up by a fault. */
  readonly clock?: Clock;
}

/** One folder with a policy and a state, and both clouds behind loopback ports of this process. */
export interface Site {
  readonly env: Readonly<Record<string, string>>;
  readonly state: string;
  readonly csms: Awaited<ReturnType<typeof startCsmsEmulator>>;
  readonly sae: Awaited<ReturnType<typeof startSaeEmulator>>;
  /** Writes a document into the folder and gives its path. */
  readonly file: (name: string, content: unknown) => string;
  /** Starts a command that takes --policy, --state and --json. */
  readonly begin: (command: string, args?: readonly string[], given?: Given) => Running;
  /** The command to its end, with its one document parsed. */
  readonly told: (command: string, args?: readonly string[], given?: Given) => Promise<Told>;
  /** `run` with these events in one file. */
  readonly run: (events: readonly unknown[], args?: readonly string[], given?: Given) => Promise<Told>;
  readonly plan: (events: readonly unknown[], given?: Given) => Promise<Told>;
  /** What both clouds were asked, CSMS first, since the last `forget`. */
  readonly journal: () => readonly JournalEntry[];
  readonly operations: () => readonly string[];
  /** What was asked that could change something. */
  readonly changes: () => readonly string[];
  readonly forget: () => void;
  /** Resolves once the journals show it. */
  readonly until: (shown: () => boolean) => Promise<void>;
  /** Moves state and clouds on together, as time would; only where the tier's time can be moved. */
  readonly pass: (seconds: number) => void;
  /** Opens ledger and queues in this process; they are closed after `use`. */
  readonly withState: <T>(use: (state: OpenedStore) => Promise<T> | T) => Promise<T>;
}

const open: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const close of open.splice(0)) await close();
});

export const aFolder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'probate-e2e-'));
  open.push(async () => rmSync(path, { recursive: true, force: true }));
  return path;
};

const READS = new Set(['ListSecrets', 'ShowSecret', 'ShowSecretStage', 'ListSecretVersions', 'CreateToken']);

const nameOf = ({ operation, request }: JournalEntry): string => {
  const [, , , , ...rest] = request.path.split('/');
  const subject = request.query['SecretId'] ?? (request.path.includes('/pop/') || rest[0] === 'batch-delete' ? '' : rest[0]);
  return subject === undefined || subject === '' ? operation : `${operation} ${subject}`;
};

export const aSite = async ({ seed = {}, policy = swift(), csmsFaults = [], saeFaults = [], clock }: SiteOptions = {}): Promise<Site> => {
  const timed = clock === undefined ? {} : { clock };
  const csms = await startCsmsEmulator({ seed, faults: { rules: [...csmsFaults] }, ...timed });
  const sae = await startSaeEmulator({ seed, faults: { rules: [...saeFaults] }, ...timed });
  open.push(() => csms.close(), () => sae.close());
  const folder = aFolder();
  const state = join(folder, 'state');
  const env = {
    ...LOCAL_KEYS,
    HUAWEICLOUD_CSMS_ENDPOINT: csms.endpoint,
    HUAWEICLOUD_IAM_ENDPOINT: csms.endpoint,
    ALIBABA_CLOUD_SAE_ENDPOINT: sae.endpoint,
    ...chosenTier().site(),
  };
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const policyFile = file('policy.json', policy);
  let files = 0;
  const eventFile = (events: readonly unknown[]): string => {
    files += 1;
    return file(`events-${files}.json`, events);
  };
  const forgotten = { csms: 0, sae: 0 };
  const journal = (): JournalEntry[] => [...csms.journal().slice(forgotten.csms), ...sae.journal().slice(forgotten.sae)];
  const start: Site['begin'] = (command, args = [], given = {}) =>
    begin([command, '--policy', policyFile, '--state', state, '--json', ...args], { ...given, env: { ...env, ...given.env } });
  const toldOf: Site['told'] = async (command, args, given) => told(await start(command, args, given).ended);
  const withState: Site['withState'] = async (use) => {
    await chosenTier().prepare(env);
    const opened = await openStore({ PROBATE_STATE: state, ...env });
    try {
      return await use(opened);
    } finally {
      opened.close();
    }
  };
  return {
    env,
    state,
    csms,
    sae,
    file,
    begin: start,
    told: toldOf,
    run: (events, args = [], given = {}) => toldOf('run', [...args, eventFile(events)], given),
    plan: (events, given = {}) => toldOf('plan', [eventFile(events)], given),
    journal,
    operations: () => journal().map(nameOf),
    changes: () => journal().filter(({ operation }) => !READS.has(operation)).map(nameOf),
    forget: () => {
      forgotten.csms = csms.journal().length;
      forgotten.sae = sae.journal().length;
    },
    until: async (shown) => void (await vi.waitUntil(shown, { timeout: 20_000, interval: 10 })),
    pass: (seconds) => {
      if (!chosenTier().movesTime) throw new Error('no test can move the time of this tier');
      const opened = openState(state);
      opened.clock.advance(seconds * 1_000);
      opened.close();
      csms.advance(seconds);
      sae.advance(seconds);
    },
    withState,
  };
};
