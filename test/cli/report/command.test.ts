import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openState } from '../../../lib/adapters/sqlite/state.ts';
import type { Dated } from '../../../lib/saga/facts.ts';
import { readSaga, unwritten, withFacts, writeSaga } from '../../../lib/workflow/records/saga-store.ts';
import { OPENED, SECOND, anOpening } from '../../saga/builders.ts';
import { aFolder, probate } from '../probate.ts';

const demo = new URL('../../../cli/demo/', import.meta.url).pathname;
const folder = aFolder({ 'other.db': 'x' });
const state = folder.at('state');

const report = (...args: readonly string[]): ReturnType<typeof probate> => probate(['report', '--state', state, ...args]);

beforeAll(async () => {
  const files = ['--policy', `${demo}policy.json`, '--seed', `${demo}seed.json`, `${demo}events.json`];
  const { code, err } = await probate(['run', '--embed', '--fast-forward', '--json', '--state', state, '--report', folder.at('run.html'), ...files]);
  if (code !== 3) throw new Error(`the run ended with ${String(code)}: ${err}`);
});

describe('report', () => {
  it('tells what a run did from its state alone: no policy, no credentials', async () => {
    const { code, out, err } = await report();
    const told: { format: string; sagas: { state: string; events: { id: string; reason: string }[] }[] } = JSON.parse(out);
    expect([code, err, told.format, told.sagas.length]).toEqual([0, '', 'probate-report-v1', 7]);
    expect(told.sagas.find(({ state: ended }) => ended === 'refused')?.events).toEqual([expect.objectContaining({ id: 'users', reason: 'The users database is gone; the policy protects one of its secrets.' })]);
  });

  it('writes the page to standard output', async () => {
    const { code, out } = await report('--format', 'html');
    expect([code, out.slice(0, 15), out.split('<article').length]).toEqual([0, '<!doctype html>', 8]);
  });

  it('writes the page of a run where it was told to, and JSON beside it', () => {
    expect(readFileSync(folder.at('run.html'), 'utf8')).toContain('What Probate settled');
    expect(JSON.parse(readFileSync(folder.at('run.json'), 'utf8'))).toMatchObject({ format: 'probate-report-v1', totals: { sagas: 7 } });
  });

  it('writes evidence, prints the hash to keep, and verify-evidence finds it whole', async () => {
    const written = await report('--json', '--evidence', folder.at('evidence'));
    const { evidence }: { evidence: { manifest: string; sagas: number } } = JSON.parse(written.out);
    expect([written.code, evidence.sagas]).toEqual([0, 7]);
    expect(written.err).toContain(`manifest ${evidence.manifest}`);
    const verified = await probate(['verify-evidence', folder.at('evidence'), '--manifest', evidence.manifest]);
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining(`manifest ${evidence.manifest} (as kept)`)]);
    const other = await probate(['verify-evidence', '--json', folder.at('evidence'), '--manifest', `sha256:${'0'.repeat(64)}`]);
    expect([other.code, JSON.parse(other.out)]).toMatchObject([3, { kind: 'broken', broken: { file: 'manifest.json' } }]);
    const again = await report('--evidence', folder.at('evidence'));
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('evidence is never written over')]);
  });

  it('tells an empty ledger from one that is not there, and makes none', async () => {
    openState(folder.at('empty')).close();
    const empty = await probate(['report', '--state', folder.at('empty')]);
    expect([empty.code, JSON.parse(empty.out), empty.err]).toMatchObject([0, { totals: { sagas: 0 } }, 'nothing to report: the ledger holds no saga at all\n']);
    expect((await report('--from', '2020-01-01', '--to', '2020-01-02')).err).toBe('nothing to report: the ledger holds no saga that was at work in this period\n');
    const missing = await probate(['report', '--state', folder.at('stat')]);
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('holds no state: there is no probate.db in it')]);
    expect(existsSync(folder.at('stat'))).toBe(false);
  });

  it('reads a journal through all of its chapters', async () => {
    const long = folder.at('long');
    const opened = openState(long);
    const first = anOpening();
    await writeSaga(opened.ledger, unwritten(first), null, OPENED);
    for (let round = 1; round <= 3; round += 1) {
      const stored = await readSaga(opened.ledger, first.sagaId);
      if (stored === null) throw new Error('the saga was not written');
      const facts = Array.from({ length: 1_200 }, (_, index): Dated => ({ type: 'Throttled', code: 'Throttling.User', at: OPENED + (round * 1_200 + index) * SECOND }));
      await writeSaga(opened.ledger, withFacts(stored, facts), null, OPENED);
    }
    opened.close();
    const { code, out } = await probate(['report', '--state', long, '--evidence', folder.at('long-evidence')]);
    expect([code, JSON.parse(out)]).toMatchObject([0, { sagas: [{ throttled: 3_600, journal: { lines: 3_601 } }] }]);
    const verified = await probate(['verify-evidence', '--json', folder.at('long-evidence')]);
    expect([verified.code, JSON.parse(verified.out)]).toMatchObject([0, { kind: 'whole', sagas: 1, lines: 3_601 }]);
  });

  it.each([
    [['--from', '22.11.2026'], 'did you mean 2026-11-22?'],
    [['--format', 'htm'], 'Allowed choices are json, html'],
    [['--format', 'html', '--json'], 'leave one of the two out'],
    [['--stack', 'aws'], 'set it to the region of the stage'],
    [['--evidence', join(folder.path, 'other.db')], 'cannot be used (EEXIST)'],
  ])('refuses %j before anything is written', async (args, remedy) => {
    const { code, out, err } = await report(...args);
    expect([code, out, err]).toEqual([2, expect.any(String), expect.stringContaining(remedy)]);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['run.txt', 'name a file that ends in .html'],
    ['none/run.html', 'make the folder'],
    ['event.html', 'so that nothing of yours is written over'],
    ['taken.html', 'name a file in it'],
  ])('run --report %s is refused before the first call', async (file, remedy) => {
    const event = '{"this":"is somebody’s own"}';
    writeFileSync(folder.at('event.json'), event);
    mkdirSync(folder.at('taken.json'), { recursive: true });
    const { code, err } = await probate(['run', '--embed', '--policy', `${demo}policy.json`, '--state', folder.at('never'), '--report', join(folder.path, file)]);
    expect(readFileSync(folder.at('event.json'), 'utf8')).toBe(event);
    expect([code, err]).toEqual([2, expect.stringContaining(remedy)]);
    expect(existsSync(folder.at('never'))).toBe(false);
  });

  it('verify-evidence refuses a folder that is not there and a hash that is none', async () => {
    const missing = await probate(['verify-evidence', folder.at('no-evidence')]);
    const hash = await probate(['verify-evidence', folder.path, '--manifest', 'sha256:12']);
    expect([missing.code, hash.code]).toEqual([2, 2]);
    expect(hash.err).toContain('give the hash as report --evidence printed it');
  });
});
