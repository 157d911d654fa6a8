import * as z from 'zod/mini';
import { NamespaceId, ProjectId } from '../../events/ids.ts';
import { IN_ENGLISH } from '../in-english.ts';
import { UnknownsDocument } from './unknowns.ts';

/** Epoch ms, or the same moment as RFC 3339 text. */
const Moment = z.union([
  z.int().check(z.minimum(0)),
  z.pipe(
    z.iso.datetime({ offset: true }),
    z.transform((text) => Date.parse(text)),
  ),
]);

/** An id of 64 bits; a JSON number is taken only while it is exact. */
const LongId = z
  .union([z.pipe(z.int().check(z.minimum(1)), z.transform(String)), z.string().check(z.regex(/^[1-9][0-9]{0,18}$/, 'must be a positive whole number, as text'))])
  .check(z.refine((id) => BigInt(id) <= 9_223_372_036_854_775_807n, 'must fit a 64-bit integer'));

/**
 * A secret of a CSMS project. `instance` links it: RDS and TaurusDB show in secret_type and rotation_config, GaussDB and
 * APIG only inside the service. `rotationConfig` replaces that text, readable or not. `stages` sit on the current version.
 */
export const CsmsSeedSecret = z.strictObject({
  name: z.string().check(z.minLength(1)),
  projectId: ProjectId,
  id: z.optional(z.string()),
  instance: z.optional(z.strictObject({ id: z.string().check(z.minLength(1)), type: z.enum(['RDS', 'TaurusDB', 'GaussDB', 'APIG']) })),
  state: z.optional(z.string()),
  deleteAt: z.optional(Moment),
  createTime: z.optional(Moment),
  secretType: z.optional(z.string()),
  rotationConfig: z.optional(z.string().check(z.maxLength(1024))),
  stages: z.optional(z.array(z.string())),
  value: z.optional(z.string()),
});
export type CsmsSeedSecret = z.infer<typeof CsmsSeedSecret>;

export const SaeSeedSecret = z.strictObject({
  name: z.string().check(z.minLength(1)),
  namespaceId: NamespaceId,
  id: z.optional(LongId),
  type: z.optional(z.string()),
  createTime: z.optional(Moment),
  value: z.optional(z.record(z.string(), z.string())),
});
export type SaeSeedSecret = z.infer<typeof SaeSeedSecret>;

/**
 * An application or job that uses secrets, by SecretId. `listed: false` keeps it out of RelateApps and of the lists;
 * `goneAfterSeconds` means that its deletion is already running and ends then, on the emulator's clock.
 */
const SeedDependent = z.strictObject({
  name: z.string().check(z.minLength(1)),
  namespaceId: NamespaceId,
  uses: z.array(LongId),
  listed: z.optional(z.boolean()),
  id: z.optional(z.string()),
  goneAfterSeconds: z.optional(z.number().check(z.minimum(0))),
});
export type SeedDependent = z.infer<typeof SeedDependent>;

/** A plain union would answer "invalid input" for a misspelt key; the right half of it names the field. */
const SeedSecret = z.pipe(
  z.unknown(),
  z.transform((secret, context): CsmsSeedSecret | SaeSeedSecret => {
    const schema = typeof secret === 'object' && secret !== null && 'namespaceId' in secret ? SaeSeedSecret : CsmsSeedSecret;
    const parsed = schema.safeParse(secret, IN_ENGLISH);
    if (parsed.success) return parsed.data;
    // They are worded already, so nothing looks at their input any more.
    context.issues.push(...parsed.error.issues.map((issue) => ({ ...issue, input: undefined })));
    return z.NEVER;
  }),
);

/** One file seeds both clouds: each emulator takes what is its own (interfaces.md, Emulators). */
export const SeedDocument = z.strictObject({
  secrets: z.optional(z.array(SeedSecret)),
  applications: z.optional(z.array(SeedDependent)),
  jobs: z.optional(z.array(SeedDependent)),
  /** Namespaces that exist and hold nothing. */
  namespaces: z.optional(z.array(NamespaceId)),
  /** Names of projects, as a token's scope may give them. */
  projects: z.optional(z.array(z.strictObject({ id: ProjectId, name: z.string().check(z.minLength(1)) }))),
  /** How long DeleteApplication's change order runs, on the emulator's clock. */
  applicationDeletionSeconds: z.optional(z.number().check(z.minimum(0))),
  unknowns: z.optional(UnknownsDocument),
});
/** A seed as a file or a test writes it. */
export type Seed = z.input<typeof SeedDocument>;
export type ParsedSeed = z.infer<typeof SeedDocument>;
