import type { Clock } from '../ports/clock.ts';
import type { Answer, Api } from '../ports/clouds.ts';
import type { Observation, Telemetry } from '../ports/telemetry.ts';
import { evolve } from '../saga/evolve.ts';
import type { Dated } from '../saga/facts.ts';
import type { Saga } from '../saga/saga.ts';

/** The kind of a wait or reason stands before its colon; behind it may stand what a person wrote. */
const kindOf = (why: string): string => why.split(':', 1)[0] ?? '';

const ofFact = (fact: Dated): Observation[] => {
  if (fact.type === 'Waited') {
    const { why, until } = fact.wait;
    return [{ kind: 'waits', why: kindOf(why), until, delayMs: until === null ? null : Math.max(0, until - fact.at) }];
  }
  if (fact.type === 'AlarmRaised') return [{ kind: 'alarm-raised', reason: kindOf(fact.reason) }];
  return [];
};

/** Tells that an event opened a saga. */
export const tellOpened = (telemetry: Telemetry, saga: Saga): void => telemetry.tell({ kind: 'reached', state: 'received', from: null, reason: null }, saga);

/** Tells what facts that are in the ledger now did to a saga: each state it passed, each wait, each alarm. */
export const tellFacts = (telemetry: Telemetry, before: Saga, facts: readonly Dated[]): void => {
  let saga = before;
  for (const fact of facts) {
    const next = evolve(saga, fact);
    const reached: Observation[] =
      next.state === saga.state ? [] : [{ kind: 'reached', state: next.state, from: saga.state, reason: next.reason === null ? null : kindOf(next.reason) }];
    for (const observation of [...reached, ...ofFact(fact)]) telemetry.tell(observation, next);
    saga = next;
  }
};

/** Makes one call and tells its verdict and how long it took; `saga` is null where a sweep looks for all. */
export const tellCall = async <T>(
  { telemetry, clock }: { readonly telemetry: Telemetry; readonly clock: Clock },
  { saga, api, operation }: { readonly saga: Saga | null; readonly api: Api; readonly operation: string },
  call: () => Promise<Answer<T>>,
): Promise<Answer<T>> => {
  const begunAt = clock.monotonic();
  const answer = await call();
  const { verdict, requests } = answer;
  telemetry.tell({ kind: 'called', api, operation, verdict, requests, milliseconds: Math.round(clock.monotonic() - begunAt) }, saga);
  return answer;
};
