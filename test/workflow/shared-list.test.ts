import { expect, it } from 'vitest';
import type { Clock } from '../../lib/ports/clock.ts';
import { sharedList } from '../../lib/workflow/turn/shared-list.ts';
import { MINUTE, OPENED, SECOND } from '../saga/builders.ts';

/** Reads twice of one list, the second time after so long, with the wall clock set off by so much meanwhile; answers how often that was a read. */
const readsWith = async (passedMs: number, setByMs: number): Promise<number> => {
  let passed = 0;
  let setBy = 0;
  const clock: Clock = { now: () => OPENED + passed + setBy, monotonic: () => passed, sleep: () => Promise.resolve(), alarm: () => () => undefined };
  let reads = 0;
  const lists = sharedList<string>(clock);
  const get = () =>
    lists.get('cn-north-4/p', { begunAfter: OPENED - MINUTE, isUrgent: false }, () => {
      reads += 1;
      return Promise.resolve({ verdict: { kind: 'done' }, value: [], requests: 1 });
    });
  await get();
  passed = passedMs;
  setBy = setByMs;
  await get();
  return reads;
};

it.each([
  ['a moment ago is shared', SECOND, 0, 1],
  ['ten seconds ago is read anew', 10 * SECOND, 0, 2],
  ['longer ago is read anew, though the wall clock was set back since', 30 * SECOND, -25 * SECOND, 2],
  ['a moment ago is read anew where the wall clock was set since', SECOND, 5 * SECOND, 2],
])('H19: a list of %s', async (_what, passedMs, setByMs, reads) => {
  expect(await readsWith(passedMs, setByMs)).toBe(reads);
});
