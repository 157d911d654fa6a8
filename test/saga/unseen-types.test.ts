import { describe, expect, it } from 'vitest';
import { afterReply, reply } from './batch-replies.ts';
import {
  GATEWAY,
  HOUR,
  NOW,
  aBatchDeletion,
  aPolicy,
  aPurgingSaga,
  aQuarantinedSaga,
  aRequest,
  aSaga,
  after,
  anUnlinkedSecret,
  callOf,
  decideOn,
  erasingDate,
  factsOf,
  intending,
  keyOf,
  retryable,
} from './builders.ts';
import { nameOf } from './call-name.ts';
import { clouds, obey, play } from './play.ts';

describe('a type whose secrets cannot be seen', () => {
  const gateway = intending(aPurgingSaga({ instance: GATEWAY }), aBatchDeletion(GATEWAY));

  it('learns its secrets from the reply', () => {
    const then = afterReply(reply(['gw-1'], { 'gw-2': { kind: 'terminal', code: 'CSMS.0401' } }), gateway, [anUnlinkedSecret('gw-1')]);
    expect(then.saga.secrets[keyOf('gw-1')]).toMatchObject({ origin: 'unseen', erasure: 'accepted', target: { id: 'id-of-gw-1' } });
    expect(then.saga.secrets[keyOf('gw-2')]).toMatchObject({ origin: 'unseen', erasure: 'refused', code: 'CSMS.0401', target: { id: '' } });
    expect(then.saga.parkAfterwards ?? '').not.toMatch(/^raced/);
  });

  it('H39: keeps what it knows of a named secret that the reply tells as pending: the schedule is its own', () => {
    const app = anUnlinkedSecret('app');
    const named = { instance: GATEWAY, csms: [app], request: aRequest({ names: ['app'] }) };
    const purging = intending(after(aQuarantinedSaga(named), NOW, { type: 'PurgeStarted' }), aBatchDeletion(GATEWAY));
    const then = afterReply(reply(['gw-1'], { app: { kind: 'pending', code: 'CSMS.0107' } }), purging, [app]);
    expect(then.saga.secrets[keyOf('app')]).toMatchObject({ origin: 'planned', schedule: { by: 'us', eraseAt: erasingDate() } });
  });

  it('is called again for an item that may be retried', () => {
    const then = afterReply(reply(['gw-1'], { 'gw-2': retryable('CSMS.0001') }), gateway, []);
    expect(then.saga.wait?.why).toMatch(/^retry: batch-delete .*CSMS\.0001/);
    expect(callOf(decideOn(then.saga, { now: NOW + HOUR }))).toEqual(aBatchDeletion(GATEWAY));
  });

  it('a reply that names nothing at all is parked, never gone', () => {
    const then = afterReply(reply([], {}, 0), gateway, []);
    expect(then.saga).toMatchObject({ state: 'parked', reason: expect.stringMatching(/^nothing-seen/) });
  });

  it('carried through: found, erased and proven', () => {
    const { saga, calls } = play(aSaga({ instance: GATEWAY }), { held: clouds({ csms: [anUnlinkedSecret('gw-1'), anUnlinkedSecret('other')], hidden: ['gw-1'] }) });
    expect(calls.map(nameOf)).toEqual(['batch-delete']);
    expect(saga).toMatchObject({ state: 'gone', secrets: { [keyOf('gw-1')]: { origin: 'unseen', proven: true } } });
  });

  it('H26: one identical repeat is allowed when no reply came, and no more', () => {
    const { saga, calls } = play(aSaga({ instance: GATEWAY }), { held: clouds(), answer: () => ({ verdict: { kind: 'unknown', code: 'deadline' }, told: {} }) });
    expect(calls).toHaveLength(2);
    expect(saga).toMatchObject({ state: 'parked', reason: expect.stringMatching(/^batch-delete: no reply/) });
  });

  it('a repeat that is answered counts', () => {
    const held = clouds({ csms: [anUnlinkedSecret('gw-1')], hidden: ['gw-1'] });
    let calls = 0;
    const played = play(aSaga({ instance: GATEWAY }), {
      held,
      answer: (call, now) => {
        calls += 1;
        return calls === 1 ? { verdict: { kind: 'unknown', code: 'deadline' }, told: {} } : obey(held, call, now);
      },
    });
    expect(played.saga.state).toBe('gone');
  });

  it('H65: is not called again when what is left of it has come to be protected', () => {
    const then = afterReply(reply(['gw-1'], { 'gw-2': retryable('CSMS.0001') }), gateway, []);
    const again = decideOn(then.saga, { now: NOW + HOUR, policy: aPolicy({ protect: { secretNames: ['gw-2'] } }) });
    expect(callOf(again)).toBeNull();
    expect(again.saga.parkAfterwards).toMatch(/^protected: secret gw-2/);
  });

  it('H65: nor when what it was refused has: a repeat might reach it', () => {
    const then = afterReply(reply([], { 'gw-1': retryable('CSMS.0001'), 'gw-2': { kind: 'terminal', code: 'CSMS.0401' } }), gateway, []);
    const again = decideOn(then.saga, { now: NOW + HOUR, policy: aPolicy({ protect: { secretNames: ['gw-2'] } }) });
    expect(callOf(again)).toBeNull();
    expect(again.saga.parkAfterwards).toMatch(/^protected: secret gw-2/);
  });

  it('a name that fails twice is one secret', () => {
    const once = afterReply(reply([], { 'gw-2': retryable('CSMS.0001') }), gateway, []).saga;
    const open = intending(once, aBatchDeletion(GATEWAY), NOW + HOUR);
    const then = afterReply(reply([], { 'gw-2': retryable('CSMS.0002') }), open, []);
    expect(factsOf(then)).not.toContain('SecretAdded');
    expect(then.saga.secrets[keyOf('gw-2')]).toMatchObject({ erasure: 'retry', code: 'CSMS.0002' });
  });

  it('H65: is not called when a rail has come to forbid it', () => {
    const then = decideOn(aPurgingSaga({ instance: GATEWAY }), { policy: aPolicy({ unseenTypes: [] }) });
    expect(then).toMatchObject({ next: { do: 'end' }, saga: { state: 'parked', reason: expect.stringMatching(/^unseen-type/) } });
  });
});
