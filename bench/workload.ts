import { createHash } from 'node:crypto';
import type * as z from 'zod/mini';
import { DecommissionEvent, EVENT_TYPE } from '../events/decommission.ts';
import type { Policy } from '../lib/saga/policy.ts';
import type { Seed } from '../local/emulators/seed.ts';

const REGION = 'cn-north-4';
const SECRETS_EACH = 3;
/** 3,000 secrets a project; the vendor's quota is 5,000 (contracts/huawei-csms.md, section 5), so ten times as many instances lie in ten times as many projects. */
const INSTANCES_PER_PROJECT = 1_000;
const MOST_INSTANCES = 10_000;

const hex = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const projectOf = (index: number): string => hex(`project ${Math.floor(index / INSTANCES_PER_PROJECT)}`);
const instanceOf = (salt: string, index: number): string => `${hex(`${salt} ${index}`)}in01`;
const namesOf = (salt: string, index: number): string[] => Array.from({ length: SECRETS_EACH }, (_, each) => `app-${salt}-${index}-db-${each}`);

const indexes = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** RDS instances with three secrets each and no copies; another salt makes other instances. */
export interface Workload {
  readonly salt: string;
  readonly instances: number;
}

/** What CSMS holds before they are decommissioned. */
export const seedOf = ({ salt, instances }: Workload): Seed => ({
  secrets: indexes(instances).flatMap((index) =>
    namesOf(salt, index).map((name) => ({ name, projectId: projectOf(index), instance: { id: instanceOf(salt, index), type: 'RDS' as const } })),
  ),
});

const eventOf = (id: string, salt: string, of: readonly number[]): DecommissionEvent =>
  DecommissionEvent.parse({
    specversion: '1.0',
    type: EVENT_TYPE,
    source: 'urn:bench',
    id,
    data: { instances: of.map((index) => ({ cloud: 'huawei', region: REGION, projectId: projectOf(index), instanceId: instanceOf(salt, index), instanceType: 'RDS' })) },
  });

/** One event that names them all. */
export const oneEvent = ({ salt, instances }: Workload): DecommissionEvent => eventOf(salt, salt, indexes(instances));

/** An event for each of them. */
export const eventEach = ({ salt, instances }: Workload): DecommissionEvent[] => indexes(instances).map((index) => eventOf(`${salt}-${index}`, salt, [index]));

export type PolicyDocument = z.input<typeof Policy>;

/** Every project there can be. */
const scopes = (): PolicyDocument['scopes'] =>
  indexes(MOST_INSTANCES / INSTANCES_PER_PROJECT).map((project) => ({ cloud: 'huawei', region: REGION, projectId: projectOf(project * INSTANCES_PER_PROJECT) }));

/** A policy that is the default but for the mode, and whatever is changed. */
export const policyWith = (changes: Partial<PolicyDocument>): PolicyDocument => ({ mode: 'immediate', scopes: scopes(), ...changes });

/** So many calls a second that none ever waits for its moment. */
const UNBOUNDED = { calls: 1e9, perSeconds: 1 };

/** Whatever makes a saga wait or refuses a large event is out of the way: what is left is work. */
export const unhindered = (changes: Partial<PolicyDocument> = {}): PolicyDocument =>
  policyWith({
    limits: { instancesPerEvent: MOST_INSTANCES, secretsPerInstance: SECRETS_EACH, secretsPerHour: 1e9 },
    verify: { firstDelaySeconds: 0, proofs: 1, intervalSeconds: 0 },
    retry: { baseSeconds: 0, capSeconds: 0, settleSeconds: 0 },
    pace: { csms: UNBOUNDED, sae: UNBOUNDED },
    ...changes,
  });
