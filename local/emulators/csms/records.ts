import * as z from 'zod/mini';

/** What the store keeps of a project's secrets and of issued tokens. Times are epoch ms, whole seconds like the vendor's. */

export const Version = z.object({
  id: z.string(),
  createTime: z.number(),
  expireTime: z.nullable(z.number()),
  stages: z.array(z.string()),
  secretString: z.nullable(z.string()),
  secretBinary: z.nullable(z.string()),
});
export type Version = Readonly<z.infer<typeof Version>>;

export const Secret = z.object({
  projectId: z.string(),
  id: z.string(),
  name: z.string(),
  state: z.string(),
  kmsKeyId: z.string(),
  description: z.string(),
  createTime: z.number(),
  updateTime: z.number(),
  deleteAt: z.nullable(z.number()),
  secretType: z.string(),
  autoRotation: z.boolean(),
  rotationPeriod: z.nullable(z.string()),
  rotationConfig: z.nullable(z.string()),
  rotationFuncUrn: z.nullable(z.string()),
  eventSubscriptions: z.array(z.string()),
  enterpriseProjectId: z.string(),
  /** GaussDB and APIG links stand nowhere else; the other two are read out of rotationConfig when the secret is made. */
  instance: z.nullable(z.object({ id: z.string(), type: z.string() })),
  versions: z.array(Version),
  /** How many versions were ever made: the next one is v(count + 1). */
  versionCount: z.int(),
  stageTimes: z.record(z.string(), z.number()),
  /** Stages whose removal was answered 204 once without being done (unknown `stageDelete`). */
  clingingStages: z.array(z.string()),
});
export type Secret = Readonly<z.infer<typeof Secret>>;

export const Token = z.object({ token: z.string(), projectId: z.nullable(z.string()), userName: z.string(), issuedAt: z.number(), expiresAt: z.number() });
export type Token = Readonly<z.infer<typeof Token>>;

export const keyOf = ({ projectId, name }: { readonly projectId: string; readonly name: string }): string => `${projectId}/${name}`;

/** Precision is whole seconds (contracts/huawei-csms.md, section 2, Units). */
export const wholeSeconds = (epochMs: number): number => Math.floor(epochMs / 1000) * 1000;
