import { describe, expect, it } from 'vitest';
import { aCopy, anEvent } from '../../events/builders.ts';
import { NAMESPACE, aDatabase, inSae, linked, sagaIdOf, unlinked } from '../builders.ts';
import { aSite, swift } from '../harness.ts';
import { outcomesOf, sagaOf } from '../result.ts';

const two = {
  secrets: [linked(1, 'orders'), unlinked('orders-legacy'), inSae('16', 'orders_db'), linked(2, 'stock')],
};
const events = [anEvent([aDatabase(1, { secretNames: ['orders-legacy'], copies: [aCopy('16')] })], { id: 'orders' }), anEvent([aDatabase(2)], { id: 'stock' })];

describe('plan', () => {
  it('shows plans and digests, changes nothing, and records no event, so that the same file can be run with just one of its digests', async () => {
    const site = await aSite({ seed: two });
    const planned = await site.plan(events);
    expect(planned.code).toBe(0);
    expect(planned.result.events.map(({ id, accepted }) => [id, accepted])).toEqual([
      ['orders', true],
      ['stock', true],
    ]);
    expect(planned.result.sagas.map(({ sagaId, mode, state, eventIds }) => [sagaId, mode, state, eventIds])).toEqual([
      [sagaIdOf(1), 'plan', 'planned', []],
      [sagaIdOf(2), 'plan', 'planned', []],
    ]);
    expect(planned.result.totals.byOutcome).toEqual({ kept: 4 });
    expect(site.changes()).toEqual([]);
    const [orders, stock] = planned.result.sagas.map(({ planDigest }) => planDigest ?? '');

    const wrong = await site.run(events, ['--approve', `sha256:${'0'.repeat(64)}`]);
    expect(site.changes()).toEqual([]);
    expect(wrong.result.totals.byState).toEqual({ planned: 2 });
    expect(wrong.result.sagas.map(({ reason, planDigest }) => [reason, planDigest])).toEqual([
      ['approval', orders],
      ['approval', stock],
    ]);
    expect(wrong.code).toBe(3);

    const one = await site.run(events, ['--approve', orders ?? '']);
    expect(sagaOf(one.result, 'orders')).toMatchObject({ state: 'gone', planDigest: orders });
    expect(sagaOf(one.result, 'stock')).toMatchObject({ state: 'planned', planDigest: stock });
    expect(site.changes()).toEqual(['BatchDeleteSecrets', 'DeleteSecret orders-legacy', 'DeleteSecret 16']);
    expect(one.code).toBe(3);

    const rest = await site.told('run', ['--approve', orders ?? '', '--approve', stock ?? '']);
    expect(rest.result.sagas.map(({ sagaId, state }) => [sagaId, state])).toEqual([[sagaIdOf(2), 'gone']]);
    expect(rest.code).toBe(0);
  });

  it('and the run that carries its plan out count every request that reached the clouds', async () => {
    const site = await aSite({ seed: { secrets: [linked(1, 'orders')] } });
    const event = anEvent([aDatabase(1)], { id: 'orders' });
    const planned = await site.plan([event]);
    const { result } = await site.run([event], ['--approve', planned.result.sagas[0]?.planDigest ?? '']);
    expect(sagaOf(result, 'orders')).toMatchObject({ state: 'gone', calls: { csms: site.csms.journal().length, sae: 0 } });
  });

  it('with --approve leaves the others waiting, and a run that asks for no approval carries them out', async () => {
    const site = await aSite({ seed: { secrets: [linked(1, 'orders')] } });
    const waiting = await site.run([anEvent([aDatabase(1)], { id: 'orders' })], ['--approve', `sha256:${'0'.repeat(64)}`]);
    expect([waiting.code, sagaOf(waiting.result, 'orders').reason, site.changes()]).toEqual([3, 'approval', []]);
    const { code, result } = await site.told('run');
    expect([code, sagaOf(result, 'orders').state]).toEqual([0, 'gone']);
  });

  it('records nothing of an event it would not accept, so that a wider policy can still run it', async () => {
    const site = await aSite({ seed: two, policy: swift({ limits: { instancesPerEvent: 1 }, maxEventAgeDays: 1 }) });
    const wide = site.file('wide.json', swift());
    const both = anEvent([aDatabase(1), aDatabase(2)], { id: 'both' });
    const old = anEvent([aDatabase(2)], { id: 'old', time: new Date(Date.now() - 2 * 86_400_000).toISOString() });
    const planned = await site.plan([both, old]);
    expect(planned.result.events.map(({ accepted, reason }) => [accepted, reason?.split(':')[0]])).toEqual([
      [false, 'too-many-instances'],
      [false, 'too-old'],
    ]);
    expect([planned.code, planned.result.sagas]).toEqual([3, []]);
    const ran = await site.run([both], ['--policy', wide]);
    expect([ran.code, ran.result.events, ran.result.totals.byState]).toEqual([0, [{ id: 'both', source: 'urn:cmdb:prod', accepted: true, reason: null }], { gone: 2 }]);
  });

  it('plans at once for an instance whose saga is still soaking, and leaves that one alone', async () => {
    const site = await aSite({ seed: two, policy: swift({ mode: 'recoverable', soakSeconds: 86_400 }) });
    const soaking = await site.run([anEvent([aDatabase(1)], { id: 'first' })]);
    site.forget();
    const planned = await site.plan([anEvent([aDatabase(1, { secretNames: ['orders-legacy'] })], { id: 'more' })]);
    expect(site.changes()).toEqual([]);
    expect(planned.result.sagas.map(({ sagaId, mode, state }) => [sagaId, mode, state])).toEqual([
      [sagaIdOf(1), 'recoverable', 'quarantined'],
      [sagaIdOf(1, 2), 'plan', 'planned'],
    ]);
    expect(planned.result.sagas[0]).toEqual(soaking.result.sagas[0]);
  });

  it('sees the very plan that run makes when the policy itself says plan, and a run in that mode calls nothing that changes', async () => {
    const site = await aSite({ seed: two, policy: swift({ mode: 'plan' }) });
    const planned = await site.plan(events);
    const ran = await site.run(events);
    expect(ran.result.sagas.map(({ planDigest, state, mode }) => [planDigest, state, mode])).toEqual(planned.result.sagas.map(({ planDigest }) => [planDigest, 'planned', 'plan']));
    expect([ran.code, site.changes()]).toEqual([0, []]);
  });
});

describe('run, in recoverable mode', () => {
  it('rests in quarantine for the soak, saying until when it can be undone, and undo then brings everything back', async () => {
    const site = await aSite({ seed: two, policy: swift({ mode: 'recoverable', soakSeconds: 86_400 }) });
    const { code, result } = await site.run(events);
    const saga = sagaOf(result, 'orders');
    expect([code, saga.state]).toEqual([0, 'quarantined']);
    expect(Date.parse(saga.dueAt ?? '') - Date.now()).toBeGreaterThan(86_000_000);
    expect(Date.parse(saga.undoUntil ?? '') - Date.now()).toBeGreaterThan(6.7 * 86_400_000);
    expect(outcomesOf(saga)).toEqual({ orders: 'pending', 'orders-legacy': 'pending', orders_db: 'kept' });

    site.forget();
    const undone = await site.told('undo', [sagaIdOf(1)]);
    expect([undone.code, undone.result.sagas[0]?.state]).toEqual([0, 'restored']);
    expect(undone.result.totals.byOutcome).toEqual({ restored: 2, kept: 1 });
    expect(site.changes()).toEqual(['RestoreSecret orders', 'RestoreSecret orders-legacy']);
    expect(site.csms.state().secrets.map(({ name, state }) => [name, state])).toEqual([
      ['orders', 'ENABLED'],
      ['orders-legacy', 'ENABLED'],
      ['stock', 'PENDING_DELETE'],
    ]);

    const again = await site.told('undo', [sagaIdOf(1)]);
    expect([again.code, site.changes().length]).toEqual([0, 2]);
  });

  it('an event may ask for more care than the policy, never for less', async () => {
    const site = await aSite({ seed: two, policy: swift({ mode: 'recoverable' }) });
    const { result } = await site.run([anEvent([aDatabase(1)], { id: 'careful', mode: 'plan' }), anEvent([aDatabase(2)], { id: 'careless', mode: 'immediate' })]);
    expect(result.sagas.map(({ sagaId, mode, state }) => [sagaId, mode, state])).toEqual([
      [sagaIdOf(1), 'plan', 'planned'],
      [sagaIdOf(2), 'recoverable', 'verifying'],
    ]);
    expect(site.changes()).toEqual(['DeleteSecretForSchedule stock']);
  });

  it('H39: when it turns back it cancels the schedules it made and no other', async () => {
    const site = await aSite({
      seed: {
        secrets: [linked(1, 'orders'), linked(1, 'orders-old', { state: 'PENDING_DELETE' }), inSae('16', 'orders_db')],
        jobs: [{ name: 'nightly', namespaceId: NAMESPACE, uses: ['16'] }],
      },
      policy: swift({ mode: 'recoverable' }),
    });
    const { code, result } = await site.run([anEvent([aDatabase(1, { copies: [aCopy('16')] })], { id: 'orders' })]);
    expect([code, sagaOf(result, 'orders').state]).toEqual([3, 'restored']);
    expect(outcomesOf(sagaOf(result, 'orders'))).toEqual({ orders: 'restored', 'orders-old': 'pending', orders_db: 'kept' });
    expect(site.changes()).toEqual(['DeleteSecretForSchedule orders', 'RestoreSecret orders', 'DeleteSecret 16']);
  });
});

describe('undo', () => {
  it('H42: says of what is past the pivot that it is gone, and exits 3 without a call that changes anything', async () => {
    const site = await aSite({ seed: two });
    await site.run(events);
    site.forget();
    const { code, result } = await site.told('undo', [sagaIdOf(1)]);
    expect([code, result.sagas.map(({ state }) => state), site.changes()]).toEqual([3, ['gone'], []]);
    const { out } = await site.begin('undo', [sagaIdOf(1)]).ended;
    expect(JSON.parse(out)).toMatchObject({ answer: 'partly' });
  });

  it('says what it lost when a copy was erased before the pivot', async () => {
    const site = await aSite({
      seed: { secrets: [linked(1, 'orders'), inSae('16', 'orders_db'), inSae('17', 'orders_job')], jobs: [{ name: 'nightly', namespaceId: NAMESPACE, uses: ['17'] }] },
      policy: swift({ mode: 'recoverable', dependency: { retryAfterSeconds: 3_600, giveUpAfterSeconds: 7_200 } }),
    });
    const blocked = await site.run([anEvent([aDatabase(1, { copies: [aCopy('16'), aCopy('17')] })], { id: 'orders' })]);
    expect([blocked.code, blocked.result.sagas[0]?.state, blocked.result.sagas[0]?.dueAt]).toEqual([0, 'purging', expect.any(String)]);
    const { code, result } = await site.told('undo', [sagaIdOf(1)]);
    expect([code, result.sagas[0]?.state]).toEqual([3, 'restored']);
    expect(result.sagas.map(outcomesOf)).toEqual([{ orders: 'restored', orders_db: 'deleted', orders_job: 'kept' }]);
    expect(result.sagas[0]?.secrets.find(({ id }) => id === '16')?.detail).toContain('cannot be restored');
  });

  it('H38: tries a cancellation again that had failed, and needs the credentials of a saga that has ended', async () => {
    const refusal = { status: 403, body: { error_code: 'CSMS.0302', error_msg: 'Access denied.' } };
    const site = await aSite({
      seed: { secrets: [linked(1, 'orders'), inSae('16', 'orders_db')], jobs: [{ name: 'nightly', namespaceId: NAMESPACE, uses: ['16'] }] },
      policy: swift({ mode: 'recoverable' }),
      csmsFaults: [{ match: { operation: 'RestoreSecret', nth: 1 }, effect: refusal }],
    });
    const failed = await site.run([anEvent([aDatabase(1, { copies: [aCopy('16')] })], { id: 'orders' })]);
    expect([failed.code, failed.result.sagas.map(({ state }) => state), failed.result.sagas.map(outcomesOf)]).toEqual([3, ['compensation-failed'], [{ orders: 'pending', orders_db: 'kept' }]]);
    const bare = await site.begin('undo', [sagaIdOf(1)], { env: { HUAWEICLOUD_SDK_AK: '', HUAWEICLOUD_SDK_SK: '' } }).ended;
    expect(bare.code).toBe(2);
    const undone = await site.told('undo', [sagaIdOf(1)]);
    expect([undone.code, undone.result.sagas.map(outcomesOf)]).toEqual([0, [{ orders: 'restored', orders_db: 'kept' }]]);
  });

  it('H38: a cancellation that keeps failing needs somebody, is not called lost, and is tried at once by undo and by run', async () => {
    const unavailable = { status: 503, body: {} };
    const site = await aSite({
      seed: { secrets: [linked(1, 'orders')] },
      policy: swift({ mode: 'recoverable', soakSeconds: 86_400, retry: { attempts: 2, baseSeconds: 0, settleSeconds: 0, deadlineSeconds: 1 } }),
      csmsFaults: [{ match: { operation: 'RestoreSecret' }, times: 3, effect: unavailable }],
    });
    await site.run([anEvent([aDatabase(1)], { id: 'orders' })]);
    const undoing = await site.begin('undo', [sagaIdOf(1)]).ended;
    expect([undoing.code, JSON.parse(undoing.out)]).toMatchObject([3, { answer: 'partly', sagas: [{ state: 'compensating', dueAt: expect.any(String), reason: expect.stringMatching(/^not-cancelled: .* failed 2 times/) }] }]);
    const status = await site.begin('status', []).ended;
    expect([status.code, JSON.parse(status.out)]).toMatchObject([3, { sagas: [{ needs: { urgency: 'now', until: expect.any(String) }, next: { step: 'tries again to cancel what it scheduled' } }] }]);
    const again = await site.told('run');
    expect([again.code, again.result.sagas.map(({ state }) => state)]).toEqual([3, ['compensating']]);
    expect((await site.told('undo', [sagaIdOf(1)])).code).toBe(0);
  });

  it('names the saga that was probably meant when there is none of that id', async () => {
    const site = await aSite({ seed: two, policy: swift({ mode: 'recoverable', soakSeconds: 86_400 }) });
    await site.run(events.slice(0, 1));
    site.forget();
    const { code, out, err } = await site.begin('undo', [sagaIdOf(1, 2)]).ended;
    expect([code, site.operations()]).toEqual([2, []]);
    expect(JSON.parse(out)).toMatchObject({ problems: [{ file: 'command line', path: 'saga', remedy: expect.stringContaining(sagaIdOf(1)) }] });
    expect(err).toContain('nothing was called');
  });
});
