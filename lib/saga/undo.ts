import type { Dated } from './facts.ts';
import { type Saga, isBeforePivot } from './saga.ts';
import { liveSchedules } from './schedules.ts';

/** Why an undo can or cannot begin: past the pivot a saga only goes forward, and where nothing is pending there is nothing to cancel. */
export type Undo = { readonly kind: 'begins'; readonly fact: Dated } | { readonly kind: 'too-late' } | { readonly kind: 'nothing-to-cancel' };

/** Whether this saga's schedules can still be cancelled, and the fact that begins it; `by` names who asked. */
export const undoOf = (saga: Saga, by: string, now: number): Undo => {
  if (!isBeforePivot(saga)) return { kind: 'too-late' };
  const pending = liveSchedules(saga).length > 0 || saga.attempt !== null;
  switch (saga.state) {
    case 'received':
    case 'planned':
    case 'quarantined':
    case 'purging':
    case 'verifying':
      return saga.state === 'planned' && saga.mode === 'plan' ? { kind: 'nothing-to-cancel' } : { kind: 'begins', fact: { type: 'UndoRequested', at: now, by } };
    case 'compensating':
      return { kind: 'nothing-to-cancel' };
    case 'gone':
    case 'restored':
    case 'refused':
    case 'parked':
    case 'compensation-failed':
      return pending ? { kind: 'begins', fact: { type: 'UndoRequested', at: now, by } } : { kind: 'nothing-to-cancel' };
  }
};

/** Whether everything is as it was before the saga: no irreversible call was made in any life of it, or is open, and nothing of it is erased or pending. */
export const isUndone = (saga: Saga): boolean =>
  isBeforePivot(saga) &&
  !saga.pivotedBefore &&
  saga.attempt === null &&
  Object.values(saga.secrets).every(({ schedule, erasure, expired }) => schedule?.by !== 'us' && (erasure === 'none' || erasure === 'refused') && !expired) &&
  saga.state !== 'compensating';
