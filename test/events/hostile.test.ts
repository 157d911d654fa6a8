import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvents } from '../../events/parse.ts';
import { aCopy, aHuaweiInstance, accepted, anAlibabaInstance, anEvent } from './builders.ts';

/** Whatever a selector could be that would select nothing, everything or something else (H1). */
const hostileSelector = fc.oneof(
  fc.constantFrom<unknown>('', ' ', '\t\n', null, 'null', 'undefined', 'NaN', '*', '%', '.*', '?', '..', '../..', '%2f', '[object Object]', '\u0000', '0', 'true', '\u202e', '０１'),
  fc.constantFrom<unknown>(0, 1, -1, 2 ** 53, true, false, [], ['*'], {}, [[]]),
  fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/^[A-Za-z0-9_:-]*$/.test(text)),
  fc.string({ unit: 'binary', minLength: 65, maxLength: 200 }),
);

const refusalOf = (text: string): { readonly path: string; readonly message: string; readonly remedy: string }[] => {
  const parsed = parseEvents(text, 'hostile.json');
  return parsed.kind === 'refused' ? [...parsed.problems] : [];
};

/** Refused, and every problem says what is wrong and what to do. */
const isRefusedWithReason = (document: unknown): boolean => {
  const problems = refusalOf(JSON.stringify(document));
  return problems.length > 0 && problems.every(({ message, remedy }) => message !== '' && remedy !== '');
};

const places: readonly (readonly [string, (selector: unknown) => unknown])[] = [
  ['instanceId', (instanceId) => anEvent([aHuaweiInstance({ instanceId })])],
  ['instanceType', (instanceType) => anEvent([aHuaweiInstance({ instanceType })])],
  ['projectId', (projectId) => anEvent([aHuaweiInstance({ projectId })])],
  ['region', (region) => anEvent([aHuaweiInstance({ region })])],
  ['secretNames', (name) => anEvent([aHuaweiInstance({ secretNames: [typeof name === 'string' && /^[\w-]+$/.test(name) ? '' : name] })])],
  ['namespaceId', (namespaceId) => anEvent([anAlibabaInstance({ namespaceId })])],
  ['secretIds', (secretId) => anEvent([anAlibabaInstance({ secretIds: ['1', secretId === '0' || typeof secretId !== 'string' ? secretId : `x${secretId}`] })])],
  ['copies', (secretId) => anEvent([aHuaweiInstance({ copies: [aCopy('16'), { ...aCopy('17'), secretId }] })])],
  ['cloud', (cloud) => anEvent([aHuaweiInstance({ cloud })])],
  ['mode', (mode) => anEvent([aHuaweiInstance()], { mode })],
];

describe('H1: a selector that is blank, a wildcard, another type or what an unset variable leaves is refused', () => {
  it.each(places)('%s', (_, eventWith) => {
    fc.assert(
      fc.property(hostileSelector, (selector) => {
        expect(isRefusedWithReason(eventWith(selector))).toBe(true);
      }),
      { seed: 23 },
    );
  });

  it.each(['instanceId', 'instanceType', 'projectId', 'region', 'cloud'])('a missing %s is refused, never filled in', (field) => {
    expect(isRefusedWithReason(anEvent([aHuaweiInstance({ [field]: undefined })]))).toBe(true);
  });
});

describe('an event of a strange shape', () => {
  it('is refused for any key the schema does not know, at any depth inside data', () => {
    const key = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'Mode', 'instance_id', ''), fc.string({ unit: 'grapheme', maxLength: 20 }));
    const known = new Set(['mode', 'reason', 'part', 'instances', 'cloud', 'region', 'projectId', 'instanceId', 'instanceType', 'secretNames', 'stages', 'copies', 'namespaceId', 'secretId']);
    const places = ['"instances":[', '[{"cloud":"huawei",', '[{"cloud":"alibaba",'];
    fc.assert(
      fc.property(key.filter((word) => !known.has(word)), fc.jsonValue(), fc.constantFrom(...places), (word, value, place) => {
        const text = JSON.stringify(anEvent([aHuaweiInstance({ copies: [aCopy('16')] })]));
        const field = `${JSON.stringify(word)}:${JSON.stringify(value)},`;
        const changed = text.replace(place, () => (place.startsWith('"') ? `${field}${place}` : `${place}${field}`));
        expect(changed).not.toBe(text);
        expect(refusalOf(changed).map(({ message }) => message)).toContain('is not a known key');
      }),
      { seed: 29 },
    );
    expect('polluted' in {}).toBe(false);
  });

  it('is refused when the fields of two clouds are mixed', () => {
    const alibabaOnly = fc.subarray(['namespaceId', 'secretIds'], { minLength: 1 });
    fc.assert(
      fc.property(alibabaOnly, (fields) => {
        const strange = Object.fromEntries(Object.entries(anAlibabaInstance()).filter(([field]) => fields.includes(field)));
        expect(isRefusedWithReason(anEvent([aHuaweiInstance(strange)]))).toBe(true);
        expect(isRefusedWithReason(anEvent([{ ...anAlibabaInstance(), instanceId: aHuaweiInstance()['instanceId'] }]))).toBe(true);
      }),
      { seed: 31 },
    );
  });

  it('is refused when a list is huge', () => {
    expect(isRefusedWithReason(anEvent([anAlibabaInstance({ secretIds: Array.from({ length: 100_000 }, (_, index) => String(index + 1)) })]))).toBe(true);
    expect(isRefusedWithReason(anEvent([aHuaweiInstance({ copies: Array.from({ length: 100_000 }, () => aCopy('1')) })]))).toBe(true);
  });

  it('H17: is refused within moments when it is a message full of nothing but faults, and says how many there are', () => {
    const [first, ...others] = refusalOf(JSON.stringify(anEvent(Array.from({ length: 100_000 }, () => 0))));
    expect(first?.path).toBe('data.instances[0]');
    expect(others.at(-1)).toMatchObject({ message: 'has 99950 more problems' });
    expect(others).toHaveLength(50);
  });

  it('H17: is refused in few words, however long its keys are', () => {
    const key = 'k'.repeat(500_000);
    const keys = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`${index}${'界'.repeat(5_000)}`, 0]));
    const documents = [JSON.stringify(anEvent([aHuaweiInstance({ [key]: 1 })])), JSON.stringify(anEvent([aHuaweiInstance(keys)])), `{"${key}":1,"${key}":2}`];
    for (const text of documents) {
      const problems = refusalOf(text);
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems).length).toBeLessThan(60_000);
    }
    expect(refusalOf(documents[0] ?? '')).toMatchObject([{ path: `data.instances[0].${'k'.repeat(60)}…`.replace(/\.(k+…)/, '["$1"]') }]);
  });

  it('H17: is judged within moments when its entries hang together in a long chain', () => {
    const link = (at: number): unknown => anAlibabaInstance({ secretIds: [String(at), String(at + 1)] });
    const chain = (from: number, length: number): unknown[] => Array.from({ length }, (_, at) => link(from + at));
    expect(accepted(anEvent([...chain(1, 700), ...chain(10_001, 700)].toReversed())).data.instances).toHaveLength(1400);
    expect(refusalOf(JSON.stringify(anEvent(chain(1, 9_000))))).toMatchObject([{ path: 'data.instances', remedy: expect.stringContaining('all its entries together') }]);
  });

  it('is refused, not choked on, when it is nested without end', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(refusalOf(JSON.stringify(anEvent([0])).replace('[0]', deep))).not.toEqual([]);
    expect(refusalOf(deep)).not.toEqual([]);
    expect(refusalOf('['.repeat(100_000))).not.toEqual([]);
  });

  it('is never anything but accepted or refused with reasons, whatever the text is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.jsonValue().map((value) => JSON.stringify(anEvent([value])))), (text) => {
        expect(refusalOf(text).length).toBeGreaterThan(0);
      }),
      { seed: 37 },
    );
  });
});

describe('an honest event', () => {
  it('is accepted with any of its optional fields there or not', () => {
    const optional = fc.subarray(['secretNames', 'stages', 'copies']);
    const lists: Readonly<Record<string, unknown>> = { secretNames: ['a'], stages: [{ secretName: 'b', stage: 'c' }], copies: [aCopy('16')] };
    fc.assert(
      fc.property(optional, fc.constantFrom(undefined, 'plan', 'recoverable', 'immediate'), (fields, mode) => {
        const instance = aHuaweiInstance(Object.fromEntries(fields.map((field) => [field, lists[field]])));
        expect(accepted(anEvent([instance], mode === undefined ? {} : { mode })).data.instances).toEqual([instance]);
      }),
      { seed: 41 },
    );
  });
});
