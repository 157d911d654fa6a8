import { request } from 'undici';
import type { JournalEntry } from '../../local/emulators/emulator.ts';
import type { FaultsDocument } from '../../local/emulators/faults.ts';
import type { Seed } from '../../local/emulators/seed.ts';
import { startChild } from '../child.ts';
import type { EmulatorAsks } from './process.ts';

/** An emulated CSMS in a process of its own, steered from outside as anybody's would be. */
export interface EmulatedCsms {
  readonly pid: number;
  /** What points a worker's clients at it. */
  readonly env: Readonly<Record<string, string>>;
  /** Forgets everything, its journal too, and holds this. */
  hold(seed: Seed): Promise<void>;
  faults(document: FaultsDocument): Promise<void>;
  journal(): Promise<readonly JournalEntry[]>;
}

/** Runs `use` with an emulator, and ends it afterwards. */
export const withCsms = async <T>(use: (csms: EmulatedCsms) => Promise<T>): Promise<T> => {
  const child = await startChild<EmulatorAsks>(new URL('process.ts', import.meta.url));
  const endpoint = await child.ask('endpoint');
  const control = async (method: 'GET' | 'POST', path: string, document: unknown = null): Promise<string> => {
    const { statusCode, body } = await request(`${endpoint}/_emulator/${path}`, { method, body: document === null ? null : JSON.stringify(document) });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`the emulator refused ${path}: ${text}`);
    return text;
  };
  try {
    // The first seed is what a reset comes back to: nothing.
    await control('POST', 'seed', {});
    return await use({
      pid: child.pid,
      env: { HUAWEICLOUD_SDK_AK: 'local-ak', HUAWEICLOUD_SDK_SK: 'local-sk', HUAWEICLOUD_CSMS_ENDPOINT: endpoint, HUAWEICLOUD_IAM_ENDPOINT: endpoint },
      hold: async (seed) => {
        await control('POST', 'reset');
        await control('POST', 'seed', seed);
      },
      faults: async (document) => void (await control('POST', 'faults', document)),
      journal: async () => {
        const entries: readonly JournalEntry[] = JSON.parse(await control('GET', 'journal'));
        return entries;
      },
    });
  } finally {
    await child.stop();
  }
};
