import type { Emulator } from '../../../local/emulators/emulator.ts';

const open: { close(): Promise<void> }[] = [];

/** Remembers an emulator that is being started, so that `closeAll` ends it after the test. */
export const started = async <State>(starting: Promise<Emulator<State>>): Promise<Emulator<State>> => {
  const emulator = await starting;
  open.push(emulator);
  return emulator;
};

export const closeAll = async (): Promise<void> => {
  for (const emulator of open.splice(0)) await emulator.close();
};
