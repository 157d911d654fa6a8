import type * as z from 'zod/mini';
import { NamespaceId } from '../../events/ids.ts';
import type { DecommissionEvent } from '../../events/decommission.ts';
import { parseEvents } from '../../events/parse.ts';
import { Policy } from '../../lib/saga/policy.ts';
import type { CsmsModel } from './csms-model.ts';
import type { Prng } from './prng.ts';
import type { SaeModel } from './sae-model.ts';

export const PROJECT = '0123456789abcdef0123456789abcdef';
const FORBIDDEN_PROJECT = 'fedcba9876543210fedcba9876543210';
export const NAMESPACE = NamespaceId.parse('cn-beijing:test');

const DAY_SECONDS = 86_400;

const aPolicy = (changes: Partial<z.input<typeof Policy>> = {}): Policy =>
  Policy.parse({
    mode: 'immediate',
    scopes: [
      { cloud: 'huawei', region: 'cn-north-4', projectId: PROJECT },
      { cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE },
    ],
    unseenTypes: ['GaussDB', 'APIG'],
    protect: { secretNames: ['prod-*'] },
    ...changes,
  });

export const drawPolicy = (prng: Prng): Policy =>
  aPolicy({
    mode: prng.chance(0.03) ? 'plan' : prng.pick(['recoverable', 'recoverable', 'immediate']),
    soakSeconds: prng.pick([0, 60, DAY_SECONDS, 6 * DAY_SECONDS]),
    unseenTypes: prng.chance(0.9) ? ['GaussDB', 'APIG'] : [],
    requireApproval: prng.chance(0.1),
    restoreForeignSchedules: prng.chance(0.1),
    limits: { secretsPerHour: prng.chance(0.1) ? 3 : 500, secretsPerInstance: prng.chance(0.05) ? 3 : 50 },
    retry: { attempts: prng.pick([3, 8, 8]) },
    dependency: { giveUpAfterSeconds: prng.pick([0, 300, 900]) },
    verify: { proofs: prng.pick([1, 3, 3]) },
  });

const TYPES = ['RDS', 'RDS', 'RDS', 'TaurusDB', 'GaussDB', 'APIG'] as const;
type Type = (typeof TYPES)[number];

interface Named {
  readonly instance: Readonly<Record<string, unknown>>;
  readonly instanceId: string;
  readonly instanceType: Type;
}

const hex = (index: number): string => String(index).padStart(32, 'a1b2c3d4');

/** How a linked secret of that type stands in CSMS; the two products whose link no list shows have one all the same. */
export const linkOf = (instanceId: string, instanceType: Type): Pick<Parameters<CsmsModel['add']>[0], 'link' | 'unseenLink'> =>
  instanceType === 'RDS' || instanceType === 'TaurusDB'
    ? { link: { instanceId, instanceType }, unseenLink: null }
    : { link: null, unseenLink: { instanceId, instanceType } };

const some = (prng: Prng, most: number): number[] => Array.from({ length: prng.between(0, most) }, (_, index) => index);

const drawInstance = (prng: Prng, index: number, csms: CsmsModel, sae: SaeModel): Named => {
  const instanceType = prng.pick(TYPES);
  const instanceId = instanceType === 'APIG' ? hex(index) : `${hex(index)}in0${index % 9}`;
  let linked = 0;
  for (const _ of [0, ...some(prng, 3)]) csms.add({ name: `db-${index}-${(linked += 1)}`, ...linkOf(instanceId, instanceType) });
  if (prng.chance(0.06)) csms.add({ name: `prod-${index}`, ...linkOf(instanceId, instanceType) });
  const names = some(prng, 2).map((at) => `named-${index}-${at}`);
  for (const name of names) if (prng.chance(0.85)) csms.add({ name, link: null, unseenLink: null });
  const stages = prng.chance(0.3) ? [{ secretName: `staged-${index}`, stage: 'reader-7' }] : [];
  for (const { secretName, stage } of stages) csms.add({ name: secretName, link: null, unseenLink: null, stages: [stage] });
  const copies = some(prng, 2).map((at) => ({ cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE, secretId: sae.add(`copy-${index}-${at}`).id }));
  const projectId = prng.chance(0.03) ? FORBIDDEN_PROJECT : PROJECT;
  return { instance: { cloud: 'huawei', region: 'cn-north-4', projectId, instanceId, instanceType, secretNames: names, stages, copies }, instanceId, instanceType };
};

/** A document to a typed event, as intake gets it; a scenario that does not parse is a fault of the simulation. */
const parsed = (document: unknown): DecommissionEvent => {
  const events = parseEvents(JSON.stringify(document), 'scenario');
  if (events.kind === 'refused') throw new Error(JSON.stringify(events.problems));
  const [event] = events.value;
  if (event === undefined) throw new Error('a scenario without an event');
  return event;
};

export const anEvent = (id: string, instances: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): DecommissionEvent =>
  parsed({ specversion: '1.0', type: 'probate.instance.decommissioned.v1', source: 'urn:simulation', id, data: { instances, ...more } });

export interface Scenario {
  readonly events: readonly DecommissionEvent[];
  /** What people may later make up further secrets and events for. */
  readonly instances: readonly Named[];
}

export const drawScenario = (prng: Prng, csms: CsmsModel, sae: SaeModel): Scenario => {
  const instances = Array.from({ length: prng.between(1, 3) }, (_, index) => drawInstance(prng, index, csms, sae));
  csms.add({ name: 'bystander', link: null, unseenLink: null });
  csms.add({ name: 'other-db', ...linkOf(`${hex(77)}in07`, 'TaurusDB') });
  const bystander = sae.add('bystander');
  sae.attach({ kind: 'application', name: 'other-app', uses: new Set([bystander.id]), isListed: true });
  const ids = some(prng, 1).map((at) => sae.add(`own-${at}`).id);
  const ofNamespace = ids.length === 0 ? [] : [{ cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE, secretIds: ids }];
  const mode = prng.chance(0.15) ? { mode: 'recoverable' } : {};
  return { events: [anEvent('evt-1', [...instances.map(({ instance }) => instance), ...ofNamespace], mode)], instances };
};
