import { describe, expect, it } from 'vitest';
import { aCopy, anEvent } from '../../events/builders.ts';
import { NAMESPACE, aDatabase, inSae, linked, unlinked } from '../builders.ts';
import { aSite, swift } from '../harness.ts';
import { outcomesOf, sagaOf } from '../result.ts';

const brisk = { attempts: 3, baseSeconds: 0, capSeconds: 0, deadlineSeconds: 1, settleSeconds: 0 };

describe('throttling', () => {
  it('H28: is waited out on both clouds and counts as no failure, however often it comes', async () => {
    const quota = { match: { operation: '*' }, effect: { quota: { calls: 2, perSeconds: 1 } } };
    const site = await aSite({
      seed: { secrets: [linked(1, 'orders'), inSae('16', 'orders_db'), inSae('17', 'orders_ro')] },
      policy: swift({ retry: { ...brisk, attempts: 1 } }),
      csmsFaults: [quota],
      saeFaults: [quota],
    });
    const { code, result } = await site.run([anEvent([aDatabase(1, { copies: [aCopy('16'), aCopy('17')] })], { id: 'orders' })]);
    expect(site.journal().filter(({ status }) => status === 429 || status === 400)).not.toEqual([]);
    expect([code, outcomesOf(sagaOf(result, 'orders'))]).toEqual([0, { orders: 'deleted', orders_db: 'deleted', orders_ro: 'deleted' }]);
  });
});

describe('a reply that never came', () => {
  it.each(['before', 'after'] as const)('H26: to any call that changes something, cut off %s it took effect, is settled by a look, and the end is right', async (reset) => {
    const once = (operation: string): { match: { operation: string; nth: number }; effect: { reset: 'before' | 'after' } } => ({ match: { operation, nth: 1 }, effect: { reset } });
    const site = await aSite({
      seed: {
        secrets: [linked(1, 'orders'), unlinked('legacy'), unlinked('shared', { stages: ['reader'] }), inSae('16', 'orders_db'), linked(2, 'stock'), inSae('17', 'stock_db')],
        jobs: [{ name: 'nightly', namespaceId: NAMESPACE, uses: ['17'] }],
      },
      policy: swift({ retry: brisk }),
      csmsFaults: ['BatchDeleteSecrets', 'DeleteSecret', 'DeleteSecretStage', 'DeleteSecretForSchedule', 'RestoreSecret'].map(once),
      saeFaults: [once('DeleteSecret')],
    });
    const { code, result } = await site.run([
      anEvent([aDatabase(1, { secretNames: ['legacy'], stages: [{ secretName: 'shared', stage: 'reader' }], copies: [aCopy('16')] })], { id: 'orders' }),
      anEvent([aDatabase(2, { copies: [aCopy('17')] })], { id: 'stock', mode: 'recoverable' }),
    ]);
    expect(result.sagas.map(({ state }) => state)).toEqual(['gone', 'restored']);
    expect(outcomesOf(sagaOf(result, 'orders'))).toEqual({ orders: 'deleted', legacy: 'deleted', orders_db: 'deleted' });
    expect(sagaOf(result, 'orders').stages.map(({ outcome }) => outcome)).toEqual(['deleted']);
    expect(outcomesOf(sagaOf(result, 'stock'))).toEqual({ stock: 'restored', stock_db: 'kept' });
    expect(site.csms.state().secrets.map(({ name, state }) => [name, state])).toEqual([
      ['shared', 'ENABLED'],
      ['stock', 'ENABLED'],
    ]);
    const erased = site.journal().flatMap(({ effect }) => (effect?.did === 'erased' ? effect.names : []));
    expect(erased.toSorted()).toEqual(['16', 'legacy', 'orders']);
    expect(code).toBe(3);
  });
});

describe('a message that can never succeed', () => {
  it('H17: is parked with its reason, and its neighbours in every queue are worked off; who ran it is asked to look', async () => {
    const site = await aSite({ seed: { secrets: [linked(1, 'orders'), linked(2, 'stock')] } });
    const unknownSaga = JSON.stringify({ v: 1, sagaId: 'alibaba:cn-beijing:cn-beijing:test:0123456789ab#1', turn: 0 });
    await site.withState(async ({ queue }) => {
      await queue.send('decommissions', ['this is no JSON', JSON.stringify(anEvent([aDatabase(2)], { id: 'neighbour' })), JSON.stringify({ specversion: '0.3' })].map((body) => ({ body, delaySeconds: 0 })));
      await queue.send('deletions', ['{"v":2}', unknownSaga].map((body) => ({ body, delaySeconds: 0 })));
      await queue.send('compensations', [{ body: '[]', delaySeconds: 0 }]);
    });
    const { code, result } = await site.run([anEvent([aDatabase(1)], { id: 'orders' })]);
    expect([code, result.sagas.map(({ eventIds, state }) => [eventIds.join(), state]).toSorted((a, b) => String(a).localeCompare(String(b)))]).toEqual([
      3,
      [
        ['neighbour', 'gone'],
        ['orders', 'gone'],
      ],
    ]);
    const parked = await site.withState(async ({ ledger }) => {
      const rows: { readonly queue: string; readonly reason: string }[] = [];
      for await (const { body } of ledger.list('parked')) rows.push(JSON.parse(body));
      return rows;
    });
    expect(parked.map(({ queue }) => queue.split('-').at(-1)).toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual(['compensations', 'decommissions', 'decommissions', 'deletions', 'deletions']);
    expect(parked.every(({ reason }) => reason.length > 10)).toBe(true);
    const depths = await site.withState(({ queue }) => Promise.all((['decommissions', 'deletions', 'verifications', 'compensations'] as const).map((name) => queue.depth(name))));
    expect(depths.map(({ ready, inFlight, deadLetters }) => ready + inFlight + deadLetters)).toEqual([0, 0, 0, 0]);
  });
});
