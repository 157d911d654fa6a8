import { evolve, openedSaga } from '../../lib/saga/evolve.ts';
import type { Entry } from '../../lib/saga/journal.ts';
import type { Saga, SecretRecord, State } from '../../lib/saga/saga.ts';

/** A stretch of time a saga spent in one state; `until` null while it lasts. Epoch milliseconds. */
export interface Phase {
  readonly state: State;
  readonly since: number;
  readonly until: number | null;
}

/** When what happened to one secret happened, epoch milliseconds; null for what did not. */
export interface Milestones {
  readonly scheduledAt: number | null;
  /** The cloud accepted the deletion, or was found to have erased it. */
  readonly erasedAt: number | null;
  readonly provenAt: number | null;
  readonly restoredAt: number | null;
}

/** Of a secret to which nothing has happened. */
export const NO_MILESTONES: Milestones = { scheduledAt: null, erasedAt: null, provenAt: null, restoredAt: null };

const when = (was: boolean, is: boolean, at: number, known: number | null): number | null => (is ? (was && known !== null ? known : at) : null);

const reached = (known: Milestones, before: SecretRecord | undefined, { schedule, erasure, proven, restored }: SecretRecord, at: number): Milestones => ({
  // A schedule that was cancelled or ran out was still made.
  scheduledAt: schedule?.by === 'us' && before?.schedule?.by !== 'us' ? at : known.scheduledAt,
  erasedAt: when(before?.erasure === 'accepted', erasure === 'accepted', at, known.erasedAt),
  provenAt: when(before?.proven === true, proven, at, known.provenAt),
  restoredAt: when(before?.restored === true, restored, at, known.restoredAt),
});

/** What a saga's journal tells beyond where it stands now: how long each state lasted, and when what happened to each secret happened. */
export const retrace = (entries: readonly Entry[]): { readonly phases: readonly Phase[]; readonly milestones: Readonly<Record<string, Milestones>> } => {
  const phases: Phase[] = [];
  const milestones: Record<string, Milestones> = {};
  let saga: Saga | null = null;
  for (const { fact } of entries) {
    const before: Saga | null = saga;
    if (before === null && fact.type !== 'Opened') continue;
    saga = before === null ? (fact.type === 'Opened' ? openedSaga(fact) : null) : evolve(before, fact);
    if (saga === null) continue;
    const open = phases.at(-1);
    if (open?.state !== saga.state) {
      if (open !== undefined) phases[phases.length - 1] = { ...open, until: fact.at };
      phases.push({ state: saga.state, since: fact.at, until: null });
    }
    for (const [key, record] of Object.entries(saga.secrets)) {
      const known = before?.secrets[key];
      if (known !== record) milestones[key] = reached(milestones[key] ?? NO_MILESTONES, known, record, fact.at);
    }
  }
  return { phases, milestones };
};
