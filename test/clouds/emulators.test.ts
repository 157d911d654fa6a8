import { describe, expect, it } from 'vitest';
import { InstanceId, SecretId } from '../../events/ids.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { Clouds } from '../../lib/ports/clouds.ts';
import { startCsmsEmulator } from '../../local/emulators/csms/server.ts';
import { startSaeEmulator } from '../../local/emulators/sae/server.ts';
import { cloudsAt, NAME, NAMESPACE, noDeadline, PROJECT, REGION, SECRET, STAGE, stillClock, valueOf } from './clients.ts';

/** Clients and emulators were written apart from the same contracts and share no code: where they agree, neither misread them alone. */

/** The emulators check signatures against the real time. */
const realClock: Clock = { ...stillClock, now: () => Date.now() };

const KEYS = { HUAWEICLOUD_SDK_AK: 'local-ak', HUAWEICLOUD_SDK_SK: 'local-sk', ALIBABA_CLOUD_ACCESS_KEY_ID: 'local-ak', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'local-sk' };
const USER = { HUAWEICLOUD_IAM_DOMAIN: 'local-domain', HUAWEICLOUD_IAM_USER: 'local-user', HUAWEICLOUD_IAM_PASSWORD: 'local-password' };

const INSTANCE = InstanceId.parse('2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01');

/** The order of a list is nobody's promise. */
const byName = <T extends { readonly name: string }>(rows: readonly T[]): readonly T[] => rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));

const use = async (endpoint: string, environment: Readonly<Record<string, string>>, act: (clouds: Clouds) => Promise<void>): Promise<void> => {
  const clouds = cloudsAt(endpoint, { environment, clock: realClock });
  await act(clouds);
  await clouds.close();
};

describe('CSMS’s emulator', () => {
  it.each([
    ['a key', KEYS],
    ['a token', USER],
  ])('and the client agree on a whole decommissioning, with %s', async (_, environment) => {
    const emulator = await startCsmsEmulator({
      seed: {
        secrets: [
          { name: NAME, projectId: PROJECT, stages: [STAGE] },
          ...['a', 'b'].map((name) => ({ name, projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' as const } })),
          { name: 'c', projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' as const }, state: 'PENDING_DELETE', deleteAt: Date.now() + 86_400_000 },
        ],
      },
    });
    await use(emulator.endpoint, environment, async (clouds) => {
      const csms = clouds.csmsWriter(REGION, PROJECT);
      const all = byName(valueOf(await csms.list(noDeadline())));
      expect(all.map((secret) => [secret.name, secret.state, secret.link?.instanceId ?? null])).toEqual([
        ['a', 'ENABLED', INSTANCE],
        [NAME, 'ENABLED', null],
        ['b', 'ENABLED', INSTANCE],
        ['c', 'PENDING_DELETE', INSTANCE],
      ]);
      expect((await csms.cancel(NAME, noDeadline())).verdict).toEqual({ kind: 'notPending', code: 'CSMS.0108' });
      const scheduled = valueOf(await csms.schedule(NAME, 7, noDeadline()));
      expect(Math.abs((scheduled.eraseAt ?? 0) - Date.now() - 7 * 86_400_000)).toBeLessThan(5_000);
      expect((await csms.schedule(NAME, 7, noDeadline())).verdict).toEqual({ kind: 'pending', code: 'CSMS.0107' });
      expect(valueOf(await csms.cancel(NAME, noDeadline())).state).toBe('ENABLED');
      expect(valueOf(await csms.showStage(NAME, STAGE, noDeadline())).stage).toBe(STAGE);
      expect((await csms.deleteStage(NAME, STAGE, noDeadline())).verdict.kind).toBe('done');
      expect((await csms.showStage(NAME, STAGE, noDeadline())).verdict.kind).toBe('alreadyGone');
      expect(valueOf(await csms.listVersions(NAME, noDeadline())).length).toBeGreaterThan(0);
      expect((await csms.delete(NAME, noDeadline())).verdict.kind).toBe('done');
      expect((await csms.delete(NAME, noDeadline())).verdict.kind).toBe('alreadyGone');
      const batch = valueOf(await csms.batchDelete({ instanceId: INSTANCE, instanceType: 'RDS' }, noDeadline()));
      expect({ ...batch, succeeded: batch.succeeded.toSorted() }).toEqual({ total: 3, succeeded: ['a', 'b'], failed: [{ name: 'c', verdict: { kind: 'pending', code: 'CSMS.0107' } }] });
      expect((await csms.show(NAME, noDeadline())).verdict.kind).toBe('alreadyGone');
    });
    await emulator.close();
  });

  it('and the client agree on a list of many pages', async () => {
    const names = Array.from({ length: 2_100 }, (_, index) => `s-${String(index).padStart(4, '0')}`);
    const emulator = await startCsmsEmulator({ seed: { secrets: names.map((name) => ({ name, projectId: PROJECT })) } });
    await use(emulator.endpoint, KEYS, async (clouds) => {
      const answer = await clouds.csmsReader(REGION, PROJECT).list(noDeadline());
      expect(byName(valueOf(answer)).map((secret) => secret.name)).toEqual(names);
      expect(answer.requests).toBe(emulator.journal().length);
    });
    await emulator.close();
  });

  it('refuses a wrong key in a way the client understands', async () => {
    const emulator = await startCsmsEmulator();
    await use(emulator.endpoint, { ...KEYS, HUAWEICLOUD_SDK_SK: 'wrong' }, async (clouds) => {
      expect(await clouds.csmsReader(REGION, PROJECT).list(noDeadline())).toEqual({ verdict: { kind: 'unauthenticated', code: 'APIGW.0301' }, requests: 1 });
    });
    await emulator.close();
  });
});

describe('SAE’s emulator', () => {
  it('and the client agree on lists, dependencies and deletions', async () => {
    const huge = '9007199254740993';
    const emulator = await startSaeEmulator({
      seed: {
        secrets: [
          { name: 'registry', namespaceId: NAMESPACE, id: '16' },
          { name: 'free', namespaceId: NAMESPACE, id: huge },
        ],
        applications: [{ name: 'test-app', namespaceId: NAMESPACE, uses: ['16'] }],
      },
    });
    await use(emulator.endpoint, KEYS, async (clouds) => {
      const sae = clouds.saeWriter(REGION);
      const all = byName(valueOf(await sae.list(NAMESPACE, noDeadline())));
      expect(all.map((secret) => [secret.id, secret.applications.map((application) => application.name)])).toEqual([
        [huge, []],
        ['16', ['test-app']],
      ]);
      expect((await sae.delete(NAMESPACE, SECRET, noDeadline())).verdict).toMatchObject({ kind: 'blocked', code: 'DependencyViolation.Application', blocker: { kind: 'application' } });
      expect((await sae.delete(NAMESPACE, SecretId.parse(huge), noDeadline())).verdict.kind).toBe('done');
      expect((await sae.delete(NAMESPACE, SecretId.parse(huge), noDeadline())).verdict).toEqual({ kind: 'alreadyGone', code: 'InvalidSecretId.NotFound' });
      expect(valueOf(await sae.namespaceResources(NAMESPACE, noDeadline())).applicationCount).toBe(1);
    });
    await emulator.close();
  });

  it('refuses a wrong key in a way the client understands', async () => {
    const emulator = await startSaeEmulator();
    await use(emulator.endpoint, { ...KEYS, ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'wrong' }, async (clouds) => {
      expect((await clouds.saeReader(REGION).list(NAMESPACE, noDeadline())).verdict).toEqual({ kind: 'unauthenticated', code: 'SignatureDoesNotMatch' });
    });
    await emulator.close();
  });
});
