import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type OpenedState, openState } from '../../lib/adapters/sqlite/state.ts';
import type { QueueName } from '../../events/messages.ts';
import { startChild } from './child.ts';
import { temporaryDirectory } from './temporary.ts';

const drain = async ({ queue }: OpenedState, name: QueueName): Promise<string[]> => {
  const bodies: string[] = [];
  for (;;) {
    const messages = await queue.receive(name, { max: 100, visibilitySeconds: 3_600, waitSeconds: 0 });
    if (messages.length === 0) return bodies;
    bodies.push(...messages.map(({ body }) => body));
  }
};

const roundsIn = (lines: readonly string[], verb: string): number[] => lines.filter((line) => line.startsWith(`${verb} `)).map((line) => Number(line.split(' ')[1]));

describe('a process killed in the middle of its work', () => {
  it.each([1, 2, 7, 20, 61, 150])('H62: has lost nothing it was told is stored, and half of no batch (after %i lines)', async (lineCount) => {
    const directory = temporaryDirectory();
    const stride = 5;
    const writer = startChild('writer', directory, String(stride));
    const lines: string[] = [];
    while (lines.length < lineCount) lines.push(await writer.line());
    lines.push(...(await writer.kill()));

    const state = openState(directory);
    const stored = [...(await drain(state, 'decommissions')), ...(await drain(state, 'deletions'))];
    const sent = roundsIn(lines, 'sent');
    const rounds = new Set(stored.map((body) => Number(body.split('.')[0])));
    expect(stored).toHaveLength(rounds.size * stride);
    expect([...sent].filter((round) => !rounds.has(round))).toEqual([]);
    // The kill may fall between a commit and the line that tells of it.
    expect(rounds.size - sent.length).toBeLessThanOrEqual(1);

    const written = roundsIn(lines, 'written').length;
    const counter = await state.ledger.read('saga', 'counter');
    expect([written, written + 1]).toContain(counter?.version ?? 0);
    expect(counter?.body ?? 'round -1').toBe(`round ${(counter?.version ?? 0) - 1}`);
    state.close();
  });

  it('gives back at the next opening what it was working on', async () => {
    const directory = temporaryDirectory();
    const before = openState(directory);
    await before.queue.send('deletions', [{ body: 'a', delaySeconds: 0 }, { body: 'b', delaySeconds: 0 }]);
    before.close();
    const receiver = startChild('receiver', directory);
    expect((await receiver.line()).split(' ').sort()).toEqual(['a', 'b', 'received']);
    await receiver.kill();

    const state = openState(directory);
    expect(await state.queue.depth('deletions')).toMatchObject({ ready: 2, inFlight: 0 });
    const again = await state.queue.receive('deletions', { max: 10, visibilitySeconds: 60, waitSeconds: 0 });
    expect(again.map(({ receiveCount }) => receiveCount)).toEqual([2, 2]);
    state.close();
  });

  it('gives it back to one who has the state open and waits', async () => {
    const directory = temporaryDirectory();
    const state = openState(directory);
    await state.queue.send('deletions', [{ body: 'a', delaySeconds: 0 }]);
    const receiver = startChild('receiver', directory);
    await receiver.line();
    const waiting = state.queue.receive('deletions', { max: 1, visibilitySeconds: 60, waitSeconds: 20 });
    await receiver.kill();
    expect((await waiting).map(({ body }) => body)).toEqual(['a']);
    state.close();
  });

  it('loses nothing to others while it lives', async () => {
    const directory = temporaryDirectory();
    const first = openState(directory);
    await first.queue.send('deletions', [{ body: 'a', delaySeconds: 0 }]);
    first.close();
    const receiver = startChild('receiver', directory);
    await receiver.line();
    const state = openState(directory);
    expect(await state.queue.depth('deletions')).toMatchObject({ ready: 0, inFlight: 1 });
    state.close();
  });

  it('is not mistaken for a later process with the same number', async () => {
    const directory = temporaryDirectory();
    const first = openState(directory);
    await first.queue.send('deletions', [{ body: 'a', delaySeconds: 0 }]);
    await first.queue.receive('deletions', { max: 1, visibilitySeconds: 3_600, waitSeconds: 0 });
    first.close();
    const database = new DatabaseSync(join(directory, 'probate.db'));
    database.exec(`UPDATE receiver SET started = 'long ago'`);
    database.close();

    const state = openState(directory);
    expect(await state.queue.depth('deletions')).toMatchObject({ ready: 1, inFlight: 0 });
    state.close();
  });
});

describe('several processes on one state', () => {
  it('may all be the first to open it', async () => {
    const directory = temporaryDirectory();
    const openers = Array.from({ length: 4 }, () => startChild('opener', directory));
    for (const opener of openers) expect(await opener.line()).toBe('waiting');
    for (let round = 0; round < 40; round += 1) {
      const soon = Date.now() + 10;
      for (const opener of openers) opener.tell(`${round} ${soon}`);
      for (const opener of openers) expect(await opener.line()).toBe(`opened ${round}`);
    }
  });

  it('make a new one together, win each version once and take each message once', async () => {
    const directory = temporaryDirectory();
    const contenders = Array.from({ length: 4 }, () => startChild('contender', directory, '50'));
    for (const contender of contenders) expect(await contender.line()).toBe('waiting');
    for (const contender of contenders) contender.tell('go');
    for (const contender of contenders) expect(await contender.line()).toBe('took []');
    const state = openState(directory);
    expect((await state.ledger.read('saga', 'counter'))?.version).toBe(200);
    state.close();
  });

  it('share a backlog without taking a message twice', async () => {
    const directory = temporaryDirectory();
    const state = openState(directory);
    const bodies = Array.from({ length: 2_000 }, (_, index) => `message ${String(index).padStart(4, '0')}`);
    await state.queue.send('deletions', bodies.map((body) => ({ body, delaySeconds: 0 })));
    const contenders = Array.from({ length: 3 }, () => startChild('contender', directory, '0'));
    for (const contender of contenders) expect(await contender.line()).toBe('waiting');
    for (const contender of contenders) contender.tell('go');
    const taken: string[] = [];
    for (const contender of contenders) {
      const list: unknown = JSON.parse((await contender.line()).slice('took '.length));
      if (Array.isArray(list)) taken.push(...list.map(String));
    }
    expect(taken.sort()).toEqual(bodies);
    state.close();
  });

  it('wake for what another sent', async () => {
    const directory = temporaryDirectory();
    const state = openState(directory);
    const receiver = startChild('receiver', directory);
    await state.queue.send('deletions', [{ body: 'hello', delaySeconds: 0 }]);
    expect(await receiver.line()).toBe('received hello');
    state.close();
  });
});
