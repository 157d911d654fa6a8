import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { checkSkew } from '../../../cli/doctor/skew.ts';
import { PROJECT, anEvent } from '../../events/builders.ts';
import { NAMESPACE, aDatabase, linked } from '../builders.ts';
import { type Rule, type Site, aSite, swift } from '../harness.ts';

const DAY = 86_400;
const Document = z.object({ checks: z.array(z.object({ name: z.string(), result: z.string(), detail: z.string(), remedy: z.nullable(z.string()) })) });
const DENIED = { status: 403, body: { error_code: 'CSMS.0302', error_msg: 'Access denied.' } };

interface Examined {
  readonly code: number | null;
  readonly checks: z.infer<typeof Document>['checks'];
  readonly results: Readonly<Record<string, string>>;
}

const doctor = async (site: Site, env: Readonly<Record<string, string>> = {}): Promise<Examined> => {
  const { code, out } = await site.begin('doctor', [], { env }).ended;
  const { checks } = Document.parse(JSON.parse(out));
  return { code, checks, results: Object.fromEntries(checks.map(({ name, result }) => [name, result])) };
};

const remedyOf = ({ checks }: Examined, name: string): string => checks.find((check) => check.name === name)?.remedy ?? '';

/** A site with one saga in quarantine. */
const soaking = async (policy: Readonly<Record<string, unknown>> = {}): Promise<Site> => {
  const site = await aSite({ policy: swift({ mode: 'recoverable', soakSeconds: 5 * DAY, ...policy }), seed: { secrets: [linked(1, 'db-1'), linked(2, 'db-2')], namespaces: [NAMESPACE] } });
  await site.run([anEvent([aDatabase(1)])]);
  site.forget();
  return site;
};

const faults = async (site: Site, ...rules: readonly Rule[]): Promise<void> =>
  expect((await fetch(`${site.csms.endpoint}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ rules }) })).status).toBe(200);

/** What the ledger, a queue and both clouds hold. */
const everything = (site: Site): Promise<unknown> =>
  site.withState(async ({ ledger, queue }) => {
    const items: unknown[] = [];
    for (const kind of ['saga', 'event', 'controls', 'claim', 'notice', 'parked', 'inventory'] as const) for await (const item of ledger.list(kind)) items.push(item);
    return { items, deletions: await queue.depth('deletions'), csms: site.csms.state().secrets, sae: site.sae.state().secrets };
  });

it('doctor finds all well and says what it could not check; it changes nothing, and asks for no deletion of anything', async () => {
  const site = await soaking();
  const before = await everything(site);
  const { code, results, checks } = await doctor(site);
  expect(code).toBe(0);
  expect(results).toEqual({
    ledger: 'passed',
    'writing to the ledger': 'passed',
    'queue decommissions': 'passed',
    'queue deletions': 'passed',
    'queue verifications': 'passed',
    'queue compensations': 'passed',
    'credentials of csms': 'passed',
    'clock of csms in cn-north-4': 'passed',
    [`list of ${PROJECT}`]: 'passed',
    [`secrets of ${PROJECT}`]: 'passed',
    [`stages of ${PROJECT}`]: 'not checked',
    [`cancelling in ${PROJECT}`]: 'not checked',
    'deleting at huawei': 'not checked',
    'credentials of sae': 'passed',
    'clock of sae in cn-beijing': 'passed',
    [`list of ${NAMESPACE}`]: 'passed',
    'deleting at alibaba': 'not checked',
  });
  expect(checks.find(({ name }) => name === 'deleting at huawei')?.detail).toContain('csms:secret:scheduleDeletion');
  expect(await everything(site)).toEqual(before);
  // The request whose Date is compared asks for nothing, and no cloud has a route for it.
  const asked = site.journal().filter(({ operation }) => operation !== 'Unrouted');
  expect(asked.map(({ operation }) => operation)).toEqual(['ListSecrets', 'ShowSecret', 'ListSecretVersions', 'ShowSecretStage', 'RestoreSecret', 'ListSecrets']);
  expect(asked.map(({ effect }) => effect).filter((effect) => effect !== null)).toEqual([]);
  expect(asked.find(({ operation }) => operation === 'RestoreSecret')?.request.path).toMatch(/\/secrets\/probate-doctor-[0-9a-f-]{36}\/scheduled-deleted-tasks\/cancel$/);
});

it('H30: doctor finds a permission that is missing before a quarantine relies on it', async () => {
  const site = await soaking();
  await faults(site, { match: { operation: 'RestoreSecret' }, effect: DENIED }, { match: { operation: 'ShowSecretStage' }, effect: DENIED });
  const ill = await doctor(site);
  expect(ill.code).toBe(3);
  expect(ill.results).toMatchObject({ [`list of ${PROJECT}`]: 'passed', [`cancelling in ${PROJECT}`]: 'failed', [`stages of ${PROJECT}`]: 'failed' });
  expect(remedyOf(ill, `cancelling in ${PROJECT}`)).toBe('grant csms:secret:restoreSecret');
  await faults(site, { match: { operation: 'ListSecrets' }, effect: DENIED });
  const blind = await doctor(site);
  expect(remedyOf(blind, `list of ${PROJECT}`)).toContain('grant the permission');
});

it.each(['plan', 'immediate'])('where nothing is ever scheduled, in %s mode, doctor asks for no cancellation either', async (mode) => {
  const site = await aSite({ policy: swift({ mode }), seed: { secrets: [linked(1, 'db-1')], namespaces: [NAMESPACE] } });
  const { code, results } = await doctor(site);
  expect(code).toBe(0);
  expect(results['deleting at huawei']).toBe(mode === 'plan' ? undefined : 'not checked');
  expect(site.changes().filter((change) => change !== 'Unrouted')).toEqual([]);
});

it('doctor finds dead letters, and says how to look at them', async () => {
  const site = await soaking();
  await site.withState(async ({ queue }) => {
    await queue.send('deletions', [{ body: 'poison', delaySeconds: 0 }]);
    const messages = await queue.receive('deletions', { max: 10, visibilitySeconds: 60, waitSeconds: 0 });
    for (const message of messages) await queue.deadLetter('deletions', message, 'poison');
  });
  const ill = await doctor(site);
  expect([ill.code, ill.results['queue deletions']]).toEqual([3, 'failed']);
  expect(remedyOf(ill, 'queue deletions')).toContain('npx probate parked');
});

it('doctor tries a key that was refused no second time', async () => {
  const site = await soaking();
  const ill = await doctor(site, { HUAWEICLOUD_SDK_SK: 'wrong-secret' });
  expect(ill.code).toBe(3);
  expect(ill.checks.find(({ name }) => name === `list of ${PROJECT}`)?.detail).toContain('unauthenticated');
  expect(site.csms.journal().filter(({ status }) => status === 401)).toHaveLength(1);
});

it('doctor tells a cloud that cannot be reached', async () => {
  const site = await soaking();
  const lost = await doctor(site, { HUAWEICLOUD_CSMS_ENDPOINT: 'http://127.0.0.1:9' });
  expect([lost.code, lost.results['clock of csms in cn-north-4']]).toEqual([3, 'failed']);
  expect(remedyOf(lost, 'clock of csms in cn-north-4')).toContain('check the network');
});

it.each([
  { minutes: 20, told: /^this machine is 1(199|20\d) s ahead$/ },
  { minutes: -20, told: /^this machine is 1(199|20\d) s behind$/ },
])('H19: doctor tells a clock that is $minutes minutes off', async ({ minutes, told }) => {
  const { csms } = await aSite();
  const check = await checkSkew('clock', csms.endpoint, { http: '', https: '', none: '' }, () => Date.now() + minutes * 60_000);
  expect(check).toMatchObject({ result: 'failed', detail: expect.stringMatching(told), remedy: 'set the clock, by NTP' });
});
