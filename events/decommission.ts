import { z } from 'zod';
import { InstanceId, InstanceType, NamespaceId, ProjectId, Region, SecretId, SecretName, StageName } from './ids.ts';

export const EVENT_TYPE = 'probate.instance.decommissioned.v1';

/** From the most careful to the least; an event may only ask for a more careful one than the policy (design.md, Modes). */
export const Mode = z.enum(['plan', 'recoverable', 'immediate']);
export type Mode = z.infer<typeof Mode>;

const inItsRegion = { message: 'must be a namespace of the region given beside it', path: ['namespaceId'] };
const liesInRegion = ({ region, namespaceId }: { region: string; namespaceId: string }): boolean => namespaceId.split(':')[0] === region;

export const Stage = z.strictObject({ secretName: SecretName, stage: StageName });
export type Stage = z.infer<typeof Stage>;

export const Copy = z
  .strictObject({ cloud: z.literal('alibaba'), region: Region, namespaceId: NamespaceId, secretId: SecretId })
  .refine(liesInRegion, inItsRegion);
export type Copy = z.infer<typeof Copy>;

const isDatabaseId = (instanceId: string): boolean => instanceId.length > 32;

export const HuaweiInstance = z
  .strictObject({
    cloud: z.literal('huawei'),
    region: Region,
    projectId: ProjectId,
    instanceId: InstanceId,
    instanceType: InstanceType,
    secretNames: z.array(SecretName).optional(),
    stages: z.array(Stage).optional(),
    copies: z.array(Copy).optional(),
  })
  // H2: a database's id ends in "in" and two digits, a gateway's does not. Which digits mean which engine is hearsay
  // (contracts/huawei-csms.md grades it C), so only this much is held against the type.
  .refine(({ instanceId, instanceType }) => isDatabaseId(instanceId) === (instanceType !== 'APIG'), {
    message: 'is not of the form ids of this instanceType have: a database id ends in "in" and two digits, an APIG id does not',
    path: ['instanceId'],
  });
export type HuaweiInstance = z.infer<typeof HuaweiInstance>;

export const AlibabaInstance = z
  .strictObject({ cloud: z.literal('alibaba'), region: Region, namespaceId: NamespaceId, secretIds: z.array(SecretId).min(1) })
  .refine(liesInRegion, inItsRegion);
export type AlibabaInstance = z.infer<typeof AlibabaInstance>;

export const DecommissionedInstance = z.discriminatedUnion('cloud', [HuaweiInstance, AlibabaInstance]);
export type DecommissionedInstance = z.infer<typeof DecommissionedInstance>;

/** Which part of a split event this is; `instances` counts those of the whole, so that the cap is checked on the whole. */
export const Part = z
  .strictObject({ index: z.int().min(1), count: z.int().min(1), instances: z.int().min(1).optional() })
  .refine(({ index, count }) => index <= count, { message: 'must not be above count', path: ['index'] });
export type Part = z.infer<typeof Part>;

/** A CloudEvents 1.0 document in structured mode; attributes not named here are let through unread (interfaces.md, Event). */
export const DecommissionEvent = z.object({
  specversion: z.literal('1.0'),
  type: z.literal(EVENT_TYPE),
  source: z.string().trim().min(1).max(512),
  id: z.string().trim().min(1).max(256),
  time: z.iso.datetime({ offset: true }).optional(),
  data: z.strictObject({
    mode: Mode.optional(),
    reason: z.string().max(1024).optional(),
    part: Part.optional(),
    instances: z.array(DecommissionedInstance).min(1),
  }),
});
export type DecommissionEvent = z.infer<typeof DecommissionEvent>;
