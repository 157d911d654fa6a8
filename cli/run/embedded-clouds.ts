import { join } from 'node:path';
import { csmsCredentials, saeCredentials } from '../../local/emulators/credentials.ts';
import { startCsmsEmulator } from '../../local/emulators/csms/server.ts';
import type { JournalEntry } from '../../local/emulators/emulator.ts';
import type { FaultsDocument } from '../../local/emulators/faults.ts';
import type { Seed } from '../../local/emulators/seed.ts';
import { startSaeEmulator } from '../../local/emulators/sae/server.ts';
import { BadInput } from '../terminal/bad-input.ts';

/** Both clouds inside this process, their content kept beside the ledger (interfaces.md, State and clouds). */
export interface EmbeddedClouds {
  /** What points the clients at them. */
  readonly environment: Readonly<Record<string, string>>;
  advance(seconds: number): void;
  journals(): { readonly csms: readonly JournalEntry[]; readonly sae: readonly JournalEntry[] };
  close(): Promise<void>;
}

/** What embedded clouds hold at the start, and what goes wrong in CSMS. */
export interface EmbedOptions {
  readonly seed?: Seed;
  readonly csmsFaults?: FaultsDocument;
}

/** Blank counts as absent: a temporary key's token or a broken proxy of the environment must not reach the emulators either. */
const NOT_OURS = { HUAWEICLOUD_SDK_SECURITY_TOKEN: '', ALIBABA_CLOUD_SECURITY_TOKEN: '', HTTP_PROXY: '', HTTPS_PROXY: '', http_proxy: '', https_proxy: '' };

const SQLITE_BUSY = 5;

const inUse = (state: string, error: unknown): unknown =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
    ? new BadInput([{ file: state, path: '', message: 'is in use: another process runs its embedded clouds', remedy: 'wait for that one to end, or name another directory with --state' }])
    : error;

/**
 * Starts both emulators on free loopback ports; credentials of the environment are not used, whatever it holds. Rejects
 * with BadInput when another process runs this state's clouds.
 */
export const startEmbeddedClouds = async (state: string, { seed, csmsFaults }: EmbedOptions): Promise<EmbeddedClouds> => {
  const [csmsKeys, saeKeys] = [csmsCredentials({}), saeCredentials({})];
  const given = seed === undefined ? {} : { seed };
  const faults = csmsFaults === undefined ? {} : { faults: csmsFaults };
  const csms = await startCsmsEmulator({ ...given, ...faults, credentials: csmsKeys, persistTo: join(state, 'csms.db') }).catch((error: unknown) => {
    throw inUse(state, error);
  });
  const sae = await startSaeEmulator({ ...given, credentials: saeKeys, persistTo: join(state, 'sae.db') }).catch(async (error: unknown) => {
    await csms.close();
    throw inUse(state, error);
  });
  return {
    environment: {
      ...NOT_OURS,
      HUAWEICLOUD_SDK_AK: csmsKeys.accessKey.id,
      HUAWEICLOUD_SDK_SK: csmsKeys.accessKey.secret,
      HUAWEICLOUD_CSMS_ENDPOINT: csms.endpoint,
      HUAWEICLOUD_IAM_ENDPOINT: csms.endpoint,
      ALIBABA_CLOUD_ACCESS_KEY_ID: saeKeys.accessKey.id,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: saeKeys.accessKey.secret,
      ALIBABA_CLOUD_SAE_ENDPOINT: sae.endpoint,
    },
    advance: (seconds) => {
      csms.advance(seconds);
      sae.advance(seconds);
    },
    journals: () => ({ csms: csms.journal(), sae: sae.journal() }),
    close: async () => {
      await csms.close();
      await sae.close();
    },
  };
};
