import type { Seed } from '../../local/emulators/seed.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { EmbedOptions } from './embedded-clouds.ts';
import { keepsClouds } from './mixture.ts';

/** What --embed and --seed ask for, null without --embed; says so when the seed is left out because the state's clouds hold something already. */
export const embedOptions = ({ err }: Terminal, { embed, state }: { readonly embed?: true; readonly state: string }, seed: Seed | undefined): EmbedOptions | null => {
  if (embed === undefined) return null;
  if (seed === undefined) return {};
  if (keepsClouds(state)) err(`probate: --seed is left out: the emulated clouds of ${state} go on with what they hold\n`);
  return { seed };
};
