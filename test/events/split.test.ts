import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecommissionEvent } from '../../events/decommission.ts';
import { LONGEST_LIST } from '../../events/decommissioned-instance.ts';
import { instancesOf } from '../../events/instances.ts';
import { LARGEST_EVENT_BYTES, bytesOf } from '../../events/size.ts';
import { eventMessage, splitEvent } from '../../events/split.ts';
import { aHuaweiInstance, accepted, anAlibabaInstance, anEvent } from './builders.ts';

const names = (count: number, length: number): string[] => Array.from({ length: count }, (_, index) => `${index}-`.padEnd(length, 'n'));
const instanceId = (index: number): string => `${index.toString(16).padStart(32, '0')}in01`;

/** The longest one instance can be: every list full, every entry at its ceiling. */
const aFullInstance = (index: number): Record<string, unknown> => {
  const namespaceId = `${'cn-beijing-abcdefghijklmnopqrstuv'.slice(0, 32)}:`.padEnd(64, 'x');
  const region = namespaceId.slice(0, 32);
  return aHuaweiInstance({
    instanceId: instanceId(index),
    secretNames: names(LONGEST_LIST, 64),
    stages: names(LONGEST_LIST, 64).map((secretName) => ({ secretName, stage: 's'.repeat(64) })),
    copies: names(LONGEST_LIST, 1).map((_, at) => ({ cloud: 'alibaba', region, namespaceId, secretId: `${9_000_000_000_000_000 + at}000` })),
  });
};

const sizes = fc.array(fc.integer({ min: 1, max: LONGEST_LIST }), { minLength: 1, maxLength: 60 });
const eventOf = (counts: readonly number[], reason: string): DecommissionEvent =>
  accepted(anEvent(counts.map((count, index) => aHuaweiInstance({ instanceId: instanceId(index), secretNames: names(count, 64) })), { reason }));

const union = (parts: readonly DecommissionEvent[]): unknown => parts.flatMap(({ data }) => data.instances);

/** What every part has in common with the whole. */
const withoutPart = (event: DecommissionEvent): unknown => ({ ...event, data: { ...event.data, instances: [], part: undefined } });

describe('an event too large for one message', () => {
  it('becomes parts that fit, hold every instance whole and once, and are numbered', () => {
    fc.assert(
      fc.property(sizes, fc.string({ unit: 'grapheme', maxLength: 200 }), (counts, reason) => {
        const event = eventOf(counts, reason);
        const parts = splitEvent(event);
        expect(union(parts)).toEqual(instancesOf(event));
        for (const part of parts) expect(bytesOf(eventMessage(part))).toBeLessThanOrEqual(LARGEST_EVENT_BYTES);
        expect(parts.map(withoutPart)).toEqual(parts.map(() => withoutPart(event)));
        const [count, instances] = [parts.length, counts.length];
        expect(parts.map(({ data }) => data.part)).toEqual(parts.map((_, index) => (count === 1 ? undefined : { index: index + 1, count, instances })));
      }),
      { seed: 11, numRuns: 30 },
    );
  });

  it('gives the same parts every time, and each part is an event of its own', () => {
    const event = eventOf(names(40, 4).map(() => LONGEST_LIST), 'teardown');
    const parts = splitEvent(event);
    expect(parts.length).toBeGreaterThan(2);
    expect(splitEvent(structuredClone(event))).toEqual(parts);
    for (const part of parts) expect(accepted(part)).toEqual(part);
  });

  it('fills its parts to the brim and not beyond', () => {
    const parts = splitEvent(eventOf(names(8000, 4).map(() => 1), ''));
    const sizes = parts.slice(0, -1).map((part) => bytesOf(eventMessage(part)));
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(LARGEST_EVENT_BYTES);
    expect(Math.min(...sizes)).toBeGreaterThan(LARGEST_EVENT_BYTES - 400);
  });

  it('is split by bytes, not by characters', () => {
    const wide = { ...eventOf(names(30, 4).map(() => 550), '界'.repeat(1000)), source: '界'.repeat(500) };
    for (const part of splitEvent(wide)) expect(Buffer.byteLength(eventMessage(part))).toBeLessThanOrEqual(LARGEST_EVENT_BYTES);
  });

  it('has room in a part even for the fullest instance the schema lets in', () => {
    const parts = splitEvent(accepted(anEvent([1, 2, 3, 4].map(aFullInstance), { id: '"'.repeat(256), source: '\\'.repeat(512), reason: '\u0001'.repeat(1024) })));
    expect(parts.map(({ data }) => data.instances.length)).toEqual([3, 1]);
  });
});

describe('an event that fits', () => {
  it('is left as it is', () => {
    const event = accepted(anEvent([aHuaweiInstance(), anAlibabaInstance()]));
    expect(splitEvent(event)).toEqual([event]);
    expect(splitEvent(event)[0]).toBe(event);
  });
});

describe('what could not be split without cutting, or is no part of what it says, is refused', () => {
  it.each([
    { bad: 'a list beyond eight hundred', document: anEvent([aHuaweiInstance({ secretNames: names(801, 10) })]) },
    { bad: 'two entries of one instance that are beyond it together', document: anEvent([aHuaweiInstance({ secretNames: names(500, 10) }), aHuaweiInstance({ secretNames: names(500, 11) })]) },
    { bad: 'a part that claims to be of a whole smaller than itself', document: anEvent([1, 2, 3].map((index) => aHuaweiInstance({ instanceId: instanceId(index) })), { part: { index: 1, count: 1, instances: 2 } }) },
    { bad: 'a part beyond 1 MiB', document: anEvent([1, 2, 3, 4].map(aFullInstance), { part: { index: 1, count: 2 } }) },
  ])('$bad', ({ document }) => {
    expect(() => accepted(document)).toThrow(/no less than what this part names|at most 800 entries|all its entries together|a part is not split again/);
  });
});
