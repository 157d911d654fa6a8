import { expect, it } from 'vitest';
import { openState } from '../../lib/adapters/sqlite/state.ts';
import { plantNewer } from '../workflow/world.ts';
import { aPolicy } from './builders.ts';
import { aFolder, probate } from './probate.ts';

const folder = aFolder({ 'policy.json': aPolicy() });
const LOOK = 'was written by a newer Probate: look with that one what it does';

/** A state of its own that holds one saga, which a newer Probate wrote. */
const aNewerState = async (name: string): Promise<{ readonly state: string; readonly saga: string }> => {
  const opened = openState(folder.at(name));
  const saga = await plantNewer(opened);
  opened.close();
  return { state: folder.at(name), saga };
};

it('H32: a stop on a saga that a newer Probate wrote is on record, and asks for a person', async () => {
  const { state, saga } = await aNewerState('held');
  const held = await probate(['hold', saga, '--state', state]);
  expect([held.code, held.out]).toEqual([3, `a call may be under way: ${saga} is stopped (no open saga is concerned yet)\n${saga} ${LOOK}\n`]);
  const released = await probate(['release', saga, '--state', state]);
  expect([released.code, released.out]).toEqual([3, expect.stringMatching(`^lifted: .*\n${saga} ${LOOK}\n$`)]);
});

it('H32: pause and resume name the sagas that a newer Probate wrote, and ask for a person', async () => {
  const { state, saga } = await aNewerState('paused');
  const paused = await probate(['pause', '--state', state, '--json']);
  expect([paused.code, JSON.parse(paused.out)]).toEqual([3, expect.objectContaining({ answer: 'a call may be under way', newer: [saga] })]);
  const resumed = await probate(['resume', '--state', state]);
  expect([resumed.code, resumed.out]).toEqual([3, expect.stringMatching(`^lifted: .*\n${saga} ${LOOK}\n$`)]);
});

it('H32: what a newer Probate began is begun: emulated clouds do not take the place of those it was begun on', async () => {
  const { state } = await aNewerState('begun');
  const { code, out } = await probate(['run', '--policy', folder.at('policy.json'), '--embed', '--state', state, '--json']);
  expect([code, JSON.parse(out)]).toEqual([2, { problems: [{ file: state, path: '', message: 'holds what was begun on other clouds than emulated ones', remedy: expect.any(String) }] }]);
});
