import type { Controls } from '../../lib/saga/controls.ts';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import type { Attempt, Saga } from '../../lib/saga/saga.ts';
import type { Life } from './life.ts';
import type { Reading } from './simulated-clouds.ts';

/** An intent as the auditor saw it come into the ledger. */
export interface Intent {
  readonly sagaId: string;
  readonly attempt: Attempt;
  readonly life: Life;
  /** True time of the write, and until when its call may be sent and may take effect. */
  readonly writtenAt: number;
  readonly notAfter: number;
  /** True time from when a read tells its effect. */
  readonly settledAt: number;
  readonly version: number;
  /** The plan it stands on. */
  readonly saga: Saga;
  /** The last complete list this worker had begun before. */
  readonly lastList: Reading | null;
}

/** What one process has read, as far as the rules ask for it. */
export interface Seen {
  controls: { readonly at: number; readonly value: Controls } | null;
  readonly sagas: Map<string, { readonly at: number; readonly version: number }>;
  readonly readings: Reading[];
}

/** Everything the auditors know, gathered from the outside: the ledger's writes, the clouds' calls, each process's reads. */
export interface Records {
  readonly sagas: Map<string, { readonly version: number; readonly saga: Saga }>;
  readonly intents: Map<string, Intent>;
  /** Ids of every secret any plan of a saga ever named. */
  readonly planned: Map<string, Set<string>>;
  /** Names that a batch-delete's own reply told as deleted, by saga. */
  readonly toldDeleted: Map<string, Set<string>>;
  /** Sagas that intended what cannot be undone, and by which attempt, as the auditor counts it; a saga that is reopened begins anew, and what was withdrawn is not counted. */
  readonly pivoted: Map<string, number>;
  /** The last attempt of a saga that it had made when it came to verify, or passed the pivot. */
  readonly decidedUpTo: Map<string, number>;
  controls: Controls;
  /** True time since when they are as they are. */
  controlsSince: number;
  readonly seen: (life: Life) => Seen;
}

export const intentKey = (sagaId: string, number: number): string => `${sagaId} ${number}`;

export const createRecords = (): Records => {
  const byLife = new Map<string, Seen>();
  return {
    sagas: new Map(),
    intents: new Map(),
    planned: new Map(),
    toldDeleted: new Map(),
    pivoted: new Map(),
    decidedUpTo: new Map(),
    controls: NO_CONTROLS,
    controlsSince: 0,
    seen: ({ name }) => {
      const known = byLife.get(name) ?? { controls: null, sagas: new Map<string, { at: number; version: number }>(), readings: [] };
      byLife.set(name, known);
      return known;
    },
  };
};

/** When a list showed that secret as it was; null when it passed over it. */
export const shownAsOf = ({ asOf, odd }: Reading, id: string): number | null => (odd.has(id) ? (odd.get(id) ?? null) : asOf);

/** The list begun last; one begun earlier may well be answered later. */
export const lastListOf = ({ readings }: Seen, of: string): Reading | null =>
  readings.filter((reading) => reading.of === of).reduce<Reading | null>((last, reading) => (last === null || reading.begunAt >= last.begunAt ? reading : last), null);
