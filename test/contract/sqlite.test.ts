import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenedState, openState } from '../../lib/adapters/sqlite/state.ts';
import { describeLedger } from './ledger.suite.ts';
import { describeQueue } from './queue.suite.ts';
import { stillClock } from './still-clock.ts';

const openTemporary = (): OpenedState & { readonly end: () => Promise<void> } => {
  const directory = mkdtempSync(join(tmpdir(), 'probate-'));
  const state = openState(directory, { clock: stillClock() });
  const end = async (): Promise<void> => {
    state.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { ...state, end };
};

describeQueue('SQLite', async () => {
  const { queue, clock, end } = openTemporary();
  return { queue, pass: async (seconds) => clock.advance(seconds * 1_000), close: end };
});

describeLedger('SQLite', async () => {
  const { ledger, end } = openTemporary();
  return { ledger, close: end };
});
