import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseEvents, parseWakeUp } from '../../events/parse.ts';

const folder = new URL('../../events/samples/', import.meta.url);
const samples = readdirSync(folder);
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

describe('the samples beside the schemas', () => {
  it.each(samples.filter((name) => name.startsWith('decommissioned-')))('%s is an event', (name) => {
    expect(parseEvents(textOf(name), name)).toMatchObject({ kind: 'parsed', value: [JSON.parse(textOf(name))] });
  });

  it('wake-up.json is a wake-up', () => {
    expect(parseWakeUp(textOf('wake-up.json'))).toEqual({ kind: 'parsed', value: JSON.parse(textOf('wake-up.json')) });
  });

  it('there is one for each kind of message', () => {
    expect(samples.sort()).toEqual(['decommissioned-alibaba.json', 'decommissioned-huawei.json', 'decommissioned-part.json', 'wake-up.json']);
  });
});
