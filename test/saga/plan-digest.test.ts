import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InstanceId, ProjectId } from '../../events/ids.ts';
import type { Instance } from '../../lib/saga/instance.ts';
import { makePlan } from '../../lib/saga/plan.ts';
import type { CsmsSecret } from '../../lib/saga/seen.ts';
import { digestOf } from '../../lib/saga/canonical.ts';
import {
  GATEWAY,
  type Ground,
  OPENED,
  PROJECT,
  RDS,
  aCsmsSecret,
  aPlan,
  aRequest,
  anSaeSecret,
  anUnlinkedSecret,
  pendingUntil,
} from './builders.ts';

describe('the digest', () => {
  const csms = [aCsmsSecret('db-1'), aCsmsSecret('db-2'), anUnlinkedSecret('app-db')];
  const sae = [anSaeSecret('16'), anSaeSecret('17')];
  const request = aRequest({ names: ['app-db'], copies: ['16', '17'], stages: [['shared', 'reader-7']] });
  const digest = aPlan({ csms, sae, request }).digest;

  it('is over the documented fields of each secret, sorted', () => {
    const plan = aPlan({ csms: [aCsmsSecret('db-2'), aCsmsSecret('db-1')] });
    const rows = ['db-1', 'db-2'].map((name) => ['huawei', PROJECT, `id-of-${name}`, name, OPENED - 86_400_000, 'batch-delete']);
    expect(plan.digest).toBe(digestOf(rows));
  });

  it('does not know in which order the clouds or the event listed anything', () => {
    const anyOrder = fc.tuple(
      fc.shuffledSubarray(csms, { minLength: csms.length }),
      fc.shuffledSubarray(sae, { minLength: sae.length }),
      fc.shuffledSubarray([...request.copies], { minLength: request.copies.length }),
    );
    fc.assert(
      fc.property(anyOrder, ([listed, copies, asked]) => {
        expect(aPlan({ csms: listed, sae: copies, request: { ...request, copies: asked } }).digest).toBe(digest);
      }),
      { seed: 20261122, numRuns: 50 },
    );
  });

  it.each<[string, Partial<CsmsSecret>]>([
    ['ENABLED or not', { state: 'DISABLED' }],
    ['pending deletion', pendingUntil(aCsmsSecret('db-1'), OPENED + 1)],
  ])('leaves states out: %s', (_what, changes) => {
    expect(aPlan({ csms: [aCsmsSecret('db-1', changes)] }).digest).toBe(aPlan({ csms: [aCsmsSecret('db-1')] }).digest);
  });

  it('does not depend on when the plan was taken', () => {
    expect(makePlan({ instance: RDS, request, mode: 'immediate', csms, sae }, OPENED + 5).digest).toBe(digest);
  });

  it.each<[string, Ground]>([
    ['a secret more', { csms: [...csms, aCsmsSecret('db-3')] }],
    ['a secret less', { csms: csms.slice(1) }],
    ['another id', { csms: [aCsmsSecret('db-1', { id: 'another' }), ...csms.slice(1)] }],
    ['another name', { csms: [aCsmsSecret('db-9', { id: 'id-of-db-1' }), ...csms.slice(1)] }],
    ['another create time', { csms: [aCsmsSecret('db-1', { createTime: 1 }), ...csms.slice(1)] }],
    ['another step', { csms: [anUnlinkedSecret('db-1'), ...csms.slice(1)], request: { ...request, secretNames: aRequest({ names: ['app-db', 'db-1'] }).secretNames } }],
    ['another mode', { mode: 'recoverable' }],
    ['another project', { instance: { ...RDS, projectId: ProjectId.parse('f'.repeat(32)) } }],
    ['a copy less', { request: { ...request, copies: request.copies.slice(1) } }],
    ['a copy recreated', { sae: [anSaeSecret('16', { createTime: 1 }), anSaeSecret('17')] }],
    ['a copy renamed', { sae: [anSaeSecret('16', { name: 'x' }), anSaeSecret('17')] }],
    ['another stage', { request: { ...request, stages: aRequest({ stages: [['shared', 'reader-8']] }).stages } }],
    ['a stage of another secret', { request: { ...request, stages: aRequest({ stages: [['other', 'reader-7']] }).stages } }],
    ['a stage of a secret made anew', { csms: [...csms, anUnlinkedSecret('shared')] }],
    ['no stage', { request: { ...request, stages: [] } }],
  ])('H10: changes with %s', (_what, ground) => {
    expect(aPlan({ csms, sae, request, ...ground }).digest).not.toBe(digest);
  });

  it('of a batch-delete that cannot be previewed is not the digest of nothing', () => {
    expect(aPlan({ instance: GATEWAY }).digest).not.toBe(aPlan({}).digest);
  });

  it.each<[string, Instance]>([
    ['gateway', { ...GATEWAY, instanceId: InstanceId.parse('f'.repeat(32)) }],
    ['instance type', { ...GATEWAY, instanceType: 'GaussDB' }],
    ['project', { ...GATEWAY, projectId: ProjectId.parse('f'.repeat(32)) }],
  ])('H10: of a batch-delete that cannot be previewed is not that of another %s, which whoever approves it has not seen', (_what, instance) => {
    expect(aPlan({ instance }).digest).not.toBe(aPlan({ instance: GATEWAY }).digest);
  });

  it('ignores that a stage was named twice', () => {
    const twice = aRequest({ stages: [['shared', 'reader-7'], ['shared', 'reader-7']] });
    expect(aPlan({ request: twice }).digest).toBe(aPlan({ request: aRequest({ stages: [['shared', 'reader-7']] }) }).digest);
  });
});
