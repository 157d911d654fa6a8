import { expect, it } from 'vitest';
import { aCopy, anEvent } from '../../events/builders.ts';
import { aDatabase, inSae, linked, sagaIdOf, unlinked } from '../builders.ts';
import { aSite, swift } from '../harness.ts';
import { outcomesOf, sagaOf } from '../result.ts';

const seed = { secrets: [linked(1, 'orders'), unlinked('orders-legacy'), inSae('16', 'orders_db')] };
const event = anEvent([aDatabase(1, { secretNames: ['orders-legacy'], copies: [aCopy('16')] })], { id: 'orders' });

it('run, in recoverable mode, schedules, soaks for no time, purges and waits for the erasing date', async () => {
  const site = await aSite({ seed, policy: swift({ mode: 'recoverable' }) });
  const { code, result } = await site.run([event]);
  const saga = sagaOf(result, 'orders');
  expect([code, saga.state, saga.mode]).toEqual([0, 'verifying', 'recoverable']);
  expect(outcomesOf(saga)).toEqual({ orders: 'pending', 'orders-legacy': 'pending', orders_db: 'deleted' });
  expect(site.changes()).toEqual(['DeleteSecretForSchedule orders', 'DeleteSecretForSchedule orders-legacy', 'DeleteSecret 16']);
  expect(Date.parse(saga.dueAt ?? '') - Date.now()).toBeGreaterThan(6.7 * 86_400_000);

  site.pass(7 * 86_400 + 60);
  const later = await site.told('run');
  expect(later.result.sagas).toMatchObject([{ sagaId: sagaIdOf(1), state: 'gone', dueAt: null }]);
  expect(later.result.totals.byOutcome).toEqual({ deleted: 3 });
  expect(site.changes()).toHaveLength(3);
  expect(later.code).toBe(0);
});
