import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { startChild } from '../../bench/child.ts';
import type { EmulatedCsms } from '../../bench/emulator/csms.ts';
import { inPlace } from '../../bench/place.ts';
import type { RecordAsks } from '../../bench/settle/recording-worker.ts';
import { RECORD, startWorker } from '../../bench/settle/start.ts';
import type { SkeletonAsks } from '../../bench/skeleton/worker.ts';
import { type Trace, countsOf, stepsOf } from '../../bench/skeleton/trace.ts';
import { seedOf, unhindered } from '../../bench/workload.ts';
import { STATE_FILE } from '../../lib/adapters/sqlite/state.ts';
import type { JournalEntry } from '../../local/emulators/emulator.ts';

const WORKLOAD = { salt: 'skeleton', instances: 5 };

interface Left {
  readonly items: readonly unknown[];
  readonly messages: number;
}

/** Every item with the size of its body, and how many messages are left. */
const leftIn = (directory: string): Left => {
  const database = new DatabaseSync(join(directory, STATE_FILE), { readOnly: true });
  const items = database.prepare('SELECT kind, id, version, length(CAST(body AS BLOB)) AS bytes, wake_at FROM item ORDER BY kind, id').all();
  const messages = Number(database.prepare('SELECT count(*) AS count FROM message').get()?.['count']);
  database.close();
  return { items: items.map((row) => ({ ...row })), messages };
};

const asked = (journal: readonly JournalEntry[]): string[] => journal.map(({ request: { method, path, query, body }, status }) => JSON.stringify([method, path, query, body, status])).sort();

describe('the skeleton that the end-to-end run is held against', () => {
  const found: { trace?: Trace; real?: { journal: readonly JournalEntry[]; left: Left }; bare?: { journal: readonly JournalEntry[]; left: Left; steps: number } } = {};

  const recordAndReplay = async (directory: string, csms: EmulatedCsms): Promise<void> => {
    const [recorded, replayed, file] = [join(directory, 'recorded'), join(directory, 'replayed'), join(directory, 'trace.json')];
    await csms.hold(seedOf(WORKLOAD));
    const recording = await startWorker<RecordAsks>(RECORD, recorded, csms, unhindered());
    await recording.ask('record', { workload: WORKLOAD, file });
    await recording.stop();
    found.trace = JSON.parse(readFileSync(file, 'utf8'));
    found.real = { journal: await csms.journal(), left: leftIn(recorded) };

    await csms.hold(seedOf(WORKLOAD));
    mkdirSync(replayed);
    const skeleton = await startChild<SkeletonAsks>(new URL('../../bench/skeleton/worker.ts', import.meta.url));
    await skeleton.ask('load', file);
    const { steps } = await skeleton.ask('replay', replayed);
    await skeleton.stop();
    found.bare = { journal: await csms.journal(), left: leftIn(replayed), steps };
  };

  beforeAll(() => inPlace(recordAndReplay), 120_000);

  it('leaves the ledger with the same items, versions and sizes, and the queues empty, as the program does', () => {
    expect(found.bare?.left).toEqual(found.real?.left);
    expect(found.bare?.left.messages).toBe(0);
    expect(found.bare?.left.items.length).toBeGreaterThan(WORKLOAD.instances);
  });

  it('asks the cloud the very same, and is answered alike', () => {
    expect(asked(found.bare?.journal ?? [])).toEqual(asked(found.real?.journal ?? []));
    expect(found.real?.journal.filter(({ operation }) => operation === 'BatchDeleteSecrets')).toHaveLength(WORKLOAD.instances);
  });

  it('does every step of the recording, which holds what the cloud saw', () => {
    const steps = found.trace === undefined ? [] : stepsOf(found.trace);
    expect(found.bare?.steps).toBe(steps.length);
    expect(countsOf(steps)['calls']).toBe(found.real?.journal.length);
  });
});
