import * as z from 'zod/mini';
import { InstanceId, InstanceType, NamespaceId, ProjectId, Region, SecretId, SecretName, StageName } from './ids.ts';

const inItsRegion = { message: 'must be a namespace of the region given beside it', path: ['namespaceId'] };
const liesInRegion = ({ region, namespaceId }: { region: string; namespaceId: string }): boolean => namespaceId.split(':')[0] === region;

/**
 * So that any one instance fits a message whole (split.ts), and all it asks for an item of the ledger, even where that is
 * only refused (test/workflow/largest-saga.test.ts); what a saga carries out lies far below.
 */
export const LONGEST_LIST = 800;

/** A version stage to remove from a secret that itself stays. */
export const Stage = z.strictObject({ secretName: SecretName, stage: StageName });
export type Stage = z.infer<typeof Stage>;

/** Names one stage of one secret; the key it has inside a saga. */
export const stageKey = ({ secretName, stage }: Stage): string => `${secretName}/${stage}`;

/** The same credential kept as an SAE secret; its namespace is always named, the default one too (H9). */
export const Copy = z
  .strictObject({ cloud: z.literal('alibaba'), region: Region, namespaceId: NamespaceId, secretId: SecretId })
  .check(z.refine(liesInRegion, inItsRegion));
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
    secretNames: z.optional(z.array(SecretName).check(z.maxLength(LONGEST_LIST))),
    stages: z.optional(z.array(Stage).check(z.maxLength(LONGEST_LIST))),
    copies: z.optional(z.array(Copy).check(z.maxLength(LONGEST_LIST))),
  })
  .check(
    // H2: a database's id ends in "in" and two digits, a gateway's does not. Which digits mean which engine is hearsay
    // (contracts/huawei-csms.md grades it C), so only this much is held against the type.
    z.refine(({ instanceId, instanceType }) => isDatabaseId(instanceId) === (instanceType !== 'APIG'), {
      message: 'must have the form an id of this instanceType has: a database id ends in "in" and two digits, an APIG id does not',
      path: ['instanceId'],
    }),
  );
export type HuaweiInstance = z.infer<typeof HuaweiInstance>;

/** Secrets of one SAE namespace, by id; at least one. */
export const AlibabaInstance = z
  .strictObject({ cloud: z.literal('alibaba'), region: Region, namespaceId: NamespaceId, secretIds: z.array(SecretId).check(z.minLength(1), z.maxLength(LONGEST_LIST)) })
  .check(z.refine(liesInRegion, inItsRegion));
export type AlibabaInstance = z.infer<typeof AlibabaInstance>;

/** One decommissioned owner, of either cloud. */
export const DecommissionedInstance = z.discriminatedUnion('cloud', [HuaweiInstance, AlibabaInstance]);
export type DecommissionedInstance = z.infer<typeof DecommissionedInstance>;
