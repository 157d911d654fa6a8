import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { makeFolder } from '../../lib/adapters/make-folder.ts';
import { sha256 } from '../../lib/saga/canonical.ts';
import { firstBrokenLink } from '../../lib/saga/journal.ts';
import { iso, isoOrNull } from '../../lib/workflow/iso.ts';
import type { Period } from '../report/period.ts';
import type { LedgerContent } from '../report/make-report.ts';
import type { JournaledSaga } from '../report/reported-saga.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { type JournalFile, type Manifest, MANIFEST_FILE, MANIFEST_HASH_FILE, journalFileName, manifestHashLine, manifestText } from './manifest.ts';

/** What was written; `manifest` is the hash that stands for all of it and is worth keeping elsewhere. */
export interface WrittenEvidence {
  readonly directory: string;
  readonly manifest: `sha256:${string}`;
  readonly sagas: number;
  readonly lines: number;
}

/** Evidence is never written over: throws BadInput unless the folder is missing or empty. */
export const prepareEvidenceFolder = (directory: string): void => {
  const refused = (message: string): BadInput => new BadInput([{ file: directory, path: '--evidence', message, remedy: 'name a folder that is new or empty' }]);
  try {
    makeFolder(directory);
    if (readdirSync(directory).length > 0) throw refused('is not empty, and evidence is never written over');
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw refused(`cannot be used (${String(error.code)})`);
    throw error;
  }
};

const write = (directory: string, file: string, text: string): void => writeFileSync(join(directory, file), text, { flag: 'wx', mode: 0o600, flush: true });

const writeJournal = (directory: string, { saga, entries }: JournaledSaga): JournalFile => {
  const broken = firstBrokenLink(entries);
  if (broken !== null) throw new Error(`the ledger's journal of ${saga.sagaId} is broken at line ${broken}: it was changed since it was written, so it is no evidence`);
  const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const file = journalFileName(saga.sagaId);
  write(directory, file, text);
  return { sagaId: saga.sagaId, file, lines: entries.length, bytes: Buffer.byteLength(text), lastHash: entries.at(-1)?.hash ?? '', sha256: sha256(text) };
};

/**
 * Writes the journals of sagas as evidence, the manifest last and with the ids of those that a newer Probate wrote, into a folder made ready by `prepareEvidenceFolder`
 * (docs/report.md). Throws when a journal of the ledger does not hold itself.
 */
export const writeEvidence = (directory: string, { sagas, newer }: Pick<LedgerContent, 'sagas' | 'newer'>, period: Period, now: number): WrittenEvidence => {
  const journals = sagas.map((saga) => writeJournal(directory, saga));
  const lines = journals.reduce((sum, journal) => sum + journal.lines, 0);
  const content: Manifest = {
    format: 'probate-evidence-v1',
    writtenAt: iso(now),
    probate: manifest.version,
    period: { from: isoOrNull(period.from), to: isoOrNull(period.to) },
    totals: { sagas: journals.length, lines },
    journals,
    ...(newer.length === 0 ? {} : { newer: [...newer] }),
  };
  const text = manifestText(content);
  write(directory, MANIFEST_FILE, text);
  write(directory, MANIFEST_HASH_FILE, manifestHashLine(sha256(text)));
  return { directory, manifest: `sha256:${sha256(text)}`, sagas: journals.length, lines };
};
