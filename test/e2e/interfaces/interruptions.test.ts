import { describe, expect, it } from 'vitest';
import { aCopy, anEvent } from '../../events/builders.ts';
import { holdingClock } from '../../local/emulators/holding-clock.ts';
import { aDatabase, inSae, linked, sagaIdOf, unlinked } from '../builders.ts';
import { type Rule, type Site, aSite, swift, told } from '../harness.ts';
import { outcomesOf } from '../result.ts';

const seed = { secrets: [linked(1, 'orders'), unlinked('legacy-1'), unlinked('legacy-2'), unlinked('shared', { stages: ['reader'] }), inSae('16', 'orders_db')] };
const event = anEvent([aDatabase(1, { secretNames: ['legacy-1', 'legacy-2'], stages: [{ secretName: 'shared', stage: 'reader' }], copies: [aCopy('16')] })], { id: 'orders' });

/** Longer than a lease and the settling of a call, so that whoever comes next may look. */
const UNTIL_SETTLED_SECONDS = 60;

const heldAt = (operation: string, nth = 1, reset?: 'before'): Rule => ({ match: { operation, nth }, effect: { latencyMs: 1, ...(reset === undefined ? {} : { reset }) } });

/** How often each secret was erased, scheduled or stripped of a stage. */
const effects = (site: Site): string[] => site.journal().flatMap(({ effect }) => (effect === null ? [] : effect.names.map((name) => `${effect.did} ${name}`)));

/** Where a command was killed while its cloud held an answer back, and the time has gone by after which another may look. */
const siteAfterKill = async (command: 'run' | 'plan', scene: Parameters<typeof aSite>[0]): Promise<Site> => {
  const holding = holdingClock();
  const site = await aSite({ seed, clock: holding.clock, ...scene });
  const killed = site.begin(command, [site.file('event.json', event)]);
  await holding.held;
  killed.signal('SIGKILL');
  expect((await killed.ended).code).toBeNull();
  holding.release();
  site.pass(UNTIL_SETTLED_SECONDS);
  return site;
};

describe('kill -9', () => {
  it.each([
    ['while the plan is made', 'immediate', 'csms', heldAt('ListSecrets')],
    ['before a copy’s deletion took effect', 'immediate', 'sae', heldAt('DeleteSecret', 1, 'before')],
    ['after a copy’s deletion took effect', 'immediate', 'sae', heldAt('DeleteSecret')],
    ['after a stage was removed', 'immediate', 'csms', heldAt('DeleteSecretStage')],
    ['before the batch-delete took effect', 'immediate', 'csms', heldAt('BatchDeleteSecrets', 1, 'before')],
    ['after the batch-delete took effect', 'immediate', 'csms', heldAt('BatchDeleteSecrets')],
    ['after a named secret was deleted', 'immediate', 'csms', heldAt('DeleteSecret')],
    ['between two looks of the verification', 'immediate', 'csms', heldAt('ListSecrets', 4)],
    ['before a schedule took effect', 'recoverable', 'csms', heldAt('DeleteSecretForSchedule', 1, 'before')],
    ['after a schedule took effect', 'recoverable', 'csms', heldAt('DeleteSecretForSchedule', 2)],
  ] as const)('H26: %s (%s) is gone on from with the same state, without a second effect and to the same end', async (_when, mode, cloud, rule) => {
    const site = await siteAfterKill('run', { policy: swift({ mode }), ...(cloud === 'csms' ? { csmsFaults: [rule] } : { saeFaults: [rule] }) });
    const { code, result } = await site.told('run');
    const done = mode === 'immediate' ? 'deleted' : 'pending';
    expect(result.sagas.map(({ sagaId, state }) => [sagaId, state])).toEqual([[sagaIdOf(1), mode === 'immediate' ? 'gone' : 'verifying']]);
    expect(result.sagas.map(outcomesOf)).toEqual([{ orders: done, 'legacy-1': done, 'legacy-2': done, orders_db: 'deleted' }]);
    expect(result.sagas[0]?.stages.map(({ outcome }) => outcome)).toEqual(['deleted']);
    expect(code).toBe(0);
    const did = mode === 'immediate' ? 'erased' : 'scheduled';
    expect(effects(site).toSorted()).toEqual(['erased 16', `${did} legacy-1`, `${did} legacy-2`, `${did} orders`, 'stageRemoved shared'].toSorted());
  });

  it('between a step and its message is gone on from at once, though another message lies far off', async () => {
    const site = await siteAfterKill('run', { csmsFaults: [heldAt('BatchDeleteSecrets')] });
    await site.withState(async ({ queue }) => {
      const messages = await queue.receive('deletions', { max: 10, visibilitySeconds: 60, waitSeconds: 0 });
      await queue.acknowledge('deletions', messages.map(({ receipt }) => receipt));
      await queue.send('verifications', messages.map(({ body }) => ({ body, delaySeconds: 900 })));
    });
    const { code, result } = await site.told('run');
    expect([code, result.totals.byState]).toEqual([0, { gone: 1 }]);
  });

  it('of a plan run does not keep its event from being carried out', async () => {
    const site = await siteAfterKill('plan', { csmsFaults: [heldAt('ListSecrets')] });
    const { code, result } = await site.run([event]);
    expect([code, result.sagas.map(({ eventIds, mode, state }) => [eventIds, mode, state])]).toEqual([0, [[['orders'], 'immediate', 'gone']]]);
  });
});

describe('Ctrl-C', () => {
  it('once lets the call in flight finish, makes no other, keeps the state, tells it as it stands, and exits 130', async () => {
    const holding = holdingClock();
    const site = await aSite({ seed, clock: holding.clock, csmsFaults: [heldAt('DeleteSecret')] });
    const running = site.begin('run', [site.file('event.json', event)]);
    await holding.held;
    const before = site.operations().length;
    running.signal('SIGINT');
    await running.says('stopping');
    holding.release();
    const ended = await running.ended;
    expect(ended.code).toBe(130);
    expect(told(ended).result.sagas.map(({ sagaId, state, calls }) => [sagaId, state, calls.csms])).toEqual([[sagaIdOf(1), 'purging', site.csms.journal().length]]);
    expect(site.operations().length - before).toBe(1);

    const { code, result } = await site.told('run');
    expect([code, result.totals.byState]).toEqual([0, { gone: 1 }]);
    expect(effects(site).toSorted()).toEqual(['erased 16', 'erased legacy-1', 'erased legacy-2', 'erased orders', 'stageRemoved shared']);
  });

  it('while nothing but a date is waited for ends the wait', async () => {
    const site = await aSite({ seed, policy: swift({ verify: { firstDelaySeconds: 600 } }) });
    const running = site.begin('run', [site.file('event.json', event)]);
    await site.until(() => site.changes().includes('DeleteSecret legacy-2'));
    running.signal('SIGINT');
    const ended = await running.ended;
    expect([ended.code, told(ended).result.totals.byState]).toEqual([130, { verifying: 1 }]);
  });

  it('once ends an undo after the cancellation in flight; a run then goes on with it', async () => {
    const holding = holdingClock();
    const site = await aSite({ seed, policy: swift({ mode: 'recoverable', soakSeconds: 7_200 }), clock: holding.clock, csmsFaults: [heldAt('RestoreSecret')] });
    await site.run([event]);
    const undoing = site.begin('undo', [sagaIdOf(1)]);
    await holding.held;
    undoing.signal('SIGINT');
    await undoing.says('stopping');
    holding.release();
    const ended = await undoing.ended;
    const cancelled = (): string[] => effects(site).filter((effect) => effect.startsWith('cancelled'));
    expect([ended.code, told(ended).result.totals.byState, cancelled().length]).toEqual([130, { compensating: 1 }, 1]);
    const { code, result } = await site.told('run');
    expect([code, result.totals.byState, cancelled().length]).toEqual([3, { restored: 1 }, 3]);
  });

  it('twice stops at once', async () => {
    const holding = holdingClock();
    const site = await aSite({ seed, clock: holding.clock, csmsFaults: [heldAt('BatchDeleteSecrets')] });
    const running = site.begin('run', [site.file('event.json', event)]);
    await holding.held;
    running.signal('SIGINT');
    await running.says('stopping');
    running.signal('SIGINT');
    expect((await running.ended).code).toBe(130);
    holding.release();
  });
});
