import { type EmulatedCsms, withCsms } from './emulator/csms.ts';
import { withDirectory } from './temporary.ts';

/** Runs `use` with a directory and an emulated CSMS that are both gone afterwards. */
export const inPlace = <T>(use: (directory: string, csms: EmulatedCsms) => Promise<T>): Promise<T> => withDirectory((directory) => withCsms((csms) => use(directory, csms)));
