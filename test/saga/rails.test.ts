import { describe, expect, it } from 'vitest';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import type { Instance } from '../../lib/saga/instance.ts';
import { type Judged, RAILS, refusalOf } from '../../lib/saga/rails.ts';
import type { CsmsSecret, SaeSecret } from '../../lib/saga/seen.ts';
import {
  DATABASE,
  GATEWAY,
  GATEWAY_ID,
  NAMESPACE,
  NOW,
  OTHER_DATABASE,
  POLICY,
  PROJECT,
  RDS,
  REGION,
  SAE,
  SAE_REGION,
  aCsmsSecret,
  aHold,
  aPlan,
  aPolicy,
  aRequest,
  anSaeSecret,
  anUnlinkedSecret,
  copyKey,
  keyOf,
} from './builders.ts';

interface Case {
  readonly instance?: Instance;
  readonly csms?: readonly CsmsSecret[];
  readonly sae?: readonly SaeSecret[];
  readonly asked?: Parameters<typeof aRequest>[0];
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly holds?: Readonly<Record<string, ReturnType<typeof aHold>>>;
  readonly claimed?: Readonly<Record<string, string>>;
}

const judged = ({ instance = RDS, csms = [aCsmsSecret('db-1')], sae = [], asked = {}, policy, holds = {}, claimed = {} }: Case): Judged => ({
  instance,
  plan: aPlan({ instance, csms, sae, request: aRequest(asked) }),
  policy: policy === undefined ? POLICY : aPolicy(policy),
  controls: { ...NO_CONTROLS, holds },
  csms,
  claimed,
  now: NOW,
});

const HUAWEI_ONLY = { scopes: [{ cloud: 'huawei', region: REGION, projectId: PROJECT }] };
const ALIBABA_ONLY = { scopes: [{ cloud: 'alibaba', region: SAE_REGION, namespaceId: NAMESPACE }] };
const withCopy: Case = { sae: [anSaeSecret('16')], asked: { copies: ['16'] } };
const AS_GAUSS: Instance = { ...RDS, instanceType: 'GaussDB' };
const names = (count: number): CsmsSecret[] => Array.from({ length: count }, (_, index) => aCsmsSecret(`db-${index}`));
const namesOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `app-${index}`);

/** Each rail by name: what it rejects and the nearest thing it lets pass. */
const CASES: readonly [rail: string, what: string, rejected: Case, passed: Case, reason: RegExp][] = [
  ['scope', "H3: a project outside the policy's scopes", { policy: ALIBABA_ONLY }, { policy: HUAWEI_ONLY }, /^scope: .*0123456789abcdef/],
  [
    'scope',
    'H3: the right project in another region',
    { policy: { scopes: [{ cloud: 'huawei', region: 'cn-east-3', projectId: PROJECT }] } },
    { policy: HUAWEI_ONLY },
    /^scope: cn-north-4/,
  ],
  [
    'scope',
    "H3: a secret named by the event in a project outside the policy's scopes",
    { csms: [anUnlinkedSecret('app')], asked: { names: ['app'] }, policy: ALIBABA_ONLY },
    { csms: [anUnlinkedSecret('app')], asked: { names: ['app'] }, policy: HUAWEI_ONLY },
    /^scope: .*0123456789abcdef/,
  ],
  ['scope', "H9: a copy in a namespace outside the policy's scopes", { ...withCopy, policy: HUAWEI_ONLY }, withCopy, /^scope: namespace cn-beijing:test of the copy 16/],
  ['scope', 'H9: an absent copy in a namespace outside the scopes', { asked: { copies: ['16'] }, policy: HUAWEI_ONLY }, { asked: { copies: ['16'] } }, /^scope: namespace/],
  [
    'scope',
    'H9: a namespace where only its short default is listed',
    { instance: SAE, csms: [], policy: { scopes: [{ cloud: 'alibaba', region: SAE_REGION, namespaceId: 'cn-beijing' }] } },
    { instance: SAE, csms: [], policy: ALIBABA_ONLY },
    /^scope: cn-beijing cn-beijing:test/,
  ],
  ['unseenType', 'a gateway where the policy lists no unseen type', { instance: GATEWAY, policy: { unseenTypes: [] } }, { instance: GATEWAY, policy: { unseenTypes: ['APIG'] } }, /^unseen-type: .*APIG/],
  ['unseenType', 'a GaussDB where only APIG is listed', { instance: AS_GAUSS, policy: { unseenTypes: ['APIG'] } }, { instance: RDS, policy: { unseenTypes: [] } }, /^unseen-type: .*GaussDB/],
  ['protectedInstance', 'a protected instance', { policy: { protect: { instanceIds: [DATABASE] } } }, { policy: { protect: { instanceIds: [OTHER_DATABASE, GATEWAY_ID] } } }, /^protected: instance/],
  ['protectedName', 'a linked secret of a protected name', { policy: { protect: { secretNames: ['x', 'db-*'] } } }, { policy: { protect: { secretNames: ['db', 'b-*'] } } }, /^protected: secret db-1 .*db-\*/],
  ['protectedName', 'a named secret that is not even there', { asked: { names: ['prod-1'] }, policy: { protect: { secretNames: ['prod-*'] } } }, { asked: { names: ['prod-1'] } }, /^protected: secret prod-1/],
  ['protectedName', 'a copy of a protected name', { ...withCopy, policy: { protect: { secretNames: ['copy-*'] } } }, withCopy, /^protected: secret copy-16/],
  [
    'protectedName',
    'a stage of a protected secret',
    { asked: { stages: [['prod-shared', 'reader-7']] }, policy: { protect: { secretNames: ['prod-*'] } } },
    { asked: { stages: [['shared', 'prod-7']] }, policy: { protect: { secretNames: ['prod-*'] } } },
    /^protected: secret prod-shared/,
  ],
  [
    'shared',
    'H4: a named secret that is linked to another instance',
    { csms: [aCsmsSecret('app', { link: { instanceId: OTHER_DATABASE, instanceType: 'RDS' } })], asked: { names: ['app'] } },
    { csms: [anUnlinkedSecret('app')], asked: { names: ['app'] } },
    /^shared: secret app is linked to instance ffff/,
  ],
  ['shared', 'H4: a secret in the plan of another open saga', { claimed: { [keyOf('db-1')]: 'saga-2' } }, { claimed: { [keyOf('db-2')]: 'saga-2' } }, /^shared: secret db-1 .*saga-2/],
  ['shared', 'H4: a copy in the plan of another open saga', { ...withCopy, claimed: { [copyKey('16')]: 'saga-2' } }, withCopy, /^shared: secret copy-16 .*saga-2/],
  [
    'unreadableLink',
    'a link that cannot be read and names the instance',
    { csms: [anUnlinkedSecret('odd', { unreadableLink: `{"id":"${DATABASE}"` })] },
    { csms: [anUnlinkedSecret('odd', { unreadableLink: `{"id":"${OTHER_DATABASE}"` })] },
    /^unreadable-link: .*odd/,
  ],
  [
    'unreadableLink',
    'H4: a named secret whose link cannot be read, and may be to another instance',
    { csms: [anUnlinkedSecret('app', { unreadableLink: '{' })], asked: { names: ['app'] } },
    { csms: [anUnlinkedSecret('app'), anUnlinkedSecret('odd', { unreadableLink: '{' })], asked: { names: ['app'] } },
    /^unreadable-link: .*app/,
  ],
  ['heldSecret', 'a held secret', { holds: { [keyOf('db-1')]: aHold() } }, { holds: { [keyOf('db-1')]: aHold({ until: NOW }) } }, /^held: secret db-1 is held by a person \(somebody asked\)/],
  ['heldSecret', 'a held copy', { ...withCopy, holds: { [copyKey('16')]: aHold() } }, { ...withCopy, holds: { [copyKey('17')]: aHold() } }, /^held: secret copy-16/],
  [
    'heldSecret',
    'a stage of a held secret',
    { asked: { stages: [['shared', 'reader-7']] }, holds: { [keyOf('shared')]: aHold() } },
    { asked: { stages: [['shared', 'reader-7']] }, holds: { [keyOf('reader-7')]: aHold() } },
    /^held: secret shared is held by a person/,
  ],
  ['nameForm', 'H7: a name that cannot go into a URL', { csms: [aCsmsSecret('a/../b')] }, { csms: [aCsmsSecret('a-b')] }, /^name-form: the name "a\/\.\.\/b"/],
  ['state', 'H50: a state nobody knows', { csms: [aCsmsSecret('db-1', { state: 'FROZEN' })] }, { csms: [aCsmsSecret('db-1', { state: 'DISABLED' }), aCsmsSecret('db-2', { state: 'PENDING_DELETE' })] }, /^state: secret db-1 is FROZEN/],
  ['secretsPerInstance', 'more secrets than an instance may have', { csms: names(3), policy: { limits: { secretsPerInstance: 2 } } }, { csms: names(2), policy: { limits: { secretsPerInstance: 2 } } }, /^too-many-secrets: .*3 .*2 an instance/],
  ['secretsPerInstance', 'more secrets than ever fit an hour', { csms: names(3), policy: { limits: { secretsPerHour: 2 } } }, { csms: names(2), policy: { limits: { secretsPerHour: 2 } } }, /^too-many-secrets: .*3 .*2 an hour/],
  ['largestSaga', 'more absent secrets than a saga can hold', { csms: [], asked: { names: namesOf(201) } }, { csms: [], asked: { names: namesOf(200) } }, /^too-large: .*201/],
  [
    'largestSaga',
    'more secrets, absent ones and stages together than a saga can hold',
    { csms: names(2), asked: { names: namesOf(150), stages: namesOf(49).map((name) => [`of-${name}`, 'reader'] as const) } },
    { csms: names(2), asked: { names: namesOf(150), stages: namesOf(48).map((name) => [`of-${name}`, 'reader'] as const) } },
    /^too-large: .*201/,
  ],
  [
    'stageInPlan',
    'a stage of a secret that the plan deletes whole',
    { asked: { stages: [['db-1', 'reader-7']] } },
    { asked: { stages: [['db-2', 'reader-7']] } },
    /^stage-in-plan: stage reader-7 belongs to db-1/,
  ],
];

describe.each(CASES)('H65: a plan', (rail, what, rejected, passed, reason) => {
  it(`is rejected by the rail ${rail} for ${what}`, () => {
    expect(refusalOf(judged(rejected))).toMatch(reason);
    expect(RAILS[rail]?.(judged(rejected))).toMatch(reason);
  });

  it(`passes that is the neighbour of ${what}`, () => {
    expect(refusalOf(judged(passed))).toBeNull();
  });
});

it('H65: every rail has its case here', () => {
  expect(new Set(CASES.map(([rail]) => rail))).toEqual(new Set(Object.keys(RAILS)));
});

it('a secret in an unknown state that nobody planned stops nothing', () => {
  expect(refusalOf(judged({ csms: [aCsmsSecret('db-1'), anUnlinkedSecret('other', { state: 'FROZEN' })] }))).toBeNull();
});

it('H7: a copy may have any name, since it is never called by it', () => {
  expect(refusalOf(judged({ sae: [anSaeSecret('16', { name: 'a b/../c' })], asked: { copies: ['16'] } }))).toBeNull();
});

it('a stage may share its name with a copy', () => {
  expect(refusalOf(judged({ sae: [anSaeSecret('16', { name: 'shared' })], asked: { copies: ['16'], stages: [['shared', 'reader-7']] } }))).toBeNull();
});

it('what CSMS shows does not concern secrets of a namespace', () => {
  const csms = [anUnlinkedSecret('odd', { unreadableLink: DATABASE })];
  expect(refusalOf({ ...judged({ instance: SAE, csms: [], sae: [anSaeSecret('16')], asked: { copies: ['16'] } }), csms })).toBeNull();
});
