import { userInfo } from 'node:os';
import { expect, it } from 'vitest';
import { PROJECT, anEvent } from '../../events/builders.ts';
import { NAMESPACE, aDatabase, databaseId, linked, sagaIdOf } from '../builders.ts';
import { begin } from '../../cli/probate.ts';
import { type Site, aSite, swift } from '../harness.ts';

const DAY = 86_400;

const command = async (site: Site, name: string, ...args: readonly string[]): Promise<{ readonly code: number | null; readonly document: unknown; readonly err: string }> => {
  const { code, out, err } = await site.begin(name, args).ended;
  const document: unknown = out === '' ? null : JSON.parse(out);
  return { code, document, err };
};

/** A site with one saga in its quarantine of seven days. */
const soaking = async (policy: Readonly<Record<string, unknown>> = {}): Promise<Site> => {
  const site = await aSite({ policy: swift({ mode: 'recoverable', soakSeconds: 5 * DAY, ...policy }), seed: { secrets: [linked(1, 'db-1')], namespaces: [NAMESPACE] } });
  await site.run([anEvent([aDatabase(1)])]);
  return site;
};

it('a hold on a quarantined instance says until when the cloud waits; run then cancels in time and asks for a person', async () => {
  const site = await soaking();
  const held = await command(site, 'hold', databaseId(1), '--reason', 'CHG-7');
  expect(held).toMatchObject({ code: 0, document: { answer: 'effective', target: databaseId(1), hold: { reason: 'CHG-7', until: null }, sagas: [{ sagaId: sagaIdOf(1), hold: { reason: 'CHG-7' } }] } });
  expect(held.document).toHaveProperty('erasesAt', expect.stringMatching(/Z$/));
  expect(await site.told('run')).toMatchObject({ code: 3, result: { sagas: [{ state: 'quarantined', reason: 'held: CHG-7' }] } });
  site.pass(6.8 * DAY);
  expect(await site.told('sweep')).toMatchObject({ code: 3, result: { sagas: [{ state: 'restored' }] } });
  expect(site.changes()).toEqual(['DeleteSecretForSchedule db-1', 'RestoreSecret db-1']);
});

it('release lets a held saga go on to its end', async () => {
  const site = await soaking();
  await command(site, 'hold', sagaIdOf(1), '--until', '2099-01-01T00:00:00Z');
  expect(await command(site, 'release', sagaIdOf(1))).toMatchObject({ code: 0, document: { lifted: { until: '2099-01-01T00:00:00.000Z' }, sagas: [{ hold: null }] } });
  site.pass(5 * DAY);
  await site.told('run');
  site.pass(3 * DAY);
  expect(await site.told('sweep')).toMatchObject({ code: 0, result: { sagas: [{ state: 'gone' }] } });
});

it('a hold that is older than its saga stands in the result, and one whose time is over ends by itself: nothing tells of it any more', async () => {
  const site = await aSite({ policy: swift({ mode: 'recoverable', soakSeconds: 5 * DAY }), seed: { secrets: [linked(1, 'db-1')] } });
  await command(site, 'hold', databaseId(1), '--reason', 'CHG-7', '--until', '2h');
  const hold = { reason: 'CHG-7', until: expect.stringMatching(/Z$/) };
  expect(await site.run([anEvent([aDatabase(1)])])).toMatchObject({ code: 3, result: { sagas: [{ reason: 'held: CHG-7', hold }] } });
  expect(await command(site, 'status')).toMatchObject({ code: 3, document: { holds: [hold], sagas: [{ hold, next: { step: 'waits for release' } }] } });
  site.pass(7_200);
  expect(await command(site, 'status')).toMatchObject({ code: 0, document: { holds: [], sagas: [{ hold: null, reason: null, next: { step: 'goes on' } }] } });
  expect(await command(site, 'status', sagaIdOf(1))).toMatchObject({ code: 0 });
  expect(await site.told('run')).toMatchObject({ code: 0, result: { sagas: [{ state: 'quarantined', reason: 'soak', hold: null }] } });
});

it('a saga that settled under a hold is done with once the hold has ended', async () => {
  const site = await soaking();
  await command(site, 'hold', sagaIdOf(1), '--until', '1h');
  site.pass(5 * DAY);
  await site.told('run');
  site.pass(3 * DAY);
  expect(await site.told('run')).toMatchObject({ code: 0, result: { sagas: [{ state: 'gone', hold: null }] } });
  expect(await command(site, 'status')).toMatchObject({ code: 0, document: { holds: [] } });
});

it('a pause whose time is over is no pause any more', async () => {
  const site = await aSite({ seed: { secrets: [linked(1, 'db-1')] } });
  await command(site, 'pause', '--until', '2099-01-01T00:00:00Z');
  expect(await command(site, 'resume')).toMatchObject({ code: 0, document: { lifted: { until: '2099-01-01T00:00:00.000Z' } } });
  await command(site, 'pause', '--until', '30m');
  expect(await site.run([anEvent([aDatabase(1)])])).toMatchObject({ code: 3, result: { sagas: [{ reason: 'paused: no reason given', hold: null }] } });
  site.pass(1_800);
  expect(await command(site, 'status')).toMatchObject({ code: 0, document: { pause: null } });
  expect(await site.told('run')).toMatchObject({ code: 0, result: { sagas: [{ state: 'gone' }] } });
});

it('pause keeps a whole run from touching anything, resume lets it go on', async () => {
  const site = await aSite({ seed: { secrets: [linked(1, 'db-1')] } });
  expect(await command(site, 'pause', '--reason', 'too many')).toMatchObject({ code: 0, document: { answer: 'effective', target: 'everything' } });
  expect(await site.run([anEvent([aDatabase(1)])])).toMatchObject({ code: 3, result: { sagas: [{ reason: 'paused: too many' }] } });
  expect(site.changes()).toEqual([]);
  expect(await command(site, 'status')).toMatchObject({ code: 3, document: { pause: { reason: 'too many' }, sagas: [{ needs: { commands: [`npx probate resume --state ${site.state}`] } }] } });
  const there = await begin(['status', '--json'], { env: { ...site.env, PROBATE_STATE: site.state } }).ended;
  expect(JSON.parse(there.out)).toMatchObject({ sagas: [{ needs: { commands: ['npx probate resume'] } }] });
  expect(await command(site, 'resume')).toMatchObject({ code: 0, document: { lifted: { reason: 'too many' } } });
  expect(await site.told('run')).toMatchObject({ code: 0, result: { sagas: [{ state: 'gone' }] } });
});

it('approve takes the digest at hand, names it where another is given, and run then carries it out', async () => {
  const site = await aSite({ policy: swift({ requireApproval: true }), seed: { secrets: [linked(1, 'db-1')] } });
  const { result } = await site.run([anEvent([aDatabase(1)])]);
  const digest = result.sagas[0]?.planDigest ?? '';
  const wrong = await command(site, 'approve', sagaIdOf(1), `sha256:${'0'.repeat(64)}`);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain(digest);
  expect(await command(site, 'approve', sagaIdOf(1), digest)).toMatchObject({ code: 0, document: { answer: 'approved' } });
  expect(await site.told('run')).toMatchObject({ code: 0, result: { sagas: [{ state: 'gone' }] } });
});

it('the journal says who undid a saga, and who approved a plan with run', async () => {
  const { username } = userInfo();
  const site = await aSite({ policy: swift({ mode: 'recoverable', soakSeconds: 5 * DAY, requireApproval: true }), seed: { secrets: [linked(1, 'db-1')] } });
  const { result } = await site.run([anEvent([aDatabase(1)])]);
  await site.told('run', ['--approve', result.sagas[0]?.planDigest ?? '']);
  await site.told('undo', [sagaIdOf(1)]);
  const { out } = await begin(['report', '--state', site.state], { env: site.env }).ended;
  expect(out).toContain(`Approved by ${username}: sha256:`);
  expect(out).toContain(`Undo asked for by ${username}`);
});

it('approve is refused where nothing waits for it, with what to do instead', async () => {
  const site = await soaking();
  const { result } = await site.told('status', [sagaIdOf(1)]);
  const refused = await command(site, 'approve', sagaIdOf(1), result.sagas[0]?.planDigest ?? '');
  expect(refused).toMatchObject({ code: 2, document: { problems: [{ path: 'digest', message: expect.stringContaining('waits for no approval'), remedy: expect.stringContaining('npx probate status') }] } });
});

it('send needs no cloud; the next run takes the event from its queue', async () => {
  const site = await aSite({ seed: { secrets: [linked(1, 'db-1')] } });
  expect(await command(site, 'send', site.file('event.json', anEvent([aDatabase(1)], { id: 'evt-sent' })))).toMatchObject({ code: 0, document: { events: [{ id: 'evt-sent', sent: true }], waiting: 1 } });
  expect(site.operations()).toEqual([]);
  expect(await site.told('run')).toMatchObject({ result: { sagas: [{ eventIds: ['evt-sent'], state: 'gone' }] } });
});

it('a mistyped target is answered with the one that was meant, and stops nothing', async () => {
  const site = await soaking();
  const nearMiss = await command(site, 'hold', sagaIdOf(1).replace('#1', '#2'));
  expect(nearMiss.code).toBe(2);
  expect(nearMiss.err).toContain(`did you mean ${sagaIdOf(1)}?`);
  expect((await command(site, 'hold', `huawei/${PROJECT}`)).err).toContain('give a saga id, an instance id');
  expect((await command(site, 'hold', databaseId(1), '--until', 'tomorrow')).err).toContain('30m, 12h, 7d');
  expect((await command(site, 'hold', databaseId(1), '--until', '2099-02-31T00:00:00Z')).err).toContain('30m, 12h, 7d');
  expect((await command(site, 'hold', databaseId(1), '--reason', 'x'.repeat(1_025))).err).toContain('at most 1024');
  expect((await command(site, 'replay', '--reason', 'x'.repeat(1_025))).err).toContain('at most 1024');
  expect((await command(site, 'parked', '--filter', 'resaon=x')).err).toContain('did you mean reason?');
  expect(await command(site, 'status')).toMatchObject({ code: 0, document: { holds: [] } });
});

it('dev says where everything is in its first line, works off what send puts there, and stops at the first Ctrl-C', async () => {
  const site = await aSite();
  const dev = site.begin('dev', ['--seed', site.file('seed.json', { secrets: [linked(1, 'db-1')] })]);
  const ended = dev.ended;
  const endpoints: unknown = JSON.parse(await dev.firstLine);
  expect(endpoints).toMatchObject({ csms: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), sae: expect.stringMatching(/^http:\/\/127/), state: site.state });
  await command(site, 'send', site.file('event.json', anEvent([aDatabase(1)])));
  const isGone = async (): Promise<boolean> => JSON.stringify((await command(site, 'status')).document).includes('"state":"gone"');
  // Each status is a process of its own, so asking takes time enough.
  let gone = await isGone();
  for (let tries = 0; tries < 20 && !gone; tries += 1) gone = await isGone();
  expect(gone).toBe(true);
  dev.signal('SIGINT');
  expect((await ended).code).toBe(130);
});
