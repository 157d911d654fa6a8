import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { MANIFEST_FILE, MANIFEST_HASH_FILE, Manifest, journalFileName, manifestHashLine, manifestText } from '../../../cli/evidence/manifest.ts';
import { type EvidenceCheck, verifyEvidence } from '../../../cli/evidence/verify-evidence.ts';
import { prepareEvidenceFolder, writeEvidence } from '../../../cli/evidence/write-evidence.ts';
import type { JournaledSaga } from '../../../cli/report/reported-saga.ts';
import { sha256 } from '../../../lib/saga/canonical.ts';
import { type Entry, GENESIS, chain, hashOf } from '../../../lib/saga/journal.ts';
import { temporaryDirectory } from '../../contract/temporary.ts';
import { OPENED, GATEWAY } from '../../saga/builders.ts';
import { aGoneSaga, aRestoredSaga } from '../report/builders.ts';

const SEED = 20_261_122;
const ALWAYS = { from: null, to: null };
const SAGAS: readonly JournaledSaga[] = [aGoneSaga(), aRestoredSaga({ instance: GATEWAY })];
const [GONE, RESTORED] = SAGAS.map(({ saga }) => journalFileName(saga.sagaId));

const evidence = (sagas = SAGAS): string => {
  const folder = join(temporaryDirectory(), 'evidence');
  prepareEvidenceFolder(folder);
  writeEvidence(folder, { sagas, newer: [] }, ALWAYS, OPENED);
  return folder;
};

const brokenIn = (folder: string, kept: string | null = null): Extract<EvidenceCheck, { kind: 'broken' }>['broken'] | null => {
  const checked = verifyEvidence(folder, kept);
  return checked.kind === 'broken' ? checked.broken : null;
};

const linesOf = (folder: string, file = GONE ?? ''): string[] => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1);

/** Writes the manifest anew so that it names what the folder holds now, as somebody who covers a change up would. */
const coverUp = (folder: string, change: (manifest: Manifest) => Manifest = (manifest) => manifest): void => {
  const before = Manifest.parse(JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8')));
  const journals = before.journals.map((row) => {
    const bytes = readFileSync(join(folder, row.file));
    const lines = bytes.toString('utf8').split('\n').slice(0, -1);
    const last: Entry = JSON.parse(lines.at(-1) ?? '{}');
    return { ...row, lines: lines.length, bytes: bytes.length, lastHash: last.hash, sha256: sha256(bytes) };
  });
  const text = manifestText(change({ ...before, journals, totals: { sagas: journals.length, lines: journals.reduce((sum, { lines }) => sum + lines, 0) } }));
  writeFileSync(join(folder, MANIFEST_FILE), text);
  writeFileSync(join(folder, MANIFEST_HASH_FILE), manifestHashLine(sha256(text)));
};

describe('evidence that nobody touched', () => {
  it('holds, and says how much there is', () => {
    const lines = SAGAS.reduce((sum, { entries }) => sum + entries.length, 0);
    expect(verifyEvidence(evidence(), null)).toEqual({ kind: 'whole', manifest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), sagas: 2, lines, newer: [] });
  });

  it('holds without a single saga', () => {
    expect(verifyEvidence(evidence([]), null)).toMatchObject({ kind: 'whole', sagas: 0, lines: 0 });
  });

  it('is the same text for the same ledger, so that two copies can be compared', () => {
    const [one, other] = [evidence(), evidence()];
    expect(readdirSync(one)).toEqual(readdirSync(other));
    expect(verifyEvidence(one, null)).toEqual(verifyEvidence(other, null));
  });

  it('can be checked with sha256sum, whose form the hash file has', () => {
    const folder = evidence();
    expect(readFileSync(join(folder, MANIFEST_HASH_FILE), 'utf8')).toBe(`${sha256(readFileSync(join(folder, MANIFEST_FILE)))}  manifest.json\n`);
  });

  it('has in each line the SHA-256 of that line without its hash, so that any tool can check it', () => {
    for (const line of linesOf(evidence())) {
      const [, hash = ''] = /,"hash":"([0-9a-f]{64})"}$/.exec(line) ?? [];
      expect(sha256(line.replace(/,"hash":"[0-9a-f]*"}$/, '}'))).toBe(hash);
    }
  });

  it('is never written over', () => {
    expect(() => prepareEvidenceFolder(evidence())).toThrow('is not empty, and evidence is never written over');
  });

  it('gives each saga a file of its own, whatever its id holds', () => {
    const ids = ['huawei:a:b:RDS:c#1', 'huawei:a:b:RDS:c#11', 'alibaba:r:../../etc:0123456789ab#1', `alibaba:r:${'x'.repeat(200)}:0123456789ab#1`, 'alibaba:r:Ns:0123456789ab#1', 'alibaba:r:nS:0123456789ab#1'];
    const names = ids.map(journalFileName);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(ids.length);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,150}\.jsonl$/);
  });

  it('is not written from a journal that was changed in the ledger', () => {
    const { saga, entries } = aGoneSaga();
    const changed = entries.map((entry) => (entry.seq === 3 ? { ...entry, fact: { ...entry.fact, at: entry.fact.at + 1 } } : entry));
    const folder = join(temporaryDirectory(), 'evidence');
    prepareEvidenceFolder(folder);
    expect(() => writeEvidence(folder, { sagas: [{ saga, entries: changed }], newer: [] }, ALWAYS, OPENED)).toThrow('is broken at line 3');
  });
});

describe('a change is found', () => {
  let folder = '';
  const originals = new Map<string, Buffer>();
  const seeded = fc.record({ file: fc.nat(), place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), flip: fc.integer({ min: 1, max: 255 }) });

  /** Changes one file, checks, and puts it back. */
  const judgeChanged = (pick: { file: number; place: number }, change: (bytes: Buffer, at: number) => Buffer): EvidenceCheck => {
    const [file = '', bytes = Buffer.alloc(0)] = [...originals][pick.file % originals.size] ?? [];
    const path = join(folder, file);
    writeFileSync(path, change(Buffer.from(bytes), Math.floor(pick.place * bytes.length)));
    try {
      return verifyEvidence(folder, null);
    } finally {
      writeFileSync(path, bytes);
    }
  };

  beforeAll(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'probate-')), 'evidence');
    prepareEvidenceFolder(folder);
    writeEvidence(folder, { sagas: SAGAS, newer: [] }, ALWAYS, OPENED);
    for (const file of readdirSync(folder).sort()) originals.set(file, readFileSync(join(folder, file)));
    return () => rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  it('after each of a thousand flipped bytes, in any file', () => {
    fc.assert(
      fc.property(seeded, (pick) => {
        const checked = judgeChanged(pick, (bytes, at) => {
          bytes[at] = (bytes[at] ?? 0) ^ pick.flip;
          return bytes;
        });
        expect(checked.kind).toBe('broken');
      }),
      { seed: SEED, numRuns: 1_000 },
    );
    expect(verifyEvidence(folder, null).kind).toBe('whole');
  }, 120_000);

  it('after each of a thousand truncations, of any file at any byte', () => {
    fc.assert(
      fc.property(seeded, (pick) => {
        expect(judgeChanged(pick, (bytes, at) => bytes.subarray(0, at)).kind).toBe('broken');
      }),
      { seed: SEED, numRuns: 1_000 },
    );
    expect(verifyEvidence(folder, null).kind).toBe('whole');
  }, 120_000);

  it('after each of three hundred bytes put in', () => {
    fc.assert(
      fc.property(seeded, (pick) => {
        expect(judgeChanged(pick, (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.of(pick.flip), bytes.subarray(at)])).kind).toBe('broken');
      }),
      { seed: SEED, numRuns: 300 },
    );
    expect(verifyEvidence(folder, null).kind).toBe('whole');
  });
});

/** A line that says something else and holds in itself. */
const forged = (line: string): string => {
  const { seq, fact, before }: Entry = JSON.parse(line);
  const changed = { ...fact, at: fact.at + 1 };
  return JSON.stringify({ seq, fact: changed, before, hash: hashOf(seq, changed, before) });
};

const respell = (folder: string): void => {
  const text = JSON.stringify(JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8')));
  writeFileSync(join(folder, MANIFEST_FILE), text);
  writeFileSync(join(folder, MANIFEST_HASH_FILE), manifestHashLine(sha256(text)));
};

describe('the first broken link is named', () => {
  const changeLines = (folder: string, change: (lines: string[]) => string[], file = GONE ?? ''): void => {
    writeFileSync(join(folder, file), change(linesOf(folder, file)).map((line) => `${line}\n`).join(''));
  };

  it.each([
    ['altered', 4, (lines: string[]) => lines.with(3, (lines[3] ?? '').replace('RDS', 'RdS')), 'does not have the hash of what it says: it was changed'],
    ['taken out', 4, (lines: string[]) => lines.toSpliced(3, 1), 'has the number 5 where 4 must follow'],
    ['put in', 5, (lines: string[]) => lines.toSpliced(4, 0, lines[3] ?? ''), 'has the number 4 where 5 must follow'],
    ['exchanged with its neighbour', 2, (lines: string[]) => lines.with(1, lines[2] ?? '').with(2, lines[1] ?? ''), 'has the number 3 where 2 must follow'],
    ['spelled otherwise', 2, (lines: string[]) => lines.with(1, (lines[1] ?? '').replace('{', '{ ')), 'says the same in another spelling'],
    ['written anew with a hash of its own', 5, (lines: string[]) => lines.with(3, forged(lines[3] ?? '')), 'does not follow from the line before it'],
    ['garbled', 3, (lines: string[]) => lines.with(2, '{'), 'is not JSON'],
    ['replaced by something else', 3, (lines: string[]) => lines.with(2, '{}'), 'is no line of a journal'],
  ])('by file and line, when a line was %s', (_, line, change, what) => {
    const folder = evidence();
    changeLines(folder, change);
    expect(brokenIn(folder)).toEqual({ file: GONE, line, what: expect.stringContaining(what) });
  });

  it('when the last lines were cut off at a line break, although what is left is a whole chain', () => {
    const folder = evidence();
    changeLines(folder, (lines) => lines.slice(0, -2));
    expect(brokenIn(folder)?.what).toBe(`is the last one, and the manifest counts ${aGoneSaga().entries.length}`);
  });

  it('when one saga was passed off as another, even with the manifest written anew', () => {
    const folder = evidence();
    cpSync(join(folder, GONE ?? ''), join(folder, RESTORED ?? ''));
    coverUp(folder);
    expect(brokenIn(folder)).toMatchObject({ file: RESTORED, line: 1, what: expect.stringContaining('does not open the saga the manifest names') });
  });

  it('when a line was changed and the manifest written anew to match', () => {
    const folder = evidence();
    changeLines(folder, (lines) => lines.with(3, (lines[3] ?? '').replace('RDS', 'RdS')));
    coverUp(folder);
    expect(brokenIn(folder)).toMatchObject({ file: GONE, line: 4 });
  });

  it.each([
    ['a file was added', (folder: string) => writeFileSync(join(folder, 'extra.jsonl'), ''), { file: 'extra.jsonl', what: 'is in no manifest: it was added' }],
    ['a folder was added', (folder: string) => mkdirSync(join(folder, 'more')), { file: 'more', what: 'is in no manifest: it was added' }],
    ['a journal was taken away', (folder: string) => rmSync(join(folder, GONE ?? '')), { file: GONE, what: 'is missing' }],
    ['a journal got another name', (folder: string) => renameSync(join(folder, GONE ?? ''), join(folder, 'other.jsonl')), { file: GONE, what: 'is missing' }],
    ['the manifest was taken away', (folder: string) => rmSync(join(folder, MANIFEST_FILE)), { file: MANIFEST_FILE, what: 'is missing' }],
    ["the manifest's hash was taken away", (folder: string) => rmSync(join(folder, MANIFEST_HASH_FILE)), { file: MANIFEST_HASH_FILE, what: 'is missing' }],
    ['a journal became a folder', (folder: string) => { rmSync(join(folder, GONE ?? '')); mkdirSync(join(folder, GONE ?? '')); }, { file: GONE, what: 'cannot be read (EISDIR)' }],
    ['the manifest no longer names a journal', (folder: string) => coverUp(folder, (manifest) => ({ ...manifest, journals: manifest.journals.slice(1), totals: { sagas: 1, lines: manifest.journals[1]?.lines ?? 0 } })), { what: 'is in no manifest: it was added' }],
    ['the manifest names a journal twice', (folder: string) => coverUp(folder, (manifest) => ({ ...manifest, journals: [...manifest.journals, ...manifest.journals] })), { file: MANIFEST_FILE, what: expect.stringMatching(/^names .+ twice$/) }],
    ['the manifest counts wrongly', (folder: string) => coverUp(folder, (manifest) => ({ ...manifest, totals: { sagas: 3, lines: 1 } })), { file: MANIFEST_FILE, what: expect.stringContaining('counts 3 sagas and 1 lines') }],
    ['the manifest says the same in another spelling', respell, { file: MANIFEST_FILE, what: expect.stringContaining('says the same in another spelling') }],
    ['the manifest points outside its folder', (folder: string) => writeFileSync(join(folder, MANIFEST_FILE), readFileSync(join(folder, MANIFEST_FILE), 'utf8').replace(GONE ?? '', '../x.jsonl')), { file: MANIFEST_FILE, what: expect.stringContaining('must be the plain name of a .jsonl file') }],
  ])('when %s', (_, change, broken) => {
    const folder = evidence();
    change(folder);
    expect(brokenIn(folder)).toMatchObject(broken);
  });

  it('a folder that cannot be read is bad input, not broken evidence', () => {
    expect(() => verifyEvidence(join(temporaryDirectory(), 'none'), null)).toThrow('cannot be read as a folder of evidence (ENOENT)');
  });
});

describe('what a hash chain cannot show by itself', () => {
  it('is that somebody wrote all of it anew; the hash kept elsewhere shows it', () => {
    const folder = evidence();
    const checked = verifyEvidence(folder, null);
    const kept = checked.kind === 'whole' ? checked.manifest.replace('sha256:', '') : '';
    expect(verifyEvidence(folder, kept).kind).toBe('whole');
    const forged = chain(GENESIS, aGoneSaga().entries.map(({ fact }) => ({ ...fact, at: fact.at + 1 })));
    writeFileSync(join(folder, GONE ?? ''), forged.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    coverUp(folder);
    expect(verifyEvidence(folder, null).kind).toBe('whole');
    expect(brokenIn(folder, kept)).toMatchObject({ file: MANIFEST_FILE, what: expect.stringContaining(`not to the one kept, sha256:${kept}`) });
  });
});
