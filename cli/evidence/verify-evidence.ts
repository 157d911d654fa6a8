import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../lib/saga/canonical.ts';
import { IN_ENGLISH } from '../../local/in-english.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { MANIFEST_FILE, MANIFEST_HASH_FILE, Manifest, manifestHashLine, manifestText } from './manifest.ts';
import { type Broken, verifyJournal } from './verify-journal.ts';

/** What the check of a folder of evidence found; `manifest` is what its manifest really hashes to, null when there is none, `newer` what it says was left out. */
export type EvidenceCheck =
  | { readonly kind: 'whole'; readonly manifest: string; readonly sagas: number; readonly lines: number; readonly newer: readonly string[] }
  | { readonly kind: 'broken'; readonly manifest: string | null; readonly broken: Broken };

const filesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new BadInput([{ file: directory, path: '', message: `cannot be read as a folder of evidence (${code})`, remedy: 'name the folder that report --evidence wrote' }]);
  }
};

const bytesOf = (directory: string, file: string): Uint8Array | Broken => {
  try {
    return readFileSync(join(directory, file));
  } catch (error) {
    return { file, line: null, what: `cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : String(error)})` };
  }
};

const inManifest = (what: string): Broken => ({ file: MANIFEST_FILE, line: null, what });

const readManifest = (bytes: Uint8Array): Manifest | Broken => {
  const text = Buffer.from(bytes).toString('utf8');
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return inManifest('is not JSON');
  }
  const parsed = Manifest.safeParse(document, IN_ENGLISH);
  if (!parsed.success) return inManifest(`is no manifest of ours: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? ''}`);
  // Read as bytes once more: text that is no UTF-8, or the same JSON in another spelling, is not what was written.
  return Buffer.from(manifestText(parsed.data)).equals(bytes) ? parsed.data : inManifest('says the same in another spelling: it was written anew');
};

const missingOrExtra = (there: readonly string[], { journals }: Manifest): Broken | null => {
  const expected = [MANIFEST_FILE, MANIFEST_HASH_FILE, ...journals.map(({ file }) => file)];
  const missing = expected.find((file) => !there.includes(file));
  if (missing !== undefined) return { file: missing, line: null, what: 'is missing' };
  const extra = there.find((file) => !expected.includes(file));
  if (extra !== undefined) return { file: extra, line: null, what: 'is in no manifest: it was added' };
  const twice = expected.find((file, index) => expected.indexOf(file) !== index);
  return twice === undefined ? null : inManifest(`names ${twice} twice`);
};

const wrongTotals = ({ totals, journals }: Manifest): Broken | null => {
  const lines = journals.reduce((sum, journal) => sum + journal.lines, 0);
  return totals.sagas === journals.length && totals.lines === lines ? null : inManifest(`counts ${totals.sagas} sagas and ${totals.lines} lines, and names ${journals.length} and ${lines}`);
};

const checkHashFile = (directory: string, hash: string): Broken | null => {
  const bytes = bytesOf(directory, MANIFEST_HASH_FILE);
  if ('what' in bytes) return bytes;
  const holds = Buffer.from(manifestHashLine(hash)).equals(bytes);
  return holds ? null : { file: MANIFEST_HASH_FILE, line: 1, what: `does not hold the hash of ${MANIFEST_FILE}, ${hash}: one of the two was changed` };
};

const checkJournals = (directory: string, { journals }: Manifest): Broken | null => {
  for (const row of journals) {
    const bytes = bytesOf(directory, row.file);
    const broken = 'what' in bytes ? bytes : verifyJournal(row, bytes);
    if (broken !== null) return broken;
  }
  return null;
};

/**
 * Checks a folder of evidence without any network or state: every chain, every file's hash, and that no file was added or
 * taken away. `kept` is the manifest's hash (64 hex digits) from wherever it was kept, null without. Throws BadInput when the folder cannot be read.
 */
export const verifyEvidence = (directory: string, kept: string | null): EvidenceCheck => {
  const there = filesIn(directory);
  const bytes: Uint8Array | Broken = there.includes(MANIFEST_FILE) ? bytesOf(directory, MANIFEST_FILE) : inManifest('is missing');
  if ('what' in bytes) return { kind: 'broken', manifest: null, broken: bytes };
  const hash = sha256(bytes);
  const manifest = `sha256:${hash}`;
  const isBroken = (broken: Broken): EvidenceCheck => ({ kind: 'broken', manifest, broken });
  if (kept !== null && kept !== hash) return isBroken(inManifest(`hashes to ${manifest}, not to the one kept, sha256:${kept}`));
  const content = readManifest(bytes);
  if ('what' in content) return isBroken(content);
  const broken = missingOrExtra(there, content) ?? wrongTotals(content) ?? checkHashFile(directory, hash) ?? checkJournals(directory, content);
  return broken === null ? { kind: 'whole', manifest, ...content.totals, newer: content.newer ?? [] } : isBroken(broken);
};
