import { describe, expect, it } from 'vitest';
import { PROJECT, aCopy, anAlibabaInstance, anEvent } from '../../events/builders.ts';
import { aDatabase, databaseId, inSae, linked, sagaIdOf, unlinked } from '../builders.ts';
import { aSite, swift } from '../harness.ts';
import { outcomesOf, sagaOf } from '../result.ts';

const DAY_MS = 86_400_000;
const at = (daysAgo: number): string => new Date(Date.now() - daysAgo * DAY_MS).toISOString();

describe('events', () => {
  it('H11: sent twice in one file, and an instance named twice in one event, are one', async () => {
    const site = await aSite({ seed: { secrets: [linked(1, 'orders'), unlinked('legacy'), inSae('16', 'orders_db')] } });
    const event = anEvent([aDatabase(1, { secretNames: ['legacy'] }), aDatabase(1, { copies: [aCopy('16')] }), aDatabase(1)], { id: 'orders' });
    const { code, result } = await site.run([event, event]);
    expect([code, result.sagas.map(({ sagaId, eventIds }) => [sagaId, eventIds])]).toEqual([0, [[sagaIdOf(1), ['orders']]]]);
    expect(outcomesOf(sagaOf(result, 'orders'))).toEqual({ orders: 'deleted', legacy: 'deleted', orders_db: 'deleted' });
    expect(site.changes()).toEqual(['BatchDeleteSecrets', 'DeleteSecret legacy', 'DeleteSecret 16']);
    expect(result.events.map(({ accepted }) => accepted)).toEqual([true, true]);
  });

  it('H11: join the open saga when they name nothing new, else open the next generation, which starts when that one ends', async () => {
    const policy = swift({ mode: 'recoverable', soakSeconds: 7_200 });
    const site = await aSite({ seed: { secrets: [linked(1, 'orders'), unlinked('legacy')] }, policy });
    await site.run([anEvent([aDatabase(1)], { id: 'first' })]);
    const { code, result } = await site.run([anEvent([aDatabase(1)], { id: 'second' }), anEvent([aDatabase(1, { secretNames: ['legacy'] })], { id: 'third' })]);
    expect(result.sagas.map(({ sagaId, eventIds, state }) => [sagaId, eventIds, state])).toEqual([
      [sagaIdOf(1), ['first', 'second'], 'quarantined'],
      [sagaIdOf(1, 2), ['third'], 'received'],
    ]);
    expect([code, sagaOf(result, 'third').reason, site.changes()]).toEqual([0, 'previous-generation', ['DeleteSecretForSchedule orders']]);

    site.forget();
    await site.told('undo', [sagaIdOf(1)]);
    const next = await site.told('run');
    expect(next.result.sagas.map(({ sagaId, state }) => [sagaId, state])).toEqual([[sagaIdOf(1, 2), 'quarantined']]);
    expect(outcomesOf(sagaOf(next.result, 'third'))).toEqual({ orders: 'pending', legacy: 'pending' });
    expect(site.changes()).toEqual(['RestoreSecret orders', 'DeleteSecretForSchedule orders', 'DeleteSecretForSchedule legacy']);
  });

  it('are not accepted with too many instances, too old, or with an id that stands for other data; the others are carried out', async () => {
    const site = await aSite({ seed: { secrets: [linked(1, 'orders'), linked(2, 'billing')] }, policy: swift({ limits: { instancesPerEvent: 2 }, maxEventAgeDays: 1 }) });
    const orders = anEvent([aDatabase(1)], { id: 'orders' });
    await site.run([orders]);
    site.forget();
    const { code, result } = await site.run([
      anEvent([aDatabase(2)], { id: 'orders' }),
      anEvent([aDatabase(2), aDatabase(3), aDatabase(4)], { id: 'many' }),
      anEvent([aDatabase(2)], { id: 'old', time: at(1.1) }),
      anEvent([aDatabase(2)], { id: 'part', part: { index: 2, count: 9, instances: 9 } }),
      anEvent([aDatabase(2)], { id: 'billing', time: at(0.9) }),
      orders,
    ]);
    expect(result.events.map(({ id, accepted, reason }) => [id, accepted, reason?.split(':')[0] ?? null])).toEqual([
      ['orders', false, 'event-id-reused'],
      ['many', false, 'too-many-instances'],
      ['old', false, 'too-old'],
      ['part', false, 'too-many-instances'],
      ['billing', true, null],
      ['orders', true, null],
    ]);
    expect(code).toBe(3);
    expect(result.sagas.map(({ sagaId, eventIds }) => [sagaId, eventIds])).toEqual([
      [sagaIdOf(1), ['orders']],
      [sagaIdOf(2), ['billing']],
    ]);
    expect(site.changes()).toEqual(['BatchDeleteSecrets']);
  });

  it('over 1 MiB travel in parts and are one event: one line in the result, every instance a saga', async () => {
    const instances = Array.from({ length: 60 }, (_, index) => aDatabase(index + 1, { secretNames: Array.from({ length: 300 }, (_, at) => `secret-${index}-${'x'.repeat(48)}-${at}`) }));
    const site = await aSite({ seed: { secrets: [linked(1, 'orders')] }, policy: swift({ limits: { secretsPerInstance: 50 }, protect: { secretNames: ['secret-*'] } }) });
    const { code, result } = await site.run([anEvent(instances, { id: 'large' })]);
    expect(JSON.stringify(instances).length).toBeGreaterThan(1_048_576);
    expect(result.events).toEqual([{ id: 'large', source: 'urn:cmdb:prod', accepted: true, reason: null }]);
    expect([code, result.totals.byState, site.changes()]).toEqual([3, { refused: 60 }, []]);
  });

  it('come in the parts their sender made, each known by its number', async () => {
    const site = await aSite({ seed: { secrets: [linked(1, 'orders'), linked(2, 'billing')] } });
    const parts = [1, 2, 1].map((index) => anEvent([aDatabase(index)], { id: 'parted', part: { index, count: 2 } }));
    const { code, result } = await site.run(parts);
    expect([code, result.sagas.map(({ sagaId, state, eventIds }) => [sagaId, state, eventIds])]).toEqual([
      0,
      [
        [sagaIdOf(1), 'gone', ['parted']],
        [sagaIdOf(2), 'gone', ['parted']],
      ],
    ]);
    expect(site.changes()).toEqual(['BatchDeleteSecrets', 'BatchDeleteSecrets']);
  });

  it('are taken from standard input, and out of the envelopes of SNS and EventBridge, and from a CTS trace with the source the policy names', async () => {
    const site = await aSite({
      seed: { secrets: [linked(1, 'orders'), linked(2, 'billing'), linked(3, 'stock')] },
      policy: swift({ sources: { cts: { region: 'cn-north-4', projectId: PROJECT } } }),
    });
    const sns = { Type: 'Notification', TopicArn: 'arn:aws:sns:eu-west-1:1:gone', Message: JSON.stringify(anEvent([aDatabase(1)], { id: 'by-sns' })) };
    const bridge = { 'detail-type': 'gone', detail: anEvent([aDatabase(2)], { id: 'by-bridge' }) };
    const trace = { trace_name: 'deleteInstance', resource_type: 'instance', service_type: 'RDS', resource_id: databaseId(3), trace_id: 'by-cts', trace_status: 'normal', time: Date.now() };
    const { code, result } = await site.told('run', ['-'], { input: JSON.stringify([sns, bridge, { cts: trace }]) });
    expect([code, result.totals.byOutcome]).toEqual([0, { deleted: 3 }]);
    expect(result.sagas.flatMap(({ eventIds }) => eventIds).toSorted()).toEqual(['by-bridge', 'by-cts', 'by-sns']);
    expect(result.events.find(({ id }) => id === 'by-cts')?.source).toBe(`urn:huawei:cts:cn-north-4:${PROJECT}`);
  });

  it('H12: that tell of an earlier end than the one settled are not accepted; later ones open the next generation', async () => {
    const site = await aSite({ seed: { secrets: [linked(1, 'orders')] } });
    await site.run([anEvent([aDatabase(1)], { id: 'now', time: at(1) })]);
    const { code, result } = await site.run([anEvent([aDatabase(1)], { id: 'before', time: at(2) }), anEvent([aDatabase(1)], { id: 'after', time: at(0) })]);
    expect(result.events.map(({ id, accepted, reason }) => [id, accepted, reason?.split(':')[0] ?? null])).toEqual([
      ['before', false, 'older'],
      ['after', true, null],
    ]);
    expect([code, sagaOf(result, 'after').sagaId, sagaOf(result, 'after').state]).toEqual([3, sagaIdOf(1, 2), 'gone']);
  });

  it('H3: outside the scopes are refused instance by instance, before any call', async () => {
    const site = await aSite();
    const { code, result } = await site.run([
      anEvent([aDatabase(1, { region: 'cn-south-1' }), aDatabase(2, { copies: [{ ...aCopy('16'), namespaceId: 'cn-beijing' }] }), anAlibabaInstance({ namespaceId: 'cn-beijing:prod' })], { id: 'elsewhere' }),
    ]);
    expect([code, result.totals.byState, site.operations()]).toEqual([3, { refused: 3 }, []]);
    for (const { reason, finishedAt } of result.sagas) expect([reason, finishedAt]).toEqual([expect.stringMatching(/^scope: /), expect.any(String)]);
  });
});
