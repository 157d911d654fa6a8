import * as z from 'zod/mini';
import { sha256 } from '../../lib/saga/canonical.ts';
import { GENESIS, type Link, hashOf } from '../../lib/saga/journal.ts';
import type { JournalFile } from './manifest.ts';

/** The first thing wrong with a folder of evidence; `line` null where the file as a whole is meant. */
export interface Broken {
  readonly file: string;
  readonly line: number | null;
  readonly what: string;
}

/** As it was written: zod would put the keys it knows first, and the hash is over their order too. */
const FactLine = z.custom<Readonly<Record<string, unknown>>>((value) => z.looseObject({ type: z.string(), at: z.number() }).safeParse(value).success);

const Line = z.strictObject({ seq: z.int(), fact: FactLine, before: z.string(), hash: z.string() });

/** What is wrong with one line, given the link it must follow; null when it holds. */
const lineFault = (text: string, after: Link): { readonly fault: string } | { readonly link: Link; readonly opens: string | null } => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { fault: 'is not JSON' };
  }
  const line = Line.safeParse(parsed);
  if (!line.success) return { fault: `is no line of a journal (${line.error.issues[0]?.path.join('.') ?? ''})` };
  const { seq, fact, before, hash } = line.data;
  if (seq !== after.seq + 1) return { fault: `has the number ${seq} where ${after.seq + 1} must follow` };
  if (before !== after.hash) return { fault: 'does not follow from the line before it: a line was changed, taken out or put in' };
  if (hash !== hashOf(seq, fact, before)) return { fault: 'does not have the hash of what it says: it was changed' };
  if (text !== JSON.stringify(parsed)) return { fault: 'says the same in another spelling: it was written anew' };
  return { link: { seq, hash }, opens: typeof fact['sagaId'] === 'string' ? fact['sagaId'] : null };
};

/** Checks one journal against its row of the manifest, line by line; null when all of it holds. */
export const verifyJournal = (row: JournalFile, bytes: Uint8Array): Broken | null => {
  const { file } = row;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { file, line: null, what: 'is not UTF-8 text' };
  }
  const lines = text.split('\n');
  const rest = lines.pop();
  let link = GENESIS;
  for (const [index, line] of lines.entries()) {
    const judged = lineFault(line, link);
    if ('fault' in judged) return { file, line: index + 1, what: judged.fault };
    if (index === 0 && judged.opens !== row.sagaId) return { file, line: 1, what: `does not open the saga the manifest names, ${row.sagaId}` };
    link = judged.link;
  }
  if (rest !== '') return { file, line: lines.length + 1, what: 'is cut off: it does not end in a line break' };
  if (lines.length === 0) return { file, line: null, what: 'is empty' };
  if (lines.length !== row.lines) return { file, line: lines.length, what: `is the last one, and the manifest counts ${row.lines}` };
  if (link.hash !== row.lastHash) return { file, line: lines.length, what: 'does not end in the hash the manifest names: the whole chain was written anew' };
  if (bytes.length !== row.bytes || sha256(bytes) !== row.sha256) return { file, line: null, what: 'does not have the SHA-256 the manifest names' };
  return null;
};
