import { setImmediate as aTick } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Answer } from '../../lib/ports/clouds.ts';
import { type OpenedState, openState } from '../../lib/adapters/sqlite/state.ts';
import type { Verdict } from '../../lib/saga/verdict.ts';
import { stillClock } from '../contract/still-clock.ts';
import { temporaryDirectory } from '../contract/temporary.ts';

/** A real SQLite state whose clock moves only where a test moves it. */
export const aState = (): OpenedState => {
  const state = openState(temporaryDirectory(), { clock: stillClock() });
  onTestFinished(() => state.close());
  return state;
};

/** What a client answers to one request. */
export const answerOf = (verdict: Verdict): Answer<null> => (verdict.kind === 'done' ? { verdict, value: null, requests: 1 } : { verdict, requests: 1 });

/** How finely time goes by in `settle`, in milliseconds. */
export const GRAIN = 10;

/** Lets time go by until all that is asked for has come. */
export const settle = async <T>({ clock }: OpenedState, asked: readonly Promise<T>[]): Promise<T[]> => {
  const progress = { isOver: false };
  const all = Promise.all(asked).finally(() => {
    progress.isOver = true;
  });
  for (let ticks = 0; !progress.isOver; ticks += 1) {
    await aTick();
    if (ticks % 4 === 3) clock.advance(GRAIN);
  }
  return all;
};
