import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/** A profile of this process, as `--cpu-prof` writes one, from now on and not from its start. */
export interface Profile {
  /** Writes it into the file; a .cpuprofile opens in a browser's developer tools. */
  end(file: string): Promise<void>;
}

export const beginProfile = async (): Promise<Profile> => {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  return {
    end: async (file) => {
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      writeFileSync(file, JSON.stringify(profile));
    },
  };
};
