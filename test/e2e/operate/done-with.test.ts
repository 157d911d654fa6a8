import { expect, it } from 'vitest';
import { anEvent } from '../../events/builders.ts';
import { aDatabase, databaseId, linked, sagaIdOf, unlinked } from '../builders.ts';
import { type Site, aSite, swift } from '../harness.ts';

const statusOf = async (site: Site): Promise<{ readonly code: number | null; readonly needs: readonly (readonly [string, readonly string[] | null])[] }> => {
  const { code, out } = await site.begin('status').ended;
  const { sagas }: { sagas: readonly { readonly sagaId: string; readonly needs: { readonly commands: readonly string[] } | null }[] } = JSON.parse(out);
  return { code, needs: sagas.map(({ sagaId, needs }) => [sagaId, needs?.commands ?? null]) };
};

/** An instance that was refused, whose next event came after nothing protected it any more. */
const takenUpAgain = async (first: Readonly<Record<string, unknown>> = {}): Promise<Site> => {
  const site = await aSite({ seed: { secrets: [linked(1, 'orders'), unlinked('named')] }, policy: swift({ protect: { secretNames: ['orders'] } }) });
  await site.run([anEvent([{ ...aDatabase(1), ...first }], { id: 'first' })]);
  expect(await statusOf(site)).toMatchObject({ code: 3 });
  site.file('policy.json', swift());
  await site.run([anEvent([aDatabase(1)], { id: 'second' })]);
  return site;
};

it('a saga that was refused needs nobody any more once a later one has settled all its secrets', async () => {
  const site = await takenUpAgain();
  expect(await statusOf(site)).toEqual({ code: 0, needs: [[sagaIdOf(1), null], [sagaIdOf(1, 2), null]] });
});

it('a saga that was refused with a secret that no later one knows still asks for a person, by a command that works: a new event', async () => {
  const site = await takenUpAgain({ secretNames: ['named'] });
  expect(await statusOf(site)).toMatchObject({ code: 3, needs: [[sagaIdOf(1), [expect.stringContaining('status'), expect.stringContaining('send EVENT.json')]], [sagaIdOf(1, 2), null]] });
});

it('a saga that turned back by itself needs nobody any more once a later one has settled its secrets', async () => {
  const site = await aSite({ policy: swift({ mode: 'recoverable', soakSeconds: 5 * 86_400 }), seed: { secrets: [linked(1, 'orders')] } });
  await site.run([anEvent([aDatabase(1)], { id: 'first' })]);
  expect((await site.begin('hold', [databaseId(1)]).ended).code).toBe(0);
  site.pass(6.8 * 86_400);
  expect(await site.told('run')).toMatchObject({ code: 3, result: { sagas: [{ state: 'restored' }] } });
  await site.begin('release', [databaseId(1)]).ended;
  expect(await statusOf(site)).toMatchObject({ code: 3, needs: [[sagaIdOf(1), expect.any(Array)]] });
  site.file('policy.json', swift());
  await site.run([anEvent([aDatabase(1)], { id: 'second' })]);
  expect(await statusOf(site)).toEqual({ code: 0, needs: [[sagaIdOf(1), null], [sagaIdOf(1, 2), null]] });
});

it('what a person turned back needs nobody any more', async () => {
  const site = await aSite({ policy: swift({ mode: 'recoverable', soakSeconds: 86_400 }), seed: { secrets: [linked(1, 'orders')] } });
  await site.run([anEvent([aDatabase(1)])]);
  expect((await site.begin('undo', [sagaIdOf(1)]).ended).code).toBe(0);
  expect(await statusOf(site)).toEqual({ code: 0, needs: [[sagaIdOf(1), null]] });
});

it('a saga that was refused before it was planned still asks for a person, as long as no later one was asked for its names', async () => {
  const site = await aSite({ seed: { secrets: [linked(1, 'orders'), unlinked('named')] }, policy: swift({ scopes: [{ cloud: 'huawei', region: 'cn-north-4', projectId: 'f'.repeat(32) }] }) });
  await site.run([anEvent([aDatabase(1, { secretNames: ['named'] })], { id: 'first' })]);
  site.file('policy.json', swift());
  await site.run([anEvent([aDatabase(1)], { id: 'second' })]);
  expect(await statusOf(site)).toMatchObject({ code: 3, needs: [[sagaIdOf(1), expect.any(Array)], [sagaIdOf(1, 2), null]] });
  await site.run([anEvent([aDatabase(1, { secretNames: ['named'] })], { id: 'third' })]);
  expect(await statusOf(site)).toMatchObject({ code: 0, needs: [[sagaIdOf(1), null], [sagaIdOf(1, 2), null], [sagaIdOf(1, 3), null]] });
});
