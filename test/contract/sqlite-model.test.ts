import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { openState } from '../../lib/adapters/sqlite/state.ts';
import { queueCommands } from './queue-model.ts';
import { stillClock } from './still-clock.ts';
import { temporaryDirectory } from './temporary.ts';

it('the SQLite queue does what a plain list of messages would do, whatever is asked of it in whatever order', async () => {
  const directory = temporaryDirectory();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(queueCommands, async (commands) => {
      runs += 1;
      const state = openState(join(directory, `run ${runs}`), { clock: stillClock() });
      const setup = () => ({ model: { now: state.clock.now(), messages: new Map(), deliveries: [] }, real: state });
      try {
        await fc.asyncModelRun(setup, commands);
      } finally {
        state.close();
      }
    }),
    { seed: 2_026, numRuns: 150 },
  );
  expect(runs).toBe(150);
});
