import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openState } from '../../lib/adapters/sqlite/state.ts';
import { stillClock } from './still-clock.ts';
import { temporaryDirectory } from './temporary.ts';

const TEN = { max: 10, visibilitySeconds: 60, waitSeconds: 0 };
const changeFile = (directory: string, sql: string): void => {
  const database = new DatabaseSync(join(directory, 'probate.db'));
  database.exec(sql);
  database.close();
};

describe('opening a state', () => {
  it('gives everything back that was stored before', async () => {
    const directory = temporaryDirectory();
    const before = openState(directory);
    await before.queue.send('decommissions', [{ body: 'an event', delaySeconds: 0 }]);
    await before.ledger.write({ kind: 'saga', id: 'one', version: 1, body: '{"state":"planned"}', wakeAt: 5 });
    before.close();

    const after = openState(directory);
    expect((await after.queue.receive('decommissions', TEN)).map(({ body }) => body)).toEqual(['an event']);
    expect(await after.ledger.read('saga', 'one')).toEqual({ kind: 'saga', id: 'one', version: 1, body: '{"state":"planned"}', wakeAt: 5 });
    after.close();
  });

  it('twice in one process is one state, closed with the last holder, however often one closes', async () => {
    const directory = join(temporaryDirectory(), 'deep', 'inside');
    const first = openState(directory);
    const second = openState(`${directory}/../inside`);
    expect(second.queue).toBe(first.queue);
    expect(second.ledger).toBe(first.ledger);
    expect(second.clock).toBe(first.clock);
    first.close();
    first.close();
    await second.queue.send('deletions', [{ body: 'still open', delaySeconds: 0 }]);
    second.close();
    await expect(second.ledger.read('saga', 'one')).rejects.toThrow(/finalized|not open/);
  });

  it('H32: is refused when a newer Probate wrote it, with both versions named', () => {
    const directory = temporaryDirectory();
    openState(directory).close();
    changeFile(directory, 'PRAGMA user_version = 99');
    expect(() => openState(directory)).toThrow(/probate\.db has schema version 99, this Probate knows versions up to 1/);
  });

  it('is refused for the file of another program, which stays as it was', () => {
    const directory = temporaryDirectory();
    changeFile(directory, 'CREATE TABLE theirs (x)');
    expect(() => openState(directory)).toThrow(/another program/);
    changeFile(directory, 'INSERT INTO theirs VALUES (1)');
  });

  it('is refused for what is no database', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'probate.db'), 'something else entirely, and long enough to be looked at as a header of one hundred bytes or more, which SQLite wants');
    expect(() => openState(directory)).toThrow(/not a Probate state/);
  });

  it('ends waits with nothing and keeps pending writes when it is closed', async () => {
    const directory = temporaryDirectory();
    const state = openState(directory);
    const waiting = state.queue.receive('deletions', { ...TEN, waitSeconds: 20 });
    const writing = state.ledger.write({ kind: 'saga', id: 'late', version: 1, body: '{}', wakeAt: null });
    await Promise.resolve();
    state.close();
    expect(await waiting).toEqual([]);
    expect(await writing).toBe('written');
    const again = openState(directory);
    expect(await again.ledger.read('saga', 'late')).not.toBeNull();
    again.close();
  });
});

describe('the clock of a state', () => {
  const DAY = 86_400_000;

  it('keeps its offset for later openings', () => {
    const directory = temporaryDirectory();
    const clock = stillClock(1_000);
    const before = openState(directory, { clock });
    before.clock.advance(DAY);
    before.clock.advance(DAY);
    expect(before.clock.now()).toBe(1_000 + 2 * DAY);
    before.close();
    const after = openState(directory, { clock });
    expect(after.clock.now()).toBe(1_000 + 2 * DAY);
    after.close();
  });

  it('wakes exactly those whose time has come', async () => {
    const state = openState(temporaryDirectory(), { clock: stillClock() });
    const woken: string[] = [];
    const sleeper = async (name: string, milliseconds: number): Promise<void> => {
      await state.clock.sleep(milliseconds);
      woken.push(name);
    };
    const short = sleeper('short', 5_000);
    const long = sleeper('long', 60 * DAY);
    state.clock.advance(4_999);
    state.clock.advance(1);
    await short;
    expect(woken).toEqual(['short']);
    expect(state.clock.monotonic()).toBe(5_000);
    state.clock.advance(60 * DAY);
    await long;
    expect(woken).toEqual(['short', 'long']);
    state.close();
  });

  it('rejects a sleep with the reason it was aborted for, also one that had not begun', async () => {
    const state = openState(temporaryDirectory());
    const stop = new AbortController();
    const sleeping = state.clock.sleep(60_000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(state.clock.sleep(60_000, stop.signal)).rejects.toThrow('enough');
    state.close();
  });

  it.each([-1, 0.5, Number.NaN])('does not move by %d', (milliseconds) => {
    const state = openState(temporaryDirectory());
    expect(() => state.clock.advance(milliseconds)).toThrow(RangeError);
    state.close();
  });

  it('sleeps in real time when nobody advances it', async () => {
    const state = openState(temporaryDirectory());
    const before = performance.now();
    await state.clock.sleep(20);
    expect(performance.now() - before).toBeGreaterThanOrEqual(20);
    state.close();
  });
});

describe('receipts out of date', () => {
  it.each([
    { what: 'released', act: async (state: ReturnType<typeof openState>, receipt: string) => state.queue.release('deletions', receipt, 0) },
    { what: 'set aside', act: async (state: ReturnType<typeof openState>, receipt: string) => state.queue.deadLetter('deletions', { messageId: '', receipt, body: '', receiveCount: 1, sentAt: 0 }, 'late') },
    { what: 'acknowledged', act: async (state: ReturnType<typeof openState>, receipt: string) => state.queue.acknowledge('deletions', [receipt]) },
    { what: 'released in another queue', act: async (state: ReturnType<typeof openState>, _: string, current: string) => state.queue.release('verifications', current, 0) },
    { what: 'released by a word that is no receipt', act: async (state: ReturnType<typeof openState>) => state.queue.release('deletions', 'no receipt', 0) },
  ])('a delivery under way is not $what by one', async ({ act }) => {
    const state = openState(temporaryDirectory(), { clock: stillClock() });
    await state.queue.send('deletions', [{ body: 'a', delaySeconds: 0 }]);
    const [first] = await state.queue.receive('deletions', TEN);
    state.clock.advance(60_000);
    const [second] = await state.queue.receive('deletions', TEN);
    await act(state, first?.receipt ?? '', second?.receipt ?? '');
    expect(await state.queue.depth('deletions')).toEqual({ ready: 0, delayed: 0, inFlight: 1, deadLetters: 0, nextAt: state.clock.now() + 60_000 });
    state.close();
  });
});
