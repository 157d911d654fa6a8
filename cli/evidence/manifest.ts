import * as z from 'zod/mini';
import { sha256 } from '../../lib/saga/canonical.ts';

/** What lists the journals of a folder of evidence. */
export const MANIFEST_FILE = 'manifest.json';
/** The manifest's own hash, in the form `sha256sum --check` reads. */
export const MANIFEST_HASH_FILE = 'manifest.sha256';

const Hash = z.string().check(z.regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits'));
const Count = z.int().check(z.minimum(0));
const Time = z.iso.datetime();

const JournalFile = z.strictObject({
  sagaId: z.string(),
  file: z.string().check(z.regex(/^[A-Za-z0-9_.-]+\.jsonl$/, 'must be the plain name of a .jsonl file')),
  lines: Count,
  bytes: Count,
  lastHash: Hash,
  sha256: Hash,
});

/** What a folder of evidence holds: one journal a saga, its length, its last link, and the SHA-256 of its file (docs/report.md). */
export const Manifest = z.strictObject({
  format: z.literal('probate-evidence-v1'),
  writtenAt: Time,
  probate: z.string(),
  period: z.strictObject({ from: z.nullable(Time), to: z.nullable(Time) }),
  totals: z.strictObject({ sagas: Count, lines: Count }),
  journals: z.array(JournalFile),
  /** Ids of sagas whose journals are left out, since only a newer Probate can read them; absent where there is none. */
  newer: z.optional(z.array(z.string())),
});
export type Manifest = z.infer<typeof Manifest>;

/** What the manifest says of one saga's journal: its file, length, last link and SHA-256, against which `verify-evidence` checks it. */
export type JournalFile = z.infer<typeof JournalFile>;

/** The one text a manifest has, so that not even a space in it can be changed. */
export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

/** The line of manifest.sha256. */
export const manifestHashLine = (hash: string): string => `${hash}  ${MANIFEST_FILE}\n`;

const LONGEST_READABLE = 120;

/** A file name that a person can read, and that no two sagas share: what a file system may not take is replaced, and a hash of the id ends it. */
export const journalFileName = (sagaId: string): string => `${sagaId.replaceAll(/[^A-Za-z0-9.-]+/g, '_').slice(0, LONGEST_READABLE)}.${sha256(sagaId).slice(0, 12)}.jsonl`;
