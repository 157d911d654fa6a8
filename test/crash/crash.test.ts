import { expect, it } from 'vitest';
import { type Time, liveTimes } from './times.ts';

const INSTANCES = 12;
/** When a run is killed is reckoned from one that was not; on a busy machine a run may be over before. Then others are lived. */
const MOST_ROUNDS = 5;

const hasKill = ({ kills }: Time): boolean => kills.length > 0;

it('H26, H62: runs that are killed at random moments and gone on with lose nothing, do nothing twice and touch nothing that nobody named', { timeout: 480_000 }, async () => {
  const rounds: (readonly Time[])[] = [];
  while (rounds.length < MOST_ROUNDS && !rounds.flat().some(hasKill)) rounds.push(await liveTimes({ first: 1 + 3 * rounds.length, times: 3, instances: INSTANCES, tell: () => undefined }));
  const times = rounds.flat();
  expect(times.flatMap(({ seed, findings }) => findings.map(({ kind, what }) => `seed ${seed} ${kind}: ${what}`))).toEqual([]);
  expect(new Set(times.map(({ mode }) => mode))).toEqual(new Set(['recoverable', 'immediate']));
  expect(times.filter(hasKill)).not.toEqual([]);
});
