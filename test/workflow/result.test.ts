import { expect, it } from 'vitest';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import type { Fact } from '../../lib/saga/facts.ts';
import type { Failure } from '../../lib/saga/verdict.ts';
import { sagaResult } from '../../lib/workflow/result.ts';
import { HOUR, NOW, aBatchDeletion, aCsmsSecret, aHold, aPurgingSaga, aRequest, after, keyOf, retryable } from '../saga/builders.ts';

const KEY = keyOf('db-1');
const vanished = after(aPurgingSaga({ csms: [aCsmsSecret('db-1')] }), NOW, { type: 'SecretVanished', key: KEY, detail: 'gone before Probate deleted it' }, { type: 'VerifyingStarted', parkAfterwards: null });
const looked = after(vanished, NOW, { type: 'Looked', begunAt: NOW, proofsNeeded: 1, secrets: { [KEY]: { kind: 'gone', detail: null } } });
const failed = after(vanished, NOW, { type: 'Settled', state: 'parked', reason: 'nothing could be read' });

it.each([
  ['was passed over by one list', vanished, 'unknown'],
  ['was passed over by one list, when nothing more could be read', failed, 'unknown'],
  ['is proven gone', looked, 'already-gone'],
])('H45: a planned secret that %s is told %s', (_what, saga, outcome) => {
  expect(sagaResult(saga, NO_CONTROLS, NOW).secrets.map((secret) => secret.outcome)).toEqual([outcome]);
});

const absent = aPurgingSaga({ request: aRequest({ names: ['app-db'] }) });
const absentKey = keyOf('app-db');
const ended = (state: 'restored' | 'refused' | 'parked' | 'planned'): Fact => ({ type: 'Settled', state, reason: 'x' });
const provenAbsent: Fact = { type: 'Looked', begunAt: NOW, proofsNeeded: 1, secrets: { [absentKey]: { kind: 'gone', detail: null } } };

it.each<[string, readonly Fact[], string]>([
  ['while its saga goes on', [], 'already-gone'],
  ['once proven', [provenAbsent, ended('parked')], 'already-gone'],
  ['of a saga that was undone before any proof', [ended('restored')], 'unknown'],
  ['of a saga that was refused', [ended('refused')], 'unknown'],
  ['of a saga that was set aside', [ended('parked')], 'unknown'],
])('H45: a named secret that the list of the plan did not show is told so %s', (_what, facts, outcome) => {
  expect(sagaResult(after(absent, NOW, ...facts), NO_CONTROLS, NOW).secrets).toMatchObject([{ name: 'app-db', outcome, detail: 'absent when the plan was made' }]);
});

it('H45: a named secret that the list of a plan run did not show is unknown: a plan run proves nothing', () => {
  const planned = after({ ...absent, mode: 'plan' }, NOW, ended('planned'));
  expect(sagaResult(planned, NO_CONTROLS, NOW).secrets).toMatchObject([{ name: 'app-db', outcome: 'unknown', detail: 'absent when the plan was made' }]);
});

const LATE = { key: keyOf('late'), cloud: 'huawei', scope: 'p', id: 'id-of-late', name: 'late', createTime: NOW, linked: true, step: 'batch-delete' } as const;
const SEEN_GONE: Fact = { type: 'Looked', begunAt: NOW, proofsNeeded: 1, secrets: { [LATE.key]: { kind: 'gone', detail: null } } };
const PARKED: Fact = { type: 'Settled', state: 'parked', reason: 'raced: late' };
const UNKNOWN = { kind: 'unknown', code: 'no-code' } as const;

it.each<[string, Failure | null, readonly Fact[], string, string | null]>([
  ['erased', null, [], 'raced', 'linked after the last list before batch-delete, and erased with the rest'],
  ['refused', { kind: 'terminal', code: 'CSMS.0401' }, [PARKED], 'kept', 'CSMS.0401'],
  ['failed', retryable('CSMS.0001'), [PARKED], 'kept', 'CSMS.0001'],
  ['scheduled by somebody', { kind: 'pending', code: 'CSMS.0107' }, [], 'pending', 'scheduled by somebody else'],
  ['of an answer nobody can tell', UNKNOWN, [], 'unknown', 'no-code'],
  ['of an answer nobody can tell, and proven gone', UNKNOWN, [SEEN_GONE], 'raced', 'linked after the last list before batch-delete, and gone (no-code)'],
])('H10: a raced secret that the reply tells as %s', (_what, failure, facts, outcome, detail) => {
  const saga = after(aPurgingSaga(), NOW, { type: 'SecretAdded', target: LATE, origin: 'raced', failure }, ...facts);
  expect(sagaResult(saga, NO_CONTROLS, NOW).secrets).toMatchObject([{ name: 'late', outcome, detail }]);
});

it.each([retryable('CSMS.0999'), { kind: 'terminal', code: 'CSMS.0401' }] as const)('H26: a secret that one batch-delete failed on with $code is unknown, not kept, while a further one is of unknown fate', (failure) => {
  const intended = (number: number): Fact => ({ type: 'CallIntended', attempt: { number, call: aBatchDeletion(), at: NOW, notAfter: NOW, settledAt: NOW, undo: null, unknownBecause: null } });
  const failedOnce = after(aPurgingSaga({ csms: [aCsmsSecret('db-1')] }), NOW, intended(1), { type: 'CallSucceeded', number: 1, told: { batch: { total: 1, succeeded: [], failed: [{ name: 'db-1', verdict: failure }] } } });
  const outcomeOf = (...facts: readonly Fact[]): string | undefined => sagaResult(after(failedOnce, NOW, ...facts), NO_CONTROLS, NOW).secrets[0]?.outcome;
  expect(outcomeOf(PARKED)).toBe('kept');
  expect(outcomeOf(intended(2), { type: 'EffectUnknown', number: 2, code: 'deadline', settledAt: NOW }, PARKED)).toBe('unknown');
});

it('a hold on a saga is told until its end, and no longer, whether or not the saga has looked since', () => {
  const until = NOW + HOUR;
  const held = after(aPurgingSaga(), NOW, { type: 'Held', hold: aHold({ until }) }, { type: 'Waited', wait: { until, queue: 'deletions', why: 'held: somebody asked' } });
  const told = [until - 1, until].map((now) => sagaResult(held, NO_CONTROLS, now));
  expect(told.map(({ hold, reason }) => [hold?.reason ?? null, reason])).toEqual([
    ['somebody asked', 'held: somebody asked'],
    [null, null],
  ]);
});
