import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openState } from '../../../lib/adapters/sqlite/state.ts';
import { importHandler } from '../../../local/mapping/import-handler.ts';
import { startMapping } from '../../../local/mapping/mapping.ts';
import { stillClock } from '../../contract/still-clock.ts';
import { temporaryDirectory } from '../../contract/temporary.ts';
import { aMapping, gate, numbered, recording, running } from './builders.ts';

const here = (name: string) => aMapping({ handler: { file: new URL('handlers.ts', import.meta.url).pathname, export: name } });

describe('the size of a batch', () => {
  it('is never above the batch size, and each message is in one batch', async () => {
    const { handler, batches } = recording();
    const { mapping } = await running(handler, { batchSize: 10 }, numbered(25));
    await mapping.idle();
    expect(batches.map((batch) => batch.length)).toEqual([10, 10, 5]);
    expect(batches.flat().sort()).toEqual(numbered(25));
  });

  it('is what is there when there is no window', async () => {
    const { handler, batches } = recording();
    const { mapping, send } = await running(handler);
    await send(['a']);
    await mapping.idle();
    await send(['b']);
    await mapping.idle();
    expect(batches).toEqual([['a'], ['b']]);
  });

  it('grows until the window is over', async () => {
    const { handler, batches } = recording();
    const { state, mapping, send } = await running(handler, { windowSeconds: 5 });
    await send(['a']);
    await expect.poll(async () => (await state.queue.depth('deletions')).inFlight).toBe(1);
    state.clock.advance(4_000);
    await send(['b']);
    await expect.poll(async () => (await state.queue.depth('deletions')).inFlight).toBe(2);
    expect(batches).toEqual([]);
    state.clock.advance(1_000);
    await mapping.idle();
    expect(batches).toEqual([['a', 'b']]);
  });

  it('ends the window as soon as it is full', async () => {
    const { handler, batches } = recording();
    const { state, mapping, send } = await running(handler, { windowSeconds: 300, batchSize: 3 });
    await send(['a']);
    await expect.poll(async () => (await state.queue.depth('deletions')).inFlight).toBe(1);
    await send(['b', 'c']);
    await mapping.idle();
    expect(batches).toEqual([['a', 'b', 'c']]);
  });
});

describe('concurrency', () => {
  it.each([1, 3])('is at most %i, and that many run at the same time', async (maximumConcurrency) => {
    let now = 0;
    let most = 0;
    const go = gate();
    const { handler, batches } = recording(async () => {
      now += 1;
      most = Math.max(most, now);
      await go.opened;
      now -= 1;
    });
    const { mapping, state } = await running(handler, { batchSize: 1, maximumConcurrency }, numbered(8));
    await expect.poll(() => batches.length).toBe(maximumConcurrency);
    expect(await state.queue.depth('deletions')).toMatchObject({ ready: 8 - maximumConcurrency, inFlight: maximumConcurrency });
    go.open();
    await mapping.idle();
    expect(most).toBe(maximumConcurrency);
    expect(batches.flat().sort()).toEqual(numbered(8));
  });
});

describe('being idle', () => {
  it('waits for what handlers send on, and tells when the next delayed message comes', async () => {
    const { handler, batches } = recording(async (event) => {
      const [left = 0] = event.Records.map(({ body }) => Number(body));
      if (left > 0) await setting.send([String(left - 1)]);
      else await setting.send(['-1'], 30);
    });
    const setting = await running(handler, {}, ['5']);
    expect(await setting.mapping.idle()).toEqual({ nextAt: setting.state.clock.now() + 30_000 });
    expect(batches.flat()).toEqual(['5', '4', '3', '2', '1', '0']);
  });

  it('is at once where there is nothing', async () => {
    const { mapping } = await running(async () => null);
    expect(await mapping.idle()).toEqual({ nextAt: null });
  });

  it('is not awaited longer than asked for', async () => {
    const held = gate();
    const { mapping } = await running(async () => held.opened, {}, ['a']);
    const enough = new AbortController();
    const waiting = mapping.idle(enough.signal);
    enough.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    held.open();
  });
});

describe('stopping', () => {
  it('lets the invocation in flight end and be settled, and takes nothing more', async () => {
    const held = gate();
    const order: string[] = [];
    const { handler, batches } = recording(async () => {
      await held.opened;
      order.push('ended');
    });
    const { state, mapping, send } = await running(handler, { batchSize: 1, maximumConcurrency: 2 }, ['a']);
    await expect.poll(() => batches.length).toBe(1);
    const stopping = mapping.stop().then(() => order.push('stopped'));
    await send(['b']);
    await turnOfTheLoop();
    expect(order).toEqual([]);
    held.open();
    await stopping;
    expect(order).toEqual(['ended', 'stopped']);
    expect(batches).toEqual([['a']]);
    expect(await state.queue.depth('deletions')).toMatchObject({ ready: 1, inFlight: 0, delayed: 0 });
    await expect(mapping.idle()).rejects.toThrow('stopped');
  });
});

describe('faults of the queue', () => {
  it('are told, and the function is fed again afterwards', async () => {
    const state = openState(temporaryDirectory(), { clock: stillClock() });
    let refusals = 1;
    const queue: typeof state.queue = {
      ...state.queue,
      receive: async (name, options) => {
        refusals -= 1;
        if (refusals >= 0) throw new Error('database is locked');
        return state.queue.receive(name, options);
      },
    };
    await queue.send('deletions', [{ body: 'a', delaySeconds: 0 }]);
    const told: string[] = [];
    const { handler, batches } = recording();
    const mapping = await startMapping({ queue, clock: state.clock, mappings: [aMapping()], loadHandler: async () => handler, onFault: ({ message }) => told.push(message) });
    await expect.poll(() => told).toEqual(['database is locked']);
    state.clock.advance(1_000);
    await mapping.idle();
    expect(batches).toEqual([['a']]);
    await mapping.stop();
    state.close();
  });
});

describe('loading a handler', () => {
  it('imports the module and export that serverless.yml names', async () => {
    const handler = await importHandler(here('echo'));
    expect(typeof handler).toBe('function');
  });

  it.each([
    { what: 'exports no such name', mapping: here('nobody') },
    { what: 'exports no function under that name', mapping: here('notAFunction') },
    { what: 'does not exist', mapping: aMapping({ handler: { file: '/nowhere/at/all.ts', export: 'handler' } }) },
  ])('fails before any message is taken when the module $what', async ({ mapping }) => {
    const state = openState(temporaryDirectory(), { clock: stillClock() });
    await state.queue.send('deletions', [{ body: 'a', delaySeconds: 0 }]);
    await expect(startMapping({ queue: state.queue, clock: state.clock, mappings: [mapping], loadHandler: importHandler })).rejects.toThrow(/nobody|notAFunction|nowhere/);
    expect(await state.queue.depth('deletions')).toMatchObject({ ready: 1 });
    state.close();
  });
});
