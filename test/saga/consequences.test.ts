import { describe, expect, it } from 'vitest';
import type { Call, Saga } from '../../lib/saga/saga.ts';
import type { Verdict } from '../../lib/saga/verdict.ts';
import {
  DONE,
  NOW,
  SECOND,
  THROTTLED,
  type Then,
  aBatchDeletion,
  aCancelOf,
  aCopyDeletion,
  aCsmsSecret,
  aDeletionOf,
  aPlannedSaga,
  aPurgingSaga,
  aQuarantinedSaga,
  aRequest,
  aScheduleOf,
  aStageDeletion,
  after,
  anSaeSecret,
  anUnlinkedSecret,
  decideOn,
  intending,
  replied,
} from './builders.ts';

type Kind = Verdict['kind'];

const VERDICTS: Readonly<Record<Kind, Verdict>> = {
  done: DONE,
  alreadyGone: { kind: 'alreadyGone', code: 'CSMS.0005' },
  pending: { kind: 'pending', code: 'CSMS.0107' },
  notPending: { kind: 'notPending', code: 'CSMS.0108' },
  blocked: { kind: 'blocked', code: 'DependencyViolation.Job', blocker: { kind: 'job', name: 'nightly' } },
  throttled: THROTTLED,
  unknown: { kind: 'unknown', code: 'deadline' },
  retryable: { kind: 'retryable', code: 'CSMS.0001' },
  unauthenticated: { kind: 'unauthenticated', code: 'SignatureDoesNotMatch' },
  terminal: { kind: 'terminal', code: 'CSMS.0401' },
};

const turningBack = after(aQuarantinedSaga({ csms: [aCsmsSecret('db-1')] }), NOW, {
  type: 'CompensationStarted',
  compensation: { since: NOW, cause: 'a reason', endsIn: 'restored' },
});

const OPEN: Readonly<Record<Call['op'], Saga>> = {
  schedule: intending(aPlannedSaga({ mode: 'recoverable', csms: [aCsmsSecret('db-1')] }), aScheduleOf('db-1')),
  cancel: intending(turningBack, aCancelOf('db-1')),
  'delete-copy': intending(aPurgingSaga({ sae: [anSaeSecret('16')], request: aRequest({ copies: ['16'] }) }), aCopyDeletion('16')),
  'delete-stage': intending(aPurgingSaga({ request: aRequest({ stages: [['shared', 'reader-7']] }) }), aStageDeletion('shared', 'reader-7')),
  'batch-delete': intending(aPurgingSaga({ csms: [aCsmsSecret('db-1')] }), aBatchDeletion()),
  'delete-named': intending(aPurgingSaga({ csms: [anUnlinkedSecret('app-db')], request: aRequest({ names: ['app-db'] }) }), aDeletionOf('app-db')),
};

/** What a decision comes to, in a few words. */
const consequence = ({ saga, next }: Then): string => {
  const why = saga.wait?.why.split(':')[0] ?? '';
  const then = next.do === 'wait' ? (why === '' ? 'rests' : `waits: ${why}`) : next.do === 'look' ? 'looks' : next.do;
  return `${saga.state}${saga.attempt === null ? '' : ', open'}, ${then}`;
};

/** For each kind of call the consequence of each verdict its API can give (design.md, Verdicts). */
const TABLE: Readonly<Record<Call['op'], Readonly<Partial<Record<Kind, string>>>>> = {
  schedule: {
    done: 'quarantined, looks',
    alreadyGone: 'quarantined, looks',
    pending: 'quarantined, looks',
    throttled: 'quarantined, waits: throttled',
    unknown: 'quarantined, open, waits: unknown-outcome',
    retryable: 'quarantined, waits: retry',
    unauthenticated: 'quarantined, waits: credentials-refused',
    terminal: 'parked, end',
  },
  cancel: {
    done: 'restored, end',
    alreadyGone: 'compensating, waits: retry',
    notPending: 'compensating, open, looks',
    throttled: 'compensating, waits: throttled',
    unknown: 'compensating, open, waits: unknown-outcome',
    retryable: 'compensating, waits: retry',
    unauthenticated: 'compensating, waits: credentials-refused',
    terminal: 'compensation-failed, end',
  },
  'delete-copy': {
    done: 'verifying, waits: verify',
    alreadyGone: 'verifying, waits: verify',
    blocked: 'purging, waits: blocked',
    throttled: 'purging, waits: throttled',
    unknown: 'purging, open, waits: unknown-outcome',
    retryable: 'purging, waits: retry',
    unauthenticated: 'purging, waits: credentials-refused',
    terminal: 'parked, end',
  },
  'delete-stage': {
    done: 'purging, looks',
    alreadyGone: 'gone, end',
    throttled: 'purging, waits: throttled',
    unknown: 'purging, open, waits: unknown-outcome',
    retryable: 'purging, waits: retry',
    unauthenticated: 'purging, waits: credentials-refused',
    terminal: 'parked, end',
  },
  'batch-delete': {
    throttled: 'purging, waits: throttled',
    unknown: 'purging, open, waits: unknown-outcome',
    retryable: 'purging, waits: retry',
    unauthenticated: 'purging, waits: credentials-refused',
    terminal: 'parked, end',
  },
  'delete-named': {
    done: 'verifying, waits: verify',
    alreadyGone: 'verifying, waits: verify',
    pending: 'verifying, waits: verify',
    throttled: 'purging, waits: throttled',
    unknown: 'purging, open, waits: unknown-outcome',
    retryable: 'purging, waits: retry',
    unauthenticated: 'purging, waits: credentials-refused',
    terminal: 'parked, end',
  },
};

const ops: readonly Call['op'][] = ['schedule', 'cancel', 'delete-copy', 'delete-stage', 'batch-delete', 'delete-named'];
const kinds: readonly Kind[] = ['done', 'alreadyGone', 'pending', 'notPending', 'blocked', 'throttled', 'unknown', 'retryable', 'unauthenticated', 'terminal'];
const ROWS = ops.flatMap((op) =>
  kinds.flatMap((kind) => {
    const expected = TABLE[op][kind];
    return expected === undefined ? [] : [[op, kind, expected] as const];
  }),
);

describe('a verdict on a call', () => {
  it.each(ROWS)('%s answered with %s: %s', (op, kind, expected) => {
    const open = OPEN[op];
    expect(consequence(decideOn(open, { occurrence: replied(open, VERDICTS[kind]), now: NOW + SECOND }))).toBe(expected);
  });

  it.each(ops)('on an attempt of %s that is not the open one changes nothing', (op) => {
    const open = OPEN[op];
    const occurrence = { kind: 'replied', number: open.attempts + 1, reply: { verdict: DONE, told: {} } } as const;
    const then = decideOn(open, { occurrence, now: NOW + SECOND });
    expect(consequence(then)).toBe(`${open.state}, open, waits: unknown-outcome`);
    expect(then.saga.attempt).toEqual(open.attempt);
  });

  it.each(ops)('H26: %s whose writer states that it did not call is free to be decided anew', (op) => {
    const open = OPEN[op];
    const then = decideOn(open, { occurrence: { kind: 'withdrawn', number: open.attempts, why: 'held' }, now: NOW + SECOND });
    expect(then.facts[0]).toMatchObject({ type: 'CallWithdrawn', number: open.attempts, why: 'held' });
    expect(then.saga.failures).toEqual({});
    expect(then.saga.attempt?.number).not.toBe(open.attempts);
  });

  it.each(ops)('a withdrawal of another attempt than the open one of %s changes nothing', (op) => {
    const open = OPEN[op];
    expect(decideOn(open, { occurrence: { kind: 'withdrawn', number: 99, why: 'held' }, now: NOW + SECOND }).saga.attempt).toEqual(open.attempt);
  });
});

describe('what each verdict leaves on record', () => {
  const replyOn = (op: Call['op'], kind: Kind): Saga => {
    const open = OPEN[op];
    return decideOn(open, { occurrence: replied(open, VERDICTS[kind]), now: NOW + SECOND }).saga;
  };

  it.each([
    ['schedule', 'done', { schedule: { by: 'us', eraseAt: null, since: NOW + SECOND }, erasure: 'none' }],
    ['schedule', 'alreadyGone', { schedule: null, vanished: true, code: 'CSMS.0005' }],
    ['schedule', 'pending', { schedule: { by: 'somebody else', eraseAt: null }, code: 'CSMS.0107' }],
    ['schedule', 'terminal', { schedule: null, erasure: 'none', code: 'CSMS.0401' }],
    ['cancel', 'done', { schedule: null, restored: true, expired: false }],
    ['cancel', 'alreadyGone', { schedule: { by: 'us' }, restored: false, expired: false, erasure: 'none' }],
    ['cancel', 'terminal', { schedule: { by: 'us' }, restored: false, cancelRefused: 'CSMS.0401' }],
    ['delete-copy', 'done', { erasure: 'accepted', code: null }],
    ['delete-copy', 'alreadyGone', { vanished: true, erasure: 'none', code: 'CSMS.0005' }],
    ['delete-copy', 'blocked', { erasure: 'none' }],
    ['delete-copy', 'terminal', { erasure: 'refused', code: 'CSMS.0401' }],
    ['delete-named', 'done', { erasure: 'accepted' }],
    ['delete-named', 'alreadyGone', { vanished: true }],
    ['delete-named', 'pending', { schedule: { by: 'somebody else', eraseAt: null }, erasure: 'none' }],
    ['delete-named', 'terminal', { erasure: 'refused', code: 'CSMS.0401' }],
    ['delete-named', 'retryable', { erasure: 'none' }],
  ] satisfies [Call['op'], Kind, object][])('%s answered with %s', (op, kind, expected) => {
    expect(Object.values(replyOn(op, kind).secrets)[0]).toMatchObject(expected);
  });

  it.each([
    ['done', 'accepted', null],
    ['alreadyGone', 'already-gone', 'CSMS.0005'],
    ['terminal', 'refused', 'CSMS.0401'],
    ['retryable', 'none', null],
  ] satisfies [Kind, string, string | null][])('delete-stage answered with %s: %s', (kind, status, code) => {
    expect(replyOn('delete-stage', kind).stages).toMatchObject({ 'shared/reader-7': { status, code } });
  });

  it('the blocker that the cloud named', () => {
    expect(replyOn('delete-copy', 'blocked').blockers).toEqual([{ secretId: '16', kind: 'job', name: 'nightly', code: 'DependencyViolation.Job', seenBy: 'DeleteSecret' }]);
  });

  it.each([
    ['delete-named', /^not-deleted: app-db: CSMS\.0401/],
    ['delete-stage', /^not-deleted: stage shared\/reader-7: CSMS\.0401/],
    ['batch-delete', /CSMS\.0401/],
    ['delete-copy', /CSMS\.0401/],
    ['schedule', /CSMS\.0401/],
    ['cancel', /CSMS\.0401/],
  ] as const)('a last word on %s stands in the reason', (op, reason) => {
    expect(replyOn(op, 'terminal').reason).toMatch(reason);
  });
});
