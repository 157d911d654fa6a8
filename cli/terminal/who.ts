import { userInfo } from 'node:os';

/** The account that runs this command, as it is put on record; a machine may know no name for it. */
export const who = (): string => {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
};
