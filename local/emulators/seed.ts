import { z } from 'zod';
import { NamespaceId, ProjectId } from '../../events/ids.ts';
import { UnknownsDocument } from './unknowns.ts';

/** Epoch ms, or the same moment as RFC 3339 text. */
const Moment = z.union([z.int().min(0), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))]);

/** An id of 64 bits; a JSON number is taken only while it is exact. */
const LongId = z
  .union([z.int().min(1).transform(String), z.string().regex(/^[1-9][0-9]{0,18}$/, 'must be a positive whole number, as text')])
  .refine((id) => BigInt(id) <= 9_223_372_036_854_775_807n, 'must fit a 64-bit integer');

/**
 * A secret of a CSMS project. `instance` links it: RDS and TaurusDB show in secret_type and rotation_config, GaussDB and
 * APIG only inside the service. `rotationConfig` replaces that text, readable or not. `stages` sit on the current version.
 */
export const CsmsSeedSecret = z.strictObject({
  name: z.string().min(1),
  projectId: ProjectId,
  id: z.string().optional(),
  instance: z.strictObject({ id: z.string().min(1), type: z.enum(['RDS', 'TaurusDB', 'GaussDB', 'APIG']) }).optional(),
  state: z.string().optional(),
  deleteAt: Moment.optional(),
  createTime: Moment.optional(),
  secretType: z.string().optional(),
  rotationConfig: z.string().max(1024).optional(),
  stages: z.array(z.string()).optional(),
  value: z.string().optional(),
});
export type CsmsSeedSecret = z.infer<typeof CsmsSeedSecret>;

export const SaeSeedSecret = z.strictObject({
  name: z.string().min(1),
  namespaceId: NamespaceId,
  id: LongId.optional(),
  type: z.string().optional(),
  createTime: Moment.optional(),
  value: z.record(z.string(), z.string()).optional(),
});
export type SaeSeedSecret = z.infer<typeof SaeSeedSecret>;

/**
 * An application or job that uses secrets, by SecretId. `listed: false` keeps it out of RelateApps and of the lists;
 * `goneAfterSeconds` means that its deletion is already running and ends then, on the emulator's clock.
 */
const SeedDependent = z.strictObject({
  name: z.string().min(1),
  namespaceId: NamespaceId,
  uses: z.array(LongId),
  listed: z.boolean().optional(),
  id: z.string().optional(),
  goneAfterSeconds: z.number().min(0).optional(),
});
export type SeedDependent = z.infer<typeof SeedDependent>;

/** One file seeds both clouds: each emulator takes what is its own (interfaces.md, Emulators). */
export const SeedDocument = z.strictObject({
  secrets: z
    .array(
      z.unknown().transform((secret, context): CsmsSeedSecret | SaeSeedSecret => {
        // A plain union would answer "invalid input" for a misspelt key; the right half of it names the field.
        const schema = typeof secret === 'object' && secret !== null && 'namespaceId' in secret ? SaeSeedSecret : CsmsSeedSecret;
        const parsed = schema.safeParse(secret);
        if (parsed.success) return parsed.data;
        for (const issue of parsed.error.issues) context.addIssue({ ...issue });
        return z.NEVER;
      }),
    )
    .optional(),
  applications: z.array(SeedDependent).optional(),
  jobs: z.array(SeedDependent).optional(),
  /** Namespaces that exist and hold nothing. */
  namespaces: z.array(NamespaceId).optional(),
  /** Names of projects, as a token's scope may give them. */
  projects: z.array(z.strictObject({ id: ProjectId, name: z.string().min(1) })).optional(),
  /** How long DeleteApplication's change order runs, on the emulator's clock. */
  applicationDeletionSeconds: z.number().min(0).optional(),
  unknowns: UnknownsDocument.optional(),
});
/** A seed as a file or a test writes it. */
export type Seed = z.input<typeof SeedDocument>;
export type ParsedSeed = z.infer<typeof SeedDocument>;
