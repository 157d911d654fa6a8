import { afterEach, expect, it } from 'vitest';
import { startSaeEmulator } from '../../../../local/emulators/sae/server.ts';
import type { Seed } from '../../../../local/emulators/seed.ts';
import type { UnknownsDocument } from '../../../../local/emulators/unknowns.ts';
import { emulatorCall } from '../csms/signed.ts';
import { closeAll, started } from '../started.ts';
import { call, deletionOf, listOf, NAMESPACE, type Asked } from './signed.ts';

afterEach(closeAll);

const secrets = [{ name: 'registry', namespaceId: NAMESPACE, id: '16' }];
const uses = (name: string, more: { listed?: boolean; goneAfterSeconds?: number } = {}): { name: string; namespaceId: string; uses: string[]; id: string } => ({
  name,
  namespaceId: NAMESPACE,
  uses: ['16'],
  id: `id-of-${name}`,
  ...more,
});

const deleted = async (seed: Seed): Promise<string> => {
  const { endpoint } = await started(startSaeEmulator({ seed: { secrets, ...seed } }));
  const { status, text } = await call(endpoint, deletionOf('16'));
  return `${status} ${/"Code":"(Dep[^"]*)"/.exec(text)?.[1] ?? 'done'} ${/dependent on ([^,]*(?:,[^\]]*\])?),/.exec(text)?.[1] ?? ''}`.trim();
};

it.each<[string, Seed, string]>([
  ['nothing', {}, '200 done'],
  ['an application', { applications: [uses('web')] }, '400 DependencyViolation.Application application [web]'],
  ['a job', { jobs: [uses('nightly')] }, '400 DependencyViolation.Job job [nightly]'],
  ['an application no list shows', { applications: [uses('hidden', { listed: false })] }, '400 DependencyViolation.Application application [hidden]'],
  ['both', { applications: [uses('web')], jobs: [uses('nightly')] }, '400 DependencyViolation.Job job [nightly]'],
  ['both, the application first', { applications: [uses('web')], jobs: [uses('nightly')], unknowns: { firstDependency: 'Application' } }, '400 DependencyViolation.Application application [web]'],
  ['an application, named by its id', { applications: [uses('web')], unknowns: { dependentNamed: 'id' } }, '400 DependencyViolation.Application application [id-of-web]'],
  ['two applications, both named', { applications: [uses('web'), uses('api')], unknowns: { dependentNamed: 'allNames' } }, '400 DependencyViolation.Application application [web,api]'],
  ['an application being deleted', { applications: [uses('web', { goneAfterSeconds: 60 })] }, '400 DependencyViolation.Application application [web]'],
  ['an application being deleted that lets go at once', { applications: [uses('web', { goneAfterSeconds: 60 })], unknowns: { deletingApplication: 'frees' } }, '200 done'],
  ['an application of another namespace with the same id', { applications: [{ ...uses('web'), namespaceId: 'cn-beijing:other' }] }, '200 done'],
])('a delete meets %s', async (_title, seed, expected) => {
  expect(await deleted(seed)).toBe(expected);
});

const relateApps = async (seed: Seed): Promise<string> => {
  const { endpoint } = await started(startSaeEmulator({ seed: { secrets, ...seed } }));
  return /"RelateApps":(\[.*?\])/.exec((await call(endpoint, listOf(NAMESPACE))).text)?.[1] ?? 'absent';
};

it.each<[string, UnknownsDocument, string]>([
  ['applications that are listed, never jobs', {}, '[{"AppId":"id-of-web","AppName":"web"}]'],
  ['jobs too where that is how it is', { jobsInRelateApps: 'shown' }, '[{"AppId":"id-of-web","AppName":"web"},{"AppId":"id-of-nightly","AppName":"nightly"}]'],
])('H34: RelateApps shows %s', async (_title, unknowns, expected) => {
  expect(await relateApps({ applications: [uses('web'), uses('hidden', { listed: false })], jobs: [uses('nightly')], unknowns })).toBe(expected);
});

const applicationDeletion: Asked = { action: 'DeleteApplication', method: 'DELETE', path: '/pop/v1/sam/app/deleteApplication', query: { AppId: 'id-of-web' } };

it('an application holds its secret until its deletion has run its course', async () => {
  const emulator = await started(startSaeEmulator({ seed: { secrets, applications: [uses('web')], applicationDeletionSeconds: 90 } }));
  const begun = await call(emulator.endpoint, applicationDeletion);
  const changeOrder = /"ChangeOrderId":"([^"]+)"/.exec(begun.text)?.[1] ?? '';
  const resources: Asked = { action: 'DescribeNamespaceResources', method: 'GET', path: '/pop/v1/sam/namespace/describeNamespaceResources', query: { NameSpaceShortId: 'test' } };
  const order: Asked = { action: 'DescribeChangeOrder', method: 'GET', path: '/pop/v1/sam/changeorder/DescribeChangeOrder', query: { ChangeOrderId: changeOrder } };
  const applications: Asked = { action: 'ListApplications', method: 'GET', path: '/pop/v1/sam/app/listApplications', query: { NamespaceId: NAMESPACE } };

  expect((await call(emulator.endpoint, applicationDeletion)).text).toContain('Application.ChangerOrderRunning');
  expect((await call(emulator.endpoint, order)).text).toMatch(/"CoTypeCode":"CoDeleteApp".*"Status":1,/);
  expect((await call(emulator.endpoint, applications)).text).toMatch(/"AppDeletingStatus":true/);
  expect((await call(emulator.endpoint, resources)).text).toMatch(/"AppCount":1,.*"LastChangeOrderRunning":true,"LastChangeOrderStatus":"RUNNING"/);
  expect((await call(emulator.endpoint, deletionOf('16'))).status).toBe(400);

  emulator.advance(91);
  expect((await call(emulator.endpoint, order)).text).toContain('"Status":2,');
  expect((await call(emulator.endpoint, resources)).text).toMatch(/"AppCount":0,.*"LastChangeOrderRunning":false,"LastChangeOrderStatus":"SUCCESS"/);
  expect((await call(emulator.endpoint, applications)).text).toContain('"TotalSize":0');
  expect((await call(emulator.endpoint, deletionOf('16'))).status).toBe(200);
  expect((await call(emulator.endpoint, applicationDeletion)).text).toContain('InvalidApplication.NotFound');
});

it.each([
  ['ListApplications', '/pop/v1/sam/app/listApplications', 10_000],
  ['ListJobs', '/pop/v1/sam/job/listJobs', 200],
])('%s gives pages of no more than its documented size', async (action, path, largest) => {
  const { endpoint } = await started(startSaeEmulator({ seed: { secrets } }));
  const ask = (size: number): ReturnType<typeof call> => call(endpoint, { action, method: 'GET', path, query: { NamespaceId: NAMESPACE, PageSize: String(size) } });
  expect((await ask(largest)).status).toBe(200);
  expect((await ask(largest + 1)).text).toContain('"Code":"InvalidParameter.Obviously"');
});

it('a job is listed as a template and lets go once it is deleted', async () => {
  const { endpoint } = await started(startSaeEmulator({ seed: { secrets, jobs: [uses('nightly')] } }));
  const jobs: Asked = { action: 'ListJobs', method: 'GET', path: '/pop/v1/sam/job/listJobs', query: { NamespaceId: NAMESPACE } };
  expect((await call(endpoint, jobs)).text).toMatch(/"Applications":\[{"AppId":"id-of-nightly","AppName":"nightly"/);
  const removed = await call(endpoint, { action: 'DeleteJob', method: 'DELETE', path: '/pop/v1/sam/job/deleteJob', query: { AppId: 'id-of-nightly' } });
  expect(removed.text).toContain(String.raw`"Data":"{\"msg\":\"\",\"code\":200,\"success\":true}"`);
  expect((await call(endpoint, deletionOf('16'))).status).toBe(200);
});

it('a dependent seeded again with other uses replaces the first', async () => {
  const { endpoint } = await started(startSaeEmulator({ seed: { secrets, applications: [uses('web')] } }));
  await emulatorCall(endpoint, 'POST', 'seed', { applications: [{ ...uses('web'), uses: [] }] });
  expect((await call(endpoint, deletionOf('16'))).status).toBe(200);
});
