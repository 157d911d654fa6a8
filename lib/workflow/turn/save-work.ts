import { evolveAll } from '../../saga/evolve.ts';
import type { Dated } from '../../saga/facts.ts';
import { readControls } from '../records/controls.ts';
import { type Lease, type StoredSaga, readSaga, withFacts, writeSaga } from '../records/saga-store.ts';
import { tellFacts, tellOpened } from '../telling.ts';
import { NO_CALLS } from './counted-calls.ts';
import { type Work, type Worker, begin, withCalls } from './work.ts';

/** What is left of a lease after the longest call of it, so that a slow write of the reply still falls inside. */
const LEASE_MARGIN_MS = 30_000;

/** Another worker has the saga, until then (epoch ms). */
export interface Taken {
  readonly kind: 'taken';
  readonly until: number;
}

/** `overtaken`: somebody else wrote in between, and the work begins again with what they left. */
export type Saved = { readonly kind: 'saved' | 'overtaken'; readonly work: Work } | Taken;

const write = ({ workflow: { ledger, clock } }: Worker, { stored, facts, saga, calls: { csms, sae } }: Work, lease: Lease | null): Promise<StoredSaga | null> => {
  const counted: Dated[] = csms + sae === 0 ? [] : [{ type: 'CallsCounted', at: clock.now(), csms, sae }];
  return writeSaga(ledger, withFacts(stored, [...facts, ...counted], evolveAll(saga, counted)), lease, clock.now());
};

/** What the saga's worker does after a write of somebody else's came in between; what was called for a saga that is taken is the other's to write. */
const afterConflict = async ({ workflow: { ledger, clock, unwritten }, token }: Worker, work: Work): Promise<Saved> => {
  const { sagaId } = work.stored.saga;
  const taken = (until: number): Taken => {
    unwritten.leave(sagaId, work.calls);
    return { kind: 'taken', until };
  };
  // Whoever opened it first may have opened it for another event.
  if (work.stored.version === 0) return taken(clock.now());
  const found = await readSaga(ledger, sagaId);
  if (found === null) throw new Error(`${sagaId} vanished from the ledger`);
  if (found.lease !== null && found.lease.token !== token && found.lease.until > clock.now()) return taken(found.lease.until);
  const begun = begin(found, await readControls(ledger), clock);
  return { kind: 'overtaken', work: { ...begun, calls: work.calls, occurrence: work.unwrittenReply ?? { kind: 'woken' }, unwrittenReply: work.unwrittenReply } };
};

/** Writes what a turn has stated and not written yet, and keeps the lease on the saga or gives it up. */
export const saveWork = async (worker: Worker, before: Work, keepsLease: boolean): Promise<Saved> => {
  const { clock, policy, telemetry, unwritten } = worker.workflow;
  const work = withCalls(before, unwritten.take(before.stored.saga.sagaId));
  const lease = keepsLease ? { token: worker.token, until: clock.now() + policy.retry.deadlineSeconds * 1_000 + LEASE_MARGIN_MS } : null;
  const written = await write(worker, work, lease);
  if (written === null) return afterConflict(worker, work);
  const { stored, facts } = work;
  if (stored.version === 0) tellOpened(telemetry, stored.saga);
  tellFacts(telemetry, stored.saga, facts);
  return { kind: 'saved', work: { ...work, stored: written, facts: [], saga: written.saga, calls: NO_CALLS, unwrittenReply: null } };
};
