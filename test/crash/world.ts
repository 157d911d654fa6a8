import type { FaultsDocument } from '../../local/emulators/faults.ts';
import type { Seed } from '../../local/emulators/seed.ts';
import { aPolicy } from '../cli/builders.ts';
import { NAMESPACE } from '../e2e/builders.ts';
import { anEvent } from '../events/builders.ts';
import { type Prng, prngOf } from '../simulation/prng.ts';
import { bystanders } from './bystanders.ts';
import { type Drawn, type Fate, drawInstance } from './instances.ts';

export type Mode = 'immediate' | 'recoverable';

/** What one time is about: what the clouds hold, what was decommissioned, and what must have become of it in the end. */
export interface World {
  readonly mode: Mode;
  readonly seed: Seed;
  readonly faults: { readonly csms: FaultsDocument; readonly sae: FaultsDocument };
  readonly events: readonly unknown[];
  readonly policy: Readonly<Record<string, unknown>>;
  readonly fates: readonly Fate[];
}

/** What a network adds to a call. On this machine alone a call is so short that hardly a kill would fall between it and its reply. */
export const LONGEST_ON_ITS_WAY_MS = 100;

const WRITES = { csms: ['BatchDeleteSecrets', 'DeleteSecret', 'DeleteSecretForSchedule', 'RestoreSecret', 'DeleteSecretStage'], sae: ['DeleteSecret'] };

/** Half of the writes of each kind are on their way for as long as drawn, from not at all to the longest. */
const drawWays = (prng: Prng, writes: readonly string[]): FaultsDocument => ({
  seed: prng.between(1, 1_000_000),
  rules: writes.map((operation) => ({ match: { operation, probability: 0.5 }, effect: { latencyMs: prng.between(0, LONGEST_ON_ITS_WAY_MS) } })),
});

const MOST_EVENTS = 4;

const drawEvents = (prng: Prng, drawn: readonly Drawn[]): unknown[] => {
  const count = Math.min(prng.between(1, MOST_EVENTS), drawn.length);
  const size = Math.ceil(drawn.length / count);
  return Array.from({ length: count }, (_, index) => drawn.slice(index * size, (index + 1) * size))
    .filter((part) => part.length > 0)
    .map((part, index) => anEvent(part.map(({ instance }) => instance), { id: `event-${index + 1}`, source: 'urn:crash' }));
};

/** As little waiting as can be, but for a call's deadline: on a busy machine no call may fail for having been slow. */
const policyOf = (mode: Mode): Record<string, unknown> =>
  aPolicy({
    mode,
    soakSeconds: 0,
    unseenTypes: ['GaussDB'],
    limits: { secretsPerHour: 100_000 },
    verify: { firstDelaySeconds: 0, proofs: 1, intervalSeconds: 0 },
    dependency: { retryAfterSeconds: 0, giveUpAfterSeconds: 0 },
    retry: { attempts: 8, baseSeconds: 0, capSeconds: 0, deadlineSeconds: 10, settleSeconds: 1 },
    pace: { csms: { calls: 5_000, perSeconds: 1 }, sae: { calls: 5_000, perSeconds: 1 } },
  });

/** Draws a world of that many instances; `now` is epoch ms of the clouds. The same seed gives the same world but for dates. */
export const drawWorld = (seed: number, mode: Mode, instances: number, now: number): World => {
  const prng = prngOf(seed);
  const drawn = Array.from({ length: instances }, (_, index) => drawInstance(prng, index + 1, now));
  const secrets = [...drawn.flatMap((one) => one.secrets), ...bystanders(now)];
  return {
    mode,
    seed: { secrets, jobs: drawn.flatMap(({ jobs }) => jobs), applications: drawn.flatMap(({ applications }) => applications), namespaces: [NAMESPACE] },
    faults: { csms: drawWays(prng, WRITES.csms), sae: drawWays(prng, WRITES.sae) },
    events: drawEvents(prng, drawn),
    policy: policyOf(mode),
    fates: drawn.map(({ fate }) => fate),
  };
};
