import * as z from 'zod/mini';

/** Where every id of the two clouds gets its form and its brand: a plain string is never a selector (hazards H1, H5, H7, H8). */

/** A region's id at either cloud, at most 32 characters, such as `cn-north-4`. */
export const Region = z.string().check(z.maxLength(32), z.regex(/^[a-z]{2,}(-[a-z0-9]+)+$/, 'must be a region id such as cn-north-4')).brand<'Region'>();
export type Region = z.infer<typeof Region>;

/** A Huawei Cloud project: 32 hex digits in lower case (contracts/huawei-csms.md, section 1). */
export const ProjectId = z
  .string()
  .check(z.regex(/^[0-9a-f]{32}$/, 'must be a Huawei Cloud project id, 32 lower-case hex digits'))
  .brand<'ProjectId'>();
export type ProjectId = z.infer<typeof ProjectId>;

/** The products batch-delete knows, spelled as the vendor spells them (contracts/huawei-csms.md, section 3). */
export const InstanceType = z.enum(['RDS', 'TaurusDB', 'GaussDB', 'APIG']);
export type InstanceType = z.infer<typeof InstanceType>;

/** The decommissioned owner's id at Huawei Cloud; never empty, never a wildcard (H1). */
export const InstanceId = z
  .string()
  .check(z.regex(/^[0-9a-f]{32}(in[0-9]{2})?$/, 'must be an instance id, 32 lower-case hex digits, followed by "in" and two digits for a database'))
  .brand<'InstanceId'>();
export type InstanceId = z.infer<typeof InstanceId>;

/** A CSMS secret's name in the form that may go into a URL (H7). */
export const SecretName = z
  .string()
  .check(z.regex(/^[a-zA-Z0-9_-]{1,64}$/, 'must be a CSMS secret name: 1 to 64 letters, digits, _ or -'))
  .brand<'SecretName'>();
export type SecretName = z.infer<typeof SecretName>;

/** A custom version stage of a CSMS secret; the two stages that belong to the cloud are refused. */
export const StageName = z
  .string()
  .check(
    z.regex(/^[a-zA-Z0-9_-]{1,64}$/, 'must be a stage name: 1 to 64 letters, digits, _ or -'),
    z.refine((name) => name !== 'SYSCURRENT' && name !== 'SYSPREVIOUS', 'SYSCURRENT and SYSPREVIOUS belong to the cloud and are never removed'),
  )
  .brand<'StageName'>();
export type StageName = z.infer<typeof StageName>;

/** `<region>:<short id>`, or the region alone for its default namespace (contracts/alibaba-sae.md, section 2). */
export const NamespaceId = z
  .string()
  .check(z.maxLength(64), z.regex(/^[a-z0-9-]+(:[a-z0-9-]+)?$/, 'must be an SAE namespace id such as cn-beijing:test'))
  .brand<'NamespaceId'>();
export type NamespaceId = z.infer<typeof NamespaceId>;

const LARGEST_LONG = '9223372036854775807';

/** A 64-bit integer that is carried as text, because a JSON number above 2^53 loses its last digits. */
export const SecretId = z
  .string()
  .check(
    z.regex(/^[1-9][0-9]{0,18}$/, 'must be an SAE secret id: a positive whole number, as text'),
    // Compared as text: this also runs on a text that is no number, where BigInt would throw.
    z.refine((id) => id.length < LARGEST_LONG.length || id <= LARGEST_LONG, 'must fit a 64-bit integer'),
  )
  .brand<'SecretId'>();
export type SecretId = z.infer<typeof SecretId>;
