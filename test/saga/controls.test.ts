import { expect, it } from 'vitest';
import { type Controls, NO_CONTROLS, holdOn, inForce, instanceTargets, stopOf } from '../../lib/saga/controls.ts';
import { DATABASE, NOW, RDS, SAE, aHold, aRequest, aSaga, after } from './builders.ts';

const held = (target: string, until: number | null = null): Controls => ({ ...NO_CONTROLS, holds: { [target]: aHold({ until }) } });
const saga = aSaga();

it('nothing stops a saga by itself', () => {
  expect(stopOf(saga, NO_CONTROLS, NOW)).toBeNull();
});

it.each([
  ['a pause', { ...NO_CONTROLS, pause: aHold() }, 'paused'],
  ['a hold on the saga', held(saga.sagaId), 'held'],
  ['a hold on its instance', held(DATABASE), 'held'],
] satisfies [string, Controls, string][])('H63: %s stops it', (_what, controls, why) => {
  expect(stopOf(saga, controls, NOW)).toEqual({ why, hold: aHold() });
});

it('a hold on a saga of a namespace is set on the namespace', () => {
  expect(instanceTargets(SAE)).toEqual(['alibaba/cn-beijing:test']);
  expect(instanceTargets(RDS)).toEqual([DATABASE]);
  expect(stopOf(aSaga({ instance: SAE }), held('alibaba/cn-beijing:test'), NOW)).toMatchObject({ why: 'held' });
});

it('H63: a hold on a namespace stops every saga that deletes copies in it', () => {
  const copying = aSaga({ request: aRequest({ copies: ['16'] }) });
  expect(stopOf(copying, held('alibaba/cn-beijing:test'), NOW)).toEqual({ why: 'held', hold: aHold() });
  expect(stopOf(copying, held('alibaba/cn-beijing'), NOW)).toBeNull();
});

it('a hold on something else stops nothing here', () => {
  expect(stopOf(saga, held(`${saga.sagaId}0`), NOW)).toBeNull();
});

it.each([
  [NOW + 1, true],
  [NOW, false],
  [NOW - 1, false],
  [null, true],
])('a pause or hold until %s stops at the moment %s', (until, stops) => {
  expect(stopOf(saga, { ...NO_CONTROLS, pause: aHold({ until }) }, NOW) !== null).toBe(stops);
  expect(holdOn(held('x', until), 'x', NOW) !== null).toBe(stops);
  expect(stopOf(after(saga, NOW, { type: 'Held', hold: aHold({ until }) }), NO_CONTROLS, NOW) !== null).toBe(stops);
});

it('a hold written on the saga itself stops it until it is released', () => {
  const holding = after(saga, NOW, { type: 'Held', hold: aHold() });
  expect(stopOf(holding, NO_CONTROLS, NOW)).toEqual({ why: 'held', hold: aHold() });
  expect(stopOf(after(holding, NOW, { type: 'Released' }), NO_CONTROLS, NOW)).toBeNull();
});

it('a target named like something every object has is not held', () => {
  expect(holdOn(NO_CONTROLS, 'constructor', NOW)).toBeNull();
});

it('what is over is no longer in force, and nothing else is left out', () => {
  const over = aHold({ until: NOW });
  const standing = aHold({ until: NOW + 1 });
  const controls: Controls = { pause: over, holds: { a: over, b: standing, c: aHold() }, closedKeys: ['key'] };
  expect(inForce(controls, NOW)).toEqual({ pause: null, holds: { b: standing, c: aHold() }, closedKeys: ['key'] });
  expect(inForce({ ...NO_CONTROLS, pause: standing }, NOW)).toEqual({ ...NO_CONTROLS, pause: standing });
  expect(inForce(NO_CONTROLS, NOW)).toEqual(NO_CONTROLS);
});
