import { z } from 'zod';
import { contradictionsIn } from './contradictions.ts';
import { mergeInstances } from './instances.ts';
import { fitsOneMessage } from './size.ts';
import { InstanceId, InstanceType, NamespaceId, ProjectId, Region, SecretId, SecretName, StageName } from './ids.ts';

/** The CloudEvents type of the one event Probate takes (interfaces.md, Event). */
export const EVENT_TYPE = 'probate.instance.decommissioned.v1';

/** From the most careful to the least; an event may only ask for a more careful one than the policy (design.md, Modes). */
export const Mode = z.enum(['plan', 'recoverable', 'immediate']);
export type Mode = z.infer<typeof Mode>;

const inItsRegion = { message: 'must be a namespace of the region given beside it', path: ['namespaceId'] };
const liesInRegion = ({ region, namespaceId }: { region: string; namespaceId: string }): boolean => namespaceId.split(':')[0] === region;

/** So that any one instance fits a message whole (split.ts); the policy's own caps lie far below. */
const LONGEST_LIST = 1_000;

/** A version stage to remove from a secret that itself stays. */
export const Stage = z.strictObject({ secretName: SecretName, stage: StageName });
export type Stage = z.infer<typeof Stage>;

/** The same credential kept as an SAE secret; its namespace is always named, the default one too (H9). */
export const Copy = z
  .strictObject({ cloud: z.literal('alibaba'), region: Region, namespaceId: NamespaceId, secretId: SecretId })
  .refine(liesInRegion, inItsRegion);
export type Copy = z.infer<typeof Copy>;

const isDatabaseId = (instanceId: string): boolean => instanceId.length > 32;

/** A decommissioned database or gateway, and what is to go with it beside the secrets linked to it. */
export const HuaweiInstance = z
  .strictObject({
    cloud: z.literal('huawei'),
    region: Region,
    projectId: ProjectId,
    instanceId: InstanceId,
    instanceType: InstanceType,
    secretNames: z.array(SecretName).max(LONGEST_LIST).optional(),
    stages: z.array(Stage).max(LONGEST_LIST).optional(),
    copies: z.array(Copy).max(LONGEST_LIST).optional(),
  })
  // H2: a database's id ends in "in" and two digits, a gateway's does not. Which digits mean which engine is hearsay
  // (contracts/huawei-csms.md grades it C), so only this much is held against the type.
  .refine(({ instanceId, instanceType }) => isDatabaseId(instanceId) === (instanceType !== 'APIG'), {
    message: 'must have the form an id of this instanceType has: a database id ends in "in" and two digits, an APIG id does not',
    path: ['instanceId'],
  });
export type HuaweiInstance = z.infer<typeof HuaweiInstance>;

/** Secrets of one SAE namespace, by id; at least one. */
export const AlibabaInstance = z
  .strictObject({ cloud: z.literal('alibaba'), region: Region, namespaceId: NamespaceId, secretIds: z.array(SecretId).min(1).max(LONGEST_LIST) })
  .refine(liesInRegion, inItsRegion);
export type AlibabaInstance = z.infer<typeof AlibabaInstance>;

/** One decommissioned owner, of either cloud. */
export const DecommissionedInstance = z.discriminatedUnion('cloud', [HuaweiInstance, AlibabaInstance]);
export type DecommissionedInstance = z.infer<typeof DecommissionedInstance>;

/** Which part of a split event this is; `instances` counts those of the whole, so that the cap is checked on the whole. */
const Part = z
  .strictObject({ index: z.int().min(1), count: z.int().min(1), instances: z.int().min(1).optional() })
  .refine(({ index, count }) => index <= count, { message: 'must not be above count', path: ['index'] });
export type Part = z.infer<typeof Part>;

/** What a template leaves behind when its variable was never set; as an identity it would make strangers' events one. */
const UNSET = new Set(['undefined', 'null', 'nan', '[object object]']);

const identifier = (longest: number): z.ZodString =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'must not hold control characters')
    .refine((text) => !UNSET.has(text.toLowerCase()), 'must be a real identifier; this one looks like a variable that was never set');

const Document = z.object({
  specversion: z.literal('1.0'),
  type: z.literal(EVENT_TYPE),
  source: identifier(512),
  id: identifier(256),
  time: z.iso.datetime({ offset: true, error: 'must be a time such as 2026-11-22T08:30:00Z' }).optional(),
  data: z
    .strictObject({
      mode: Mode.optional(),
      reason: z.string().max(1024).optional(),
      part: Part.optional(),
      instances: z.array(DecommissionedInstance).min(1),
    })
    .superRefine(({ instances }, context) => {
      for (const { index, message } of contradictionsIn(instances, LONGEST_LIST)) context.addIssue({ code: 'custom', message, path: ['instances', ...index] });
    }),
});

/** A CloudEvents 1.0 document in structured mode; attributes not named here are let through unread (interfaces.md, Event). */
export const DecommissionEvent = Document.refine((event) => event.data.part === undefined || fitsOneMessage(JSON.stringify(event)), {
  message: 'must fit one message of 1 MiB, since a part is not split again',
  path: ['data', 'part'],
  // The cap is held against this number, so a part must not claim to be of a smaller whole than itself.
}).refine(({ data }) => data.part?.instances === undefined || data.part.instances >= mergeInstances(data.instances).length, {
  message: 'must be the number of instances of the whole event, which is no less than what this part names',
  path: ['data', 'part', 'instances'],
});
export type DecommissionEvent = z.infer<typeof DecommissionEvent>;
