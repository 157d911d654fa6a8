import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT, aCopy, aHuaweiInstance, anAlibabaInstance, anEvent } from '../../events/builders.ts';
import { NAMESPACE, aDatabase, databaseId, gatewayId, inSae, linked, sagaIdOf, unlinked } from '../builders.ts';
import { type Site, type Told, aSite, swift } from '../harness.ts';
import { outcomesOf, sagaOf } from '../result.ts';

const BEYOND_DOUBLES = '9007199254740993';

const seed = {
  secrets: [
    linked(1, 'orders-admin'),
    linked(1, 'orders-app'),
    unlinked('orders-legacy'),
    unlinked('shared', { stages: ['reader-7'] }),
    inSae(BEYOND_DOUBLES, 'orders_db'),
    inSae('9007199254740992', 'a_neighbour'),
    linked(2, 'billing'),
    inSae('16', 'billing_db'),
    linked(3, 'stock'),
    inSae('17', 'stock_db'),
    linked(4, 'mail'),
    linked(4, 'mail-old', { state: 'PENDING_DELETE' }),
    linked(5, 'prod-users'),
    linked(5, 'users-app'),
    inSae('20', 'lone_1'),
    inSae('21', 'lone_2'),
    { name: 'behind-the-gateway', projectId: PROJECT, instance: { id: gatewayId(6), type: 'APIG' as const } },
    linked(8, 'of-another-type'),
  ],
  applications: [{ name: 'billing-web', namespaceId: NAMESPACE, uses: ['16'] }],
  jobs: [{ name: 'stock-nightly', namespaceId: NAMESPACE, uses: ['17'] }],
};

const gateway = (number: number): Record<string, unknown> => aHuaweiInstance({ instanceId: gatewayId(number), instanceType: 'APIG' });

const events = [
  anEvent(
    [
      aDatabase(1, {
        secretNames: ['orders-legacy', 'never-there'],
        stages: [{ secretName: 'shared', stage: 'reader-7' }],
        copies: [aCopy(BEYOND_DOUBLES), aCopy('404')],
      }),
    ],
    { id: 'orders', reason: 'CHG-10432' },
  ),
  anEvent([aDatabase(2, { copies: [aCopy('16')] })], { id: 'billing' }),
  anEvent([aDatabase(3, { copies: [aCopy('17')] })], { id: 'stock' }),
  anEvent([aDatabase(4)], { id: 'mail' }),
  anEvent([aDatabase(5)], { id: 'users' }),
  anEvent([anAlibabaInstance({ secretIds: ['20', '21'] })], { id: 'lone' }),
  anEvent([gateway(6)], { id: 'gateway' }),
  anEvent([gateway(7)], { id: 'bare-gateway' }),
  anEvent([aDatabase(8, { instanceType: 'TaurusDB' })], { id: 'other-type' }),
];

const policy = swift({ unseenTypes: ['APIG'], protect: { secretNames: ['prod-*'] } });

describe('run, in immediate mode', () => {
  let site: Site;
  let first: Told;

  beforeAll(async () => {
    site = await aSite({ seed, policy });
    first = await site.run(events);
  });

  it('ends each instance in its own way, and exits 3 since some need a person', () => {
    const states = first.result.sagas.map(({ eventIds, state }) => [eventIds.join(), state]);
    expect(Object.fromEntries(states)).toEqual({
      'bare-gateway': 'parked',
      billing: 'restored',
      gateway: 'gone',
      lone: 'gone',
      mail: 'verifying',
      orders: 'gone',
      'other-type': 'gone',
      stock: 'restored',
      users: 'refused',
    });
    expect(first.code).toBe(3);
  });

  it('prints one document with the endpoints called, every event, and totals that count what stands in it', () => {
    const { clouds, events: told, sagas, totals } = first.result;
    expect(clouds).toEqual({ csms: site.csms.endpoint, sae: site.sae.endpoint });
    expect(told).toEqual(events.map(({ id }) => ({ id, source: 'urn:cmdb:prod', accepted: true, reason: null })));
    expect(totals.instances).toBe(sagas.length);
    expect(totals.byState).toEqual({ gone: 4, parked: 1, refused: 1, restored: 2, verifying: 1 });
    expect(totals.byOutcome).toEqual({ deleted: 9, 'already-gone': 2, kept: 6, pending: 1 });
  });

  it('tells of a saga its id, instance, mode, plan, calls and times', () => {
    expect(sagaOf(first.result, 'orders')).toMatchObject({
      sagaId: sagaIdOf(1),
      eventIds: ['orders'],
      mode: 'immediate',
      instance: { cloud: 'huawei', region: 'cn-north-4', projectId: PROJECT, instanceId: databaseId(1), instanceType: 'RDS' },
      dueAt: null,
      undoUntil: null,
      reason: null,
      planDigest: expect.stringMatching(/^sha256:/),
      hold: null,
      blockers: [],
    });
    const { calls, startedAt, finishedAt } = sagaOf(first.result, 'orders');
    expect(calls.csms).toBeGreaterThan(2);
    expect(calls.sae).toBeGreaterThan(1);
    expect(Date.parse(startedAt)).toBeLessThanOrEqual(Date.parse(finishedAt ?? ''));
  });

  it('H25: deletes what is linked, named and copied, and tells apart what had been gone already', () => {
    const orders = sagaOf(first.result, 'orders');
    expect(outcomesOf(orders)).toEqual({
      404: 'already-gone',
      'never-there': 'already-gone',
      'orders-admin': 'deleted',
      'orders-app': 'deleted',
      'orders-legacy': 'deleted',
      orders_db: 'deleted',
    });
    expect(orders.stages).toEqual([{ secretName: 'shared', stage: 'reader-7', outcome: 'deleted', detail: null }]);
    expect(site.csms.state().secrets.find(({ name }) => name === 'shared')?.stages).toEqual({ SYSCURRENT: 'v1' });
  });

  it('H8: deletes a copy whose id is beyond 2^53 by its exact digits', () => {
    const deleted = site.sae.journal().filter(({ operation, effect }) => operation === 'DeleteSecret' && effect !== null);
    expect(deleted.flatMap(({ effect }) => effect?.names ?? []).sort()).toEqual(['20', '21', BEYOND_DOUBLES]);
    expect(sagaOf(first.result, 'orders').secrets).toContainEqual({ cloud: 'alibaba', scope: NAMESPACE, id: BEYOND_DOUBLES, name: 'orders_db', outcome: 'deleted', detail: null });
    expect(site.sae.state().secrets.map(({ name }) => name)).toContain('a_neighbour');
  });

  it('H21: sends one batch-delete for an instance, with instance_id and instance_type both set', () => {
    const bodies = site.csms.journal().filter(({ operation }) => operation === 'BatchDeleteSecrets');
    expect(bodies.map(({ request }) => request.body)).toEqual(
      expect.arrayContaining([
        { instance_id: databaseId(1), instance_type: 'RDS' },
        { instance_id: databaseId(4), instance_type: 'RDS' },
        { instance_id: gatewayId(6), instance_type: 'APIG' },
        { instance_id: gatewayId(7), instance_type: 'APIG' },
      ]),
    );
    expect(bodies).toHaveLength(4);
  });

  it('H33: sends nothing that cannot be undone once a copy is in use, and keeps everything', () => {
    const [billing, stock] = [sagaOf(first.result, 'billing'), sagaOf(first.result, 'stock')];
    expect(outcomesOf(billing)).toEqual({ billing: 'kept', billing_db: 'kept' });
    expect(outcomesOf(stock)).toEqual({ stock: 'kept', stock_db: 'kept' });
    expect(billing.blockers).toEqual([{ secretId: '16', kind: 'application', name: 'billing-web', code: null, seenBy: 'RelateApps' }]);
    expect(stock.blockers).toEqual([{ secretId: '17', kind: 'job', name: 'stock-nightly', code: 'DependencyViolation.Job', seenBy: 'DeleteSecret' }]);
    expect(stock.reason).toContain('DependencyViolation.Job');
    expect(site.sae.journal().some(({ operation, request }) => operation === 'DeleteSecret' && request.query['SecretId'] === '16')).toBe(false);
  });

  it('H22: leaves to its date what somebody else had scheduled', () => {
    const mail = sagaOf(first.result, 'mail');
    expect(outcomesOf(mail)).toEqual({ mail: 'deleted', 'mail-old': 'pending' });
    expect(mail.dueAt).not.toBeNull();
    expect(mail.finishedAt).toBeNull();
    expect(mail.secrets.find(({ name }) => name === 'mail-old')?.detail).toContain('scheduled by somebody else');
  });

  it('refuses an instance that shares its batch-delete with a protected secret, and calls nothing for it that changes', () => {
    const users = sagaOf(first.result, 'users');
    expect(outcomesOf(users)).toEqual({ 'prod-users': 'kept', 'users-app': 'kept' });
    expect(users.reason).toContain('prod-users');
  });

  it('names the secrets of a gateway only from the reply, and parks one of which no secret was ever seen', () => {
    expect(sagaOf(first.result, 'gateway').secrets).toMatchObject([{ name: 'behind-the-gateway', outcome: 'deleted', detail: 'not visible before' }]);
    expect(sagaOf(first.result, 'bare-gateway')).toMatchObject({ state: 'parked', secrets: [] });
  });

  it('keeps a secret that is linked to the instance as another type', () => {
    expect(sagaOf(first.result, 'other-type')).toMatchObject({ state: 'gone', secrets: [] });
    expect(site.csms.state().secrets.map(({ name }) => name)).toContain('of-another-type');
  });

  it('names an SAE-only saga by a hash of its ids', () => {
    const lone = sagaOf(first.result, 'lone');
    expect(lone.sagaId).toMatch(/^alibaba:cn-beijing:cn-beijing:test:[0-9a-f]{12}#1$/);
    expect(lone.instance).toEqual({ cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE });
    expect(outcomesOf(lone)).toEqual({ lone_1: 'deleted', lone_2: 'deleted' });
    expect(lone.calls.csms).toBe(0);
  });

  it('counts as calls exactly the requests that reached the clouds', () => {
    const calls = first.result.sagas.map((saga) => saga.calls);
    expect(calls.reduce((sum, { csms }) => sum + csms, 0)).toBe(site.csms.journal().length);
    expect(calls.reduce((sum, { sae }) => sum + sae, 0)).toBe(site.sae.journal().length);
  });

  it('H11: gives the stored result when the same events come again, and reopens only what was refused or parked', async () => {
    site.forget();
    const again = await site.run(events);
    expect(again.result.events.every(({ accepted }) => accepted)).toBe(true);
    const changed = site.changes();
    expect(changed).toEqual(['BatchDeleteSecrets']);
    for (const id of ['orders', 'billing', 'stock', 'lone', 'gateway']) expect(sagaOf(again.result, id)).toEqual(sagaOf(first.result, id));
    expect(sagaOf(again.result, 'users')).toMatchObject({ sagaId: sagaIdOf(5), state: 'refused', eventIds: ['users'] });
    expect(again.code).toBe(3);
  });
});
