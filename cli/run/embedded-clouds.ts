import { join } from 'node:path';
import * as z from 'zod/mini';
import { makeFolder } from '../../lib/adapters/make-folder.ts';
import { csmsCredentials, saeCredentials } from '../../local/emulators/credentials.ts';
import { startCsmsEmulator } from '../../local/emulators/csms/server.ts';
import type { JournalEntry } from '../../local/emulators/emulator.ts';
import type { FaultsDocument } from '../../local/emulators/faults.ts';
import type { Seed } from '../../local/emulators/seed.ts';
import { startSaeEmulator } from '../../local/emulators/sae/server.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { type StateTrouble, openingTrouble } from './state-trouble.ts';

/** Where a state keeps them. */
export const EMBEDDED_FILES = { csms: 'csms.db', sae: 'sae.db' } as const;

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

/** Blank counts as absent: a temporary key's token, a secret that holds keys or a broken proxy of the environment must not reach the emulators either. */
const NOT_OURS = {
  HUAWEICLOUD_SDK_SECURITY_TOKEN: '',
  ALIBABA_CLOUD_SECURITY_TOKEN: '',
  PROBATE_HUAWEI_CREDENTIALS: '',
  PROBATE_ALIBABA_CREDENTIALS: '',
  HTTP_PROXY: '',
  HTTPS_PROXY: '',
  http_proxy: '',
  https_proxy: '',
};

const SQLITE_BUSY = 5;

const inWords = (error: unknown): StateTrouble | null => {
  if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) {
    return { message: 'is in use: another process runs its embedded clouds', remedy: 'wait for that one to end, or name another directory with --state' };
  }
  if (error instanceof z.core.$ZodError) return { message: 'holds what this Probate cannot read', remedy: 'run the Probate that wrote it, or name another directory with --state' };
  return openingTrouble(error);
};

/** Starts an emulator on its file in the state; what is wrong with the file is bad input. */
const startOn = async <T>(file: string, start: (file: string) => Promise<T>): Promise<T> => {
  try {
    return await start(file);
  } catch (error) {
    const trouble = inWords(error);
    throw trouble === null ? error : new BadInput([{ file, path: '', ...trouble }]);
  }
};

/**
 * Starts both emulators on free loopback ports; credentials of the environment are not used, whatever it holds. Rejects
 * with BadInput when another process runs this state's clouds, or their files cannot be used.
 */
export const startEmbeddedClouds = async (state: string, { seed, csmsFaults }: EmbedOptions): Promise<EmbeddedClouds> => {
  const [csmsKeys, saeKeys] = [csmsCredentials({}), saeCredentials({})];
  const given = seed === undefined ? {} : { seed };
  const faults = csmsFaults === undefined ? {} : { faults: csmsFaults };
  const csms = await startOn(join(state, EMBEDDED_FILES.csms), async (persistTo) => {
    makeFolder(state);
    return startCsmsEmulator({ ...given, ...faults, credentials: csmsKeys, persistTo });
  });
  const sae = await startOn(join(state, EMBEDDED_FILES.sae), (persistTo) => startSaeEmulator({ ...given, credentials: saeKeys, persistTo })).catch(async (error: unknown) => {
    await csms.close();
    throw error;
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
