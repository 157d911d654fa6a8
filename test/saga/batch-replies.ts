import type { Saga } from '../../lib/saga/saga.ts';
import type { BatchReply, CsmsSecret } from '../../lib/saga/seen.ts';
import type { Failure } from '../../lib/saga/verdict.ts';
import { DONE, NOW, SECOND, type Then, decideSeeing, replied } from './builders.ts';

/** What batch-delete says it erased and did not; `total` is the sum of both unless it is said to be another. */
export const reply = (succeeded: readonly string[], failed: Readonly<Record<string, Failure>> = {}, total?: number | null): BatchReply => {
  const items = Object.entries(failed).map(([name, verdict]) => ({ name, verdict }));
  return { total: total === undefined ? succeeded.length + items.length : total, succeeded, failed: items };
};

/** What follows that reply to the batch-delete that the saga has open, when a list from before it shows `csms`. */
export const afterReply = (batch: BatchReply, saga: Saga, csms: readonly CsmsSecret[]): Then =>
  decideSeeing(saga, { csms, at: NOW - SECOND }, { occurrence: replied(saga, DONE, { batch }), now: NOW + SECOND });
