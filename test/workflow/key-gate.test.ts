import { describe, expect, it } from 'vitest';
import type { Answer, Api } from '../../lib/ports/clouds.ts';
import type { Verdict } from '../../lib/saga/verdict.ts';
import { type Bar, keyGate } from '../../lib/workflow/pace/key-gate.ts';
import { closeKey, readControls, setPause } from '../../lib/workflow/records/controls.ts';
import { DONE, aHold } from '../saga/builders.ts';
import { aState, answerOf } from './state.ts';

const OPEN: Bar = { isBarred: async () => false, mayBeRecent: true };

const WRONG: Verdict = { kind: 'unauthenticated', code: 'SignatureDoesNotMatch' };

const aGate = () => {
  const { ledger, clock } = aState();
  const gate = keyGate(clock, (api) => closeKey(ledger, `key of ${api}`));
  let calls = 0;
  let inFlight = 0;
  let most = 0;
  let asked = 0;
  const isBarred = (api: Api) => async (): Promise<boolean> => {
    asked += 1;
    return (await readControls(ledger)).closedKeys.includes(`key of ${api}`);
  };
  const call = (verdict: Verdict, api: Api = 'csms', mayBeRecent = true): Promise<Answer<null>> =>
    gate.pass(api, { isBarred: isBarred(api), mayBeRecent }, async () => {
      calls += 1;
      inFlight += 1;
      most = Math.max(most, inFlight);
      await readControls(ledger);
      inFlight -= 1;
      return answerOf(verdict);
    });
  return { call, ledger, clock, asked: () => asked, counts: () => ({ calls, most }) };
};

describe('H29: a wrong key', () => {
  it('is tried once, however many workers begin with it', async () => {
    const { call, counts } = aGate();
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(WRONG)));
    expect(counts()).toEqual({ calls: 1, most: 1 });
    expect(answers.map(({ verdict }) => verdict.kind)).toEqual(Array.from({ length: 8 }, () => 'unauthenticated'));
    expect(answers.slice(1).map(({ requests }) => requests)).toEqual(Array.from({ length: 7 }, () => 0));
  });

  it('is closed for every worker, and opened by a resume', async () => {
    const { call, ledger, counts } = aGate();
    await call(WRONG);
    expect((await readControls(ledger)).closedKeys).toEqual(['key of csms']);
    await call(DONE);
    expect(counts().calls).toBe(1);
    await setPause(ledger, null);
    expect((await call(DONE)).verdict.kind).toBe('done');
    expect(counts().calls).toBe(2);
  });

  it('of one cloud leaves the other’s open', async () => {
    const { call, counts } = aGate();
    await call(WRONG, 'csms');
    expect((await call(DONE, 'sae')).verdict.kind).toBe('done');
    expect(counts().calls).toBe(2);
  });

  it('is noticed even after it was accepted', async () => {
    const { call, counts } = aGate();
    await call(DONE);
    await call(WRONG);
    await call(DONE);
    expect(counts().calls).toBe(2);
  });

  it('that another worker was refused stops this one within a second, and its deletions at once', async () => {
    const { call, ledger, clock, counts } = aGate();
    await call(DONE);
    await closeKey(ledger, 'key of csms');
    expect((await call(DONE, 'csms', false)).verdict).toMatchObject({ kind: 'unauthenticated', code: 'key-closed' });
    clock.advance(1_000);
    expect((await call(DONE)).verdict).toMatchObject({ kind: 'unauthenticated', code: 'key-closed' });
    expect(counts().calls).toBe(1);
  });

  it('stays closed when a pause is set', async () => {
    const { call, ledger } = aGate();
    await call(WRONG);
    await setPause(ledger, aHold());
    expect((await readControls(ledger)).closedKeys).toEqual(['key of csms']);
  });
});

describe('a key that was accepted once', () => {
  it('is used by several calls at a time from then on', async () => {
    const { call, counts } = aGate();
    await call(DONE);
    await Promise.all(Array.from({ length: 5 }, () => call(DONE)));
    expect(counts().most).toBe(5);
  });

  it.each<[string, Verdict, number]>([
    ['a refusal for another reason shows that it is right', { kind: 'terminal', code: 'CSMS.0401' }, 5],
    ['a server’s fault shows nothing', { kind: 'retryable', code: '503' }, 1],
    ['a lost reply shows nothing', { kind: 'unknown', code: 'deadline' }, 1],
    ['throttling shows nothing', { kind: 'throttled', code: 'x', retryAfterMs: null, quota: null }, 1],
  ])('%s', async (_what, verdict, most) => {
    const { call, counts } = aGate();
    await call(verdict);
    await Promise.all(Array.from({ length: 5 }, () => call(verdict)));
    expect(counts().most).toBe(most);
  });

  it('is not asked about before every read, but before every call that changes something', async () => {
    const { call, asked } = aGate();
    for (const mayBeRecent of [true, true, true, false, false]) await call(DONE, 'csms', mayBeRecent);
    expect(asked()).toBe(3);
  });

  it('a call that throws does not keep the others waiting', async () => {
    const { ledger, clock } = aState();
    const gate = keyGate(clock, (api) => closeKey(ledger, api));
    const failing = gate.pass('csms', OPEN, () => Promise.reject(new Error('a fault of our own')));
    const next = gate.pass('csms', OPEN, async () => answerOf(DONE));
    await expect(failing).rejects.toThrow('a fault of our own');
    expect((await next).verdict.kind).toBe('done');
  });
});
