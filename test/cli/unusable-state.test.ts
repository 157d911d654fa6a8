import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { nameState } from '../../cli/run/open-state.ts';
import { aPolicy } from './builders.ts';
import { STACK_TRACE, aFolder, probate } from './probate.ts';

const folder = aFolder({ 'policy.json': aPolicy(), 'a-file': 'x' });

/** A state of its own, made by a first command. */
const aState = async (name: string): Promise<string> => {
  const state = folder.at(name);
  await probate(['pause', '--state', state]);
  return state;
};

const BAD: readonly (readonly [state: string, spoil: (state: string) => void, message: string, remedy: string])[] = [
  ['a-file', () => undefined, 'holds no state', '--state'],
  ['damaged', (state) => truncateSync(join(state, 'probate.db'), 20_000), 'is damaged', 'bring the directory back from a copy'],
  ['scribbled', (state) => writeFileSync(join(state, 'probate.db'), 'x'.repeat(5_000)), 'is no SQLite file', 'name another directory'],
  ['newer', (state) => new DatabaseSync(join(state, 'probate.db')).exec('PRAGMA user_version = 99'), 'run the newer Probate', 'name another directory'],
];

describe('a state that cannot be used is bad input, and named with what to do', () => {
  beforeAll(async () => {
    for (const [name, spoil] of BAD) spoil(name === 'a-file' ? folder.at(name) : await aState(name));
    mkdirSync(folder.at('no-file/probate.db'), { recursive: true });
  });

  it.each([...BAD.map(([name, , message, remedy]) => [name, message, remedy] as const), ['no-file', 'cannot be opened', '--state'] as const])('%s: %s', async (name, message, remedy) => {
    const state = folder.at(name);
    const ended = await Promise.all([probate(['status', '--state', state, '--json']), probate(['run', '--policy', folder.at('policy.json'), '--embed', '--state', name === 'a-file' ? join(state, 'below') : state, '--json'])]);
    for (const { code, out, err } of ended) {
      expect([code, JSON.parse(out)]).toEqual([2, { problems: [{ file: expect.stringContaining(state), path: '', message: expect.any(String), remedy: expect.any(String) }] }]);
      expect(err).not.toMatch(STACK_TRACE);
    }
    const [{ out }] = ended;
    expect(JSON.parse(out)).toMatchObject({ problems: [{ message: expect.stringContaining(message), remedy: expect.stringContaining(remedy) }] });
  });

  it.runIf(existsSync('/proc/self'))('below a folder that takes none; evidence there is refused too', async () => {
    const state = await aState('with-evidence-elsewhere');
    const ended = await Promise.all([probate(['pause', '--state', '/proc/probate/state', '--json']), probate(['report', '--state', state, '--evidence', '/proc/probate', '--json'])]);
    expect(ended.map(({ code, out }) => [code, JSON.parse(out)])).toEqual([
      [2, { problems: [{ file: '/proc/probate/state', path: '', message: 'cannot be made there', remedy: 'name another directory with --state' }] }],
      [2, { problems: [{ file: '/proc/probate', path: '--evidence', message: 'cannot be used (ENOENT)', remedy: 'name a folder that is new or empty' }] }],
    ]);
  });

  it('locked by another process for longer than is waited for', async () => {
    const state = await aState('locked');
    const holder = new DatabaseSync(join(state, 'probate.db'));
    holder.exec('BEGIN IMMEDIATE');
    const { code, out } = await probate(['status', '--state', state, '--json']);
    holder.close();
    expect([code, JSON.parse(out)]).toEqual([2, { problems: [{ file: state, path: '', message: expect.stringContaining('is in use'), remedy: expect.stringContaining('wait') }] }]);
  });

  it('with embedded clouds that are damaged, or another version’s', async () => {
    const [damaged, newer] = [await aState('damaged-clouds'), await aState('newer-clouds')];
    writeFileSync(join(damaged, 'csms.db'), 'x'.repeat(5_000));
    const content = new DatabaseSync(join(newer, 'sae.db'));
    content.exec('CREATE TABLE record (place INTEGER PRIMARY KEY, shelf TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (shelf, key))');
    content.exec(`INSERT INTO record (shelf, key, body) VALUES ('sae.secrets', '16', '{"v":2}')`);
    content.close();
    const run = (state: string): ReturnType<typeof probate> => probate(['run', '--policy', folder.at('policy.json'), '--embed', '--state', state, '--json']);
    const ended = await Promise.all([run(damaged), run(newer)]);
    expect(ended.map(({ code, out }) => [code, JSON.parse(out)])).toEqual([
      [2, { problems: [{ file: join(damaged, 'csms.db'), path: '', message: expect.stringContaining('is damaged'), remedy: expect.any(String) }] }],
      [2, { problems: [{ file: join(newer, 'sae.db'), path: '', message: 'holds what this Probate cannot read', remedy: expect.any(String) }] }],
    ]);
  });
});

describe('trouble that shows only while a state is worked on', () => {
  it('names the state and what to do, where it is trouble of the state', () => {
    const full = Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
    const torn = Object.assign(new Error('database disk image is malformed'), { code: 'ERR_SQLITE_ERROR', errcode: 11 | (1 << 8) });
    const other = new Error('something else');
    expect([full, torn, other].map((error) => String(nameState('.probate', error)))).toEqual([
      'OutsideTrouble: the state in .probate has no room left on its disk: make room; nothing that was written before is lost',
      'OutsideTrouble: the state in .probate is damaged: SQLite cannot read its file: bring the directory back from a copy, or name another directory with --state',
      'Error: something else',
    ]);
    expect(nameState('.probate', other)).toBe(other);
    const elsewhere = Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'open', path: '/reports/today.html' });
    expect(nameState('.probate', elsewhere)).toBe(elsewhere);
  });
});
