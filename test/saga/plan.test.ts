import { describe, expect, expectTypeOf, it } from 'vitest';
import { InstanceId, NamespaceId } from '../../events/ids.ts';
import type { Instance } from '../../lib/saga/instance.ts';
import { linkedTo } from '../../lib/saga/csms-list.ts';
import { type Plan, isEmptyPlan, isUrlName, namespacesOf, showsLinks } from '../../lib/saga/plan.ts';
import {
  DATABASE,
  GATEWAY,
  type Ground,
  NAMESPACE,
  OPENED,
  OTHER_DATABASE,
  PROJECT,
  RDS,
  SAE,
  SAE_REGION,
  aCsmsSecret,
  aPlan,
  aRequest,
  anSaeSecret,
  anUnlinkedSecret,
  keyOf,
} from './builders.ts';

const stepsOf = ({ secrets }: Plan): string[] => secrets.map(({ name, step }) => `${step} ${name}`);

describe('what a plan holds', () => {
  const csms = [aCsmsSecret('db-1'), anUnlinkedSecret('app-db'), anUnlinkedSecret('strangers'), aCsmsSecret('elsewhere', { link: { instanceId: OTHER_DATABASE, instanceType: 'RDS' } })];
  const sae = [anSaeSecret('16'), anSaeSecret('17')];
  const request = aRequest({ names: ['app-db', 'missing'], copies: ['16', '99'] });

  it.each([
    ['immediate', ['batch-delete db-1', 'delete-named app-db', 'delete-copy copy-16']],
    ['recoverable', ['schedule db-1', 'schedule app-db', 'delete-copy copy-16']],
  ] as const)('H54: in %s mode: what is linked or named, and nothing else', (mode, steps) => {
    expect(stepsOf(aPlan({ csms, sae, request, mode }))).toEqual(steps);
  });

  it('what was named and is not there stands apart, with no identity to delete by', () => {
    expect(aPlan({ csms, sae, request }).absent).toEqual([
      { key: keyOf('missing'), cloud: 'huawei', scope: PROJECT, id: '', name: 'missing', createTime: 0, linked: false, step: 'delete-named' },
      { key: 'alibaba/cn-beijing:test/99', cloud: 'alibaba', region: SAE_REGION, scope: NAMESPACE, id: '99', name: '', createTime: 0, step: 'delete-copy' },
    ]);
    expect(aPlan({ csms, request, mode: 'recoverable' }).absent[0]).toMatchObject({ step: 'schedule' });
  });

  it('H6: each secret is held by id, name and create time', () => {
    expect(aPlan({ csms, sae, request }).secrets).toEqual([
      { key: keyOf('db-1'), cloud: 'huawei', scope: PROJECT, id: 'id-of-db-1', name: 'db-1', createTime: OPENED - 86_400_000, linked: true, step: 'batch-delete' },
      { key: keyOf('app-db'), cloud: 'huawei', scope: PROJECT, id: 'id-of-app-db', name: 'app-db', createTime: OPENED - 86_400_000, linked: false, step: 'delete-named' },
      {
        key: 'alibaba/cn-beijing:test/16',
        cloud: 'alibaba',
        region: SAE_REGION,
        scope: NAMESPACE,
        id: '16',
        name: 'copy-16',
        createTime: OPENED - 86_400_000,
        step: 'delete-copy',
      },
    ]);
  });

  it('a linked secret that is also named is planned once, as linked', () => {
    expect(stepsOf(aPlan({ csms: [aCsmsSecret('db-1')], request: aRequest({ names: ['db-1'] }) }))).toEqual(['batch-delete db-1']);
  });

  it('H5: a copy of the same id in another namespace is not the one asked for', () => {
    const elsewhere = { ...anSaeSecret('16'), namespaceId: NamespaceId.parse('cn-beijing:other') };
    expect(aPlan({ sae: [elsewhere], request: aRequest({ copies: ['16'] }) })).toMatchObject({ secrets: [], absent: [{ id: '16' }] });
  });

  it('remembers when it was taken and which stages were asked for', () => {
    const asked = aRequest({ stages: [['shared', 'reader-7']] });
    expect(aPlan({ request: asked })).toMatchObject({ at: OPENED, stages: asked.stages });
  });

  it('secrets of a namespace are planned without any list of CSMS', () => {
    const plan = aPlan({ instance: SAE, sae, csms, request: aRequest({ copies: ['16', '17'] }) });
    expect(stepsOf(plan)).toEqual(['delete-copy copy-16', 'delete-copy copy-17']);
    expect(plan.batchDelete).toBe(false);
  });
});

const AS_TAURUS: Instance = { ...RDS, instanceType: 'TaurusDB' };
const AS_GAUSS: Instance = { ...RDS, instanceType: 'GaussDB' };

describe('a link', () => {
  it.each([
    ['the instance of its own type', { instanceId: DATABASE, instanceType: 'RDS' }, RDS, true],
    ['another instance', { instanceId: OTHER_DATABASE, instanceType: 'RDS' }, RDS, false],
    ['the instance as another type', { instanceId: DATABASE, instanceType: 'TaurusDB' }, RDS, false],
    ['a TaurusDB as TaurusDB', { instanceId: DATABASE, instanceType: 'TaurusDB' }, AS_TAURUS, true],
    ['nothing', null, RDS, false],
    ['an instance, where a namespace is asked about', { instanceId: DATABASE, instanceType: 'RDS' }, SAE, false],
  ] as const)('H2: to %s binds: %s', (_what, link, instance, binds) => {
    expect(linkedTo([aCsmsSecret('db-1', { link })], instance)).toHaveLength(binds ? 1 : 0);
  });

  it.each([
    ['RDS', true],
    ['TaurusDB', true],
    ['GaussDB', false],
    ['APIG', false],
  ] as const)('of a secret of %s shows in a list: %s', (type, shows) => {
    expect(showsLinks(type)).toBe(shows);
  });

  it('as another type leaves the secret out, and the plan says so', () => {
    const plan = aPlan({ csms: [aCsmsSecret('odd', { link: { instanceId: DATABASE, instanceType: 'TaurusDB' } })] });
    expect(plan.secrets).toEqual([]);
    expect(plan.notes).toEqual([expect.stringMatching(/odd .*TaurusDB.*RDS.*left out/)]);
  });

  it('as another type is not spoken of when the secret was asked for by name anyway', () => {
    const csms = [aCsmsSecret('odd', { link: { instanceId: DATABASE, instanceType: 'TaurusDB' } })];
    expect(aPlan({ csms, request: aRequest({ names: ['odd'] }), mode: 'recoverable' })).toMatchObject({ secrets: [{ name: 'odd', linked: false }], notes: [] });
  });
});

describe('whether a batch-delete will be sent, and what the plan says about it', () => {
  const linked = [aCsmsSecret('db-1')];
  it.each([
    ['RDS with secrets, immediate', { csms: linked }, true, [/cannot be undone/]],
    ['RDS with secrets, recoverable', { csms: linked, mode: 'recoverable' }, false, []],
    ['RDS without secrets', {}, false, []],
    ['APIG, immediate', { instance: GATEWAY }, true, [/APIG at once.*cannot be undone/, /APIG show no link/]],
    ['GaussDB, recoverable', { instance: AS_GAUSS, mode: 'recoverable' }, true, [/cannot be undone/, /show no link/]],
    ['a namespace', { instance: SAE }, false, []],
  ] satisfies [string, Ground, boolean, RegExp[]][])('%s', (_what, ground, batchDelete, notes) => {
    const plan = aPlan(ground);
    expect(plan.batchDelete).toBe(batchDelete);
    expect(plan.notes).toEqual(notes.map((note) => expect.stringMatching(note)));
  });

  it.each([
    ['recoverable', [expect.stringMatching(/SAE.*cannot be restored/)]],
    ['immediate', []],
  ] as const)('in %s mode a plan with SAE secrets notes that they have no way back: %s', (mode, notes) => {
    expect(aPlan({ instance: SAE, sae: [anSaeSecret('16')], request: aRequest({ copies: ['16'] }), mode }).notes).toEqual(notes);
  });

  it('a recoverable plan whose SAE secrets are gone already has nothing to warn of', () => {
    expect(aPlan({ instance: SAE, request: aRequest({ copies: ['16'] }), mode: 'recoverable' }).notes).toEqual([]);
  });
});

it.each([
  ['nothing at all', {}, true],
  ['a linked secret', { csms: [aCsmsSecret('db-1')] }, false],
  ['a name that is not there', { request: aRequest({ names: ['missing'] }) }, false],
  ['a stage', { request: aRequest({ stages: [['shared', 'reader-7']] }) }, false],
  ['a gateway, whose secrets cannot be seen', { instance: GATEWAY }, false],
] satisfies [string, Ground, boolean][])('a plan over %s is empty: %s', (_what, ground, empty) => {
  expect(isEmptyPlan(aPlan(ground))).toBe(empty);
});

it.each([
  ['db-1', true],
  ['A_b-9', true],
  ['a'.repeat(64), true],
  ['a'.repeat(65), false],
  ['', false],
  ['a/b', false],
  ['..', false],
  ['a%2fb', false],
  ['ключ', false],
  ['a b', false],
])('H7: the name %j may stand in a URL: %s', (name, may) => {
  expect(isUrlName(name)).toBe(may);
});

it('each namespace of the copies is listed once', () => {
  const { copies } = aRequest({ copies: ['16', '17'] });
  const elsewhere = aRequest({ copies: ['18'] }).copies.map((copy) => ({ ...copy, namespaceId: NamespaceId.parse('cn-beijing') }));
  expect(namespacesOf({ secretNames: [], stages: [], copies: [...copies, ...elsewhere] })).toEqual([
    { region: SAE_REGION, namespaceId: NAMESPACE },
    { region: SAE_REGION, namespaceId: 'cn-beijing' },
  ]);
});

it('H1: an instance id is never a plain string', () => {
  expectTypeOf<string>().not.toExtend<InstanceId>();
  expect(InstanceId.safeParse('').success).toBe(false);
  expect(InstanceId.safeParse('*').success).toBe(false);
});
