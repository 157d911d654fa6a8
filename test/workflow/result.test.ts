import { expect, it } from 'vitest';
import { sagaResult } from '../../lib/workflow/result.ts';
import { NOW, aCsmsSecret, aPurgingSaga, after, keyOf } from '../saga/builders.ts';

const KEY = keyOf('db-1');
const vanished = after(aPurgingSaga({ csms: [aCsmsSecret('db-1')] }), NOW, { type: 'SecretVanished', key: KEY, detail: 'gone before Probate deleted it' }, { type: 'VerifyingStarted', parkAfterwards: null });
const looked = after(vanished, NOW, { type: 'Looked', begunAt: NOW, proofsNeeded: 1, secrets: { [KEY]: { kind: 'gone', detail: null } } });
const failed = after(vanished, NOW, { type: 'Settled', state: 'parked', reason: 'nothing could be read' });

it.each([
  ['was passed over by one list', vanished, 'unknown'],
  ['was passed over by one list, when nothing more could be read', failed, 'unknown'],
  ['is proven gone', looked, 'already-gone'],
])('H45: a planned secret that %s is told %s', (_what, saga, outcome) => {
  expect(sagaResult(saga, NOW).secrets.map((secret) => secret.outcome)).toEqual([outcome]);
});
