import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { begin } from '../../cli/probate.ts';
import { anEvent } from '../../events/builders.ts';
import { plantNewer } from '../../workflow/world.ts';
import { aDatabase, databaseId, linked, sagaIdOf } from '../builders.ts';
import { type Site, aFolder, aSite, swift, told } from '../harness.ts';

const [OURS, OTHER, NEWER] = [sagaIdOf(1), sagaIdOf(2), sagaIdOf(9)];
const LOOK = `${NEWER} was written by a newer Probate`;
/** More than a day: what ends within one needs somebody. */
const SOAK_SECONDS = 432_000;
const seed = { secrets: [linked(1, 'orders'), linked(2, 'billing'), linked(9, 'stock')] };

/** A saga of ours that soaks, beside one that a newer Probate wrote for another instance. */
const aMixedSite = async (): Promise<Site> => {
  const site = await aSite({ seed, policy: swift({ mode: 'recoverable', soakSeconds: SOAK_SECONDS }) });
  await site.run([anEvent([aDatabase(1)], { id: 'orders' })]);
  await site.withState(async (state) => void (await plantNewer(state, 9)));
  return site;
};

/** What stands in the ledger of the newer one, which nobody here may write over. */
const newerItem = (site: Site): Promise<unknown> => site.withState(({ ledger }) => ledger.read('saga', NEWER));

interface Document {
  readonly newer?: readonly string[];
  readonly problems?: readonly { readonly path: string; readonly message: string; readonly remedy: string }[];
  readonly sagas?: readonly { readonly sagaId: string; readonly state: string }[];
}

const documentOf = async (site: Site, command: string, args: readonly string[] = []): Promise<{ readonly code: number | null; readonly document: Document }> => {
  const { code, out } = await site.begin(command, args).ended;
  const document: Document = JSON.parse(out);
  return { code, document };
};

it('H32: status tells of the sagas it can read, names the one it cannot, and asks for a person; of one saga alone it tells as ever', async () => {
  const site = await aMixedSite();
  const all = await documentOf(site, 'status');
  expect([all.code, all.document.newer, all.document.sagas?.map(({ sagaId }) => sagaId)]).toEqual([3, [NEWER], [OURS]]);
  const one = await documentOf(site, 'status', [OURS]);
  expect([one.code, one.document.newer, one.document.sagas?.map(({ state }) => state)]).toEqual([0, [], ['quarantined']]);
  const instance = await documentOf(site, 'status', [databaseId(1)]);
  expect([instance.code, instance.document.newer, instance.document.sagas?.length]).toEqual([0, [], 1]);
  // A secret's name may be one of the newer saga's too.
  const secret = await documentOf(site, 'status', ['orders']);
  expect([secret.code, secret.document.newer, secret.document.sagas?.length]).toEqual([3, [NEWER], 1]);
});

it.each([
  { command: 'status', what: 'that very saga', args: [NEWER], says: LOOK },
  { command: 'status', what: 'a secret that no other saga has', args: ['stock'], says: `"stock" is of no saga that this Probate can read, and a newer one wrote ${NEWER}` },
  { command: 'undo', what: 'that very saga', args: [NEWER], says: LOOK },
  { command: 'approve', what: 'that very saga', args: [NEWER, `sha256:${'0'.repeat(64)}`], says: LOOK },
])('H32: $command of $what is refused with the id of what a newer Probate wrote and what to do; nothing is written over it', async ({ command, args, says }) => {
  const site = await aMixedSite();
  const before = await newerItem(site);
  const { code, document } = await documentOf(site, command, args);
  expect([code, document.problems]).toEqual([2, [{ file: 'command line', path: expect.stringContaining('saga'), message: says, remedy: expect.stringMatching(/^use the Probate that wrote it/) }]]);
  expect(await newerItem(site)).toEqual(before);
});

it('H32: undo cancels what a saga scheduled though a newer Probate wrote another one, even the next of its own instance', async () => {
  const site = await aMixedSite();
  const next = sagaIdOf(1, 2);
  await site.withState(({ ledger, clock }) => ledger.write({ kind: 'saga', id: next, version: 1, body: JSON.stringify({ v: 2 }), wakeAt: clock.now() }));
  site.forget();
  const { code, out } = await site.begin('undo', [OURS]).ended;
  expect([code, JSON.parse(out)]).toMatchObject([0, { answer: 'undone', sagas: [{ sagaId: OURS, state: 'restored' }] }]);
  expect(site.changes()).toEqual(['RestoreSecret orders']);
});

it('H32: run settles every instance but the one whose saga a newer Probate wrote, and calls no event accepted that names it', async () => {
  const site = await aMixedSite();
  const before = await newerItem(site);
  const page = join(aFolder(), 'report.html');
  const events = [anEvent([aDatabase(9), aDatabase(2)], { id: 'both' })];
  const { code, out } = await site.begin('run', ['--report', page, site.file('both.json', events)]).ended;
  const document: Document & { events: unknown; parkedMessages: number } = JSON.parse(out);
  expect([code, document.newer, document.parkedMessages, document.sagas?.map(({ sagaId, state }) => [sagaId, state]).sort()]).toEqual([
    3,
    [NEWER],
    1,
    [
      [OURS, 'quarantined'],
      [OTHER, 'quarantined'],
    ],
  ]);
  expect(document.events).toEqual([{ id: 'both', source: expect.any(String), accepted: false, reason: expect.stringMatching(new RegExp(`^newer-saga: ${LOOK}`)) }]);
  expect(site.changes().filter((change) => change.includes('stock'))).toEqual([]);
  expect(await newerItem(site)).toEqual(before);
  expect(readFileSync(page, 'utf8')).toContain('Written by a newer Probate');
  const parked = await documentOf(site, 'parked');
  expect([parked.code, parked.document]).toMatchObject([3, { newer: [NEWER], parked: [{ kind: 'message', reason: `${LOOK} (form 2, this one knows 1): deploy that one everywhere`, events: ['both'] }] }]);
  const replayed = await documentOf(site, 'replay');
  expect([replayed.code, replayed.document]).toMatchObject([3, { newer: [NEWER], replayed: [{ fate: 'stays', why: expect.stringContaining(LOOK) }] }]);
  expect(told(await site.begin('run').ended)).toMatchObject({ code: 3 });
});

it('H32: plan makes the plans it can, and says of an event that it names what a newer Probate wrote', async () => {
  const site = await aMixedSite();
  const { code, result } = await site.plan([anEvent([aDatabase(9)], { id: 'newer' }), anEvent([aDatabase(2)], { id: 'other' })]);
  expect([code, result.events.map(({ id, accepted, reason }) => [id, accepted, reason?.split(':')[0]])]).toEqual([
    3,
    [
      ['newer', false, 'newer-saga'],
      ['other', true, undefined],
    ],
  ]);
  expect(result.sagas.find(({ sagaId }) => sagaId === OTHER)?.state).toBe('planned');
});

it('H32: sweep wakes and works off all others, and says why it looked for no findings', async () => {
  const site = await aMixedSite();
  site.pass(SOAK_SECONDS);
  const { code, out } = await site.begin('sweep').ended;
  const document: Document & { sweep: unknown } = JSON.parse(out);
  expect([code, document.newer, document.sweep]).toEqual([3, [NEWER], { drained: 0 }]);
  expect(document.sagas?.map(({ sagaId, state }) => [sagaId, state === 'quarantined'])).toEqual([[OURS, false]]);
});

it('H32: report and its evidence tell what can be read, and name what is left out; doctor fails on it', async () => {
  const site = await aMixedSite();
  const evidence = join(aFolder(), 'evidence');
  const ended = await begin(['report', '--state', site.state, '--json', '--evidence', evidence], { env: site.env }).ended;
  const report: Document = JSON.parse(ended.out);
  expect([ended.code, report.newer, report.sagas?.map(({ sagaId }) => sagaId)]).toEqual([3, [NEWER], [OURS]]);
  const verified = await begin(['verify-evidence', evidence, '--json']).ended;
  expect([verified.code, JSON.parse(verified.out)]).toMatchObject([0, { kind: 'whole', sagas: 1, newer: [NEWER] }]);
  expect(JSON.parse(readFileSync(join(evidence, 'manifest.json'), 'utf8'))).toMatchObject({ totals: { sagas: 1 }, newer: [NEWER] });
  const doctor = await site.begin('doctor').ended;
  expect([doctor.code, JSON.parse(doctor.out)]).toMatchObject([3, { checks: expect.arrayContaining([expect.objectContaining({ name: `saga ${NEWER}`, result: 'failed' })]) }]);
});
