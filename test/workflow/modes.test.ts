import { expect, it } from 'vitest';
import type { Emulator } from '../../local/emulators/emulator.ts';
import { INSTANCE, NAMESPACE, PROJECT, aPolicy, aWorld, anEvent, rds } from './world.ts';

const DAYS = 86_400;

const linked = (name: string, more: Record<string, unknown> = {}) => ({ name, projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' as const }, ...more });
const copyOf = (secretId: string) => ({ cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE, secretId });
const called = (emulator: Emulator<unknown>): string[] => emulator.journal().map(({ operation, status }) => `${operation} ${status}`);
const changes = (emulator: Emulator<unknown>): string[] => called(emulator).filter((call) => !/^(List|Show)/.test(call));

it('an immediate saga deletes the secrets of its instance in one batch and proves each gone three times', async () => {
  const world = await aWorld({ secrets: [linked('db-1'), linked('db-2'), { name: 'other', projectId: PROJECT }] });
  const [saga] = await world.run([anEvent([rds()])]);
  expect(saga).toMatchObject({ state: 'gone', undoUntil: null });
  expect(saga?.secrets.map(({ name, outcome }) => `${name} ${outcome}`).sort()).toEqual(['db-1 deleted', 'db-2 deleted']);
  expect(changes(world.csms)).toEqual(['BatchDeleteSecrets 200']);
  expect(called(world.csms).filter((call) => call === 'ShowSecret 404')).toHaveLength(6);
  expect(world.csms.state().secrets.map(({ name }) => name)).toEqual(['other']);
});

it('a recoverable saga schedules, soaks, and proves the erasing at its date; it never sends a batch-delete for RDS', async () => {
  const world = await aWorld({ secrets: [linked('db-1'), linked('db-2'), { name: 'named', projectId: PROJECT }] });
  const event = anEvent([rds({ secretNames: ['named', 'missing'] })], { data: { mode: 'recoverable' } });
  const [soaking] = await world.run([event]);
  expect(soaking).toMatchObject({ state: 'quarantined', reason: 'soak' });
  expect(soaking?.undoUntil).not.toBeNull();
  const [saga] = await world.run([], 40 * DAYS);
  expect(saga?.state).toBe('gone');
  expect(saga?.secrets.map(({ name, outcome }) => `${name} ${outcome}`).sort()).toEqual(['db-1 deleted', 'db-2 deleted', 'missing already-gone', 'named deleted']);
  expect(changes(world.csms)).toEqual(Array.from({ length: 3 }, () => 'DeleteSecretForSchedule 200'));
});

it('an application that RelateApps shows stops the saga before anything is touched', async () => {
  const world = await aWorld(
    { secrets: [linked('db-1'), { name: 'copy', namespaceId: NAMESPACE, id: '16' }], applications: [{ name: 'test-app', namespaceId: NAMESPACE, uses: ['16'] }] },
    aPolicy({ mode: 'recoverable' }),
  );
  const [saga] = await world.run([anEvent([rds({ copies: [copyOf('16')] })])], DAYS);
  expect(saga).toMatchObject({ state: 'restored', blockers: [{ secretId: '16', kind: 'application', name: 'test-app', code: null, seenBy: 'RelateApps' }] });
  expect(saga?.secrets.map(({ outcome }) => outcome)).toEqual(['kept', 'kept']);
  expect([...changes(world.csms), ...changes(world.sae)]).toEqual([]);
});

it('a job that only the deletion reveals is waited out, then every schedule the saga made is cancelled', async () => {
  const world = await aWorld(
    { secrets: [linked('db-1'), { name: 'copy', namespaceId: NAMESPACE, id: '16' }], jobs: [{ name: 'test-job', namespaceId: NAMESPACE, uses: ['16'] }] },
    aPolicy({ mode: 'recoverable' }),
  );
  const [saga] = await world.run([anEvent([rds({ copies: [copyOf('16')] })])], 10 * DAYS);
  expect(saga).toMatchObject({ state: 'restored', blockers: [{ kind: 'job', name: 'test-job', code: 'DependencyViolation.Job', seenBy: 'DeleteSecret' }] });
  expect(saga?.secrets.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(['db-1 restored', 'copy kept']);
  expect(changes(world.csms)).toEqual(['DeleteSecretForSchedule 200', 'RestoreSecret 200']);
});

it('a violation that passes while it is waited out ends in a deletion after all', async () => {
  const world = await aWorld(
    {
      secrets: [linked('db-1'), { name: 'copy', namespaceId: NAMESPACE, id: '16' }],
      applications: [{ name: 'leaving', namespaceId: NAMESPACE, uses: ['16'], goneAfterSeconds: 200 }],
    },
    aPolicy({ mode: 'immediate' }),
  );
  const [saga] = await world.run([anEvent([rds({ copies: [copyOf('16')] })])], DAYS);
  expect(saga?.state).toBe('gone');
  expect(changes(world.sae).at(-1)).toBe('DeleteSecret 200');
});
