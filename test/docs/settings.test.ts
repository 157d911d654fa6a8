import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../lib/saga/policy.ts';

const page = readFileSync('docs/settings.md', 'utf8');
const [, policyPart = '', environmentPart = ''] = page.split(/^## The .*$/m);

const rowsOf = (part: string): readonly (readonly string[])[] =>
  part
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));

const PROJECT = '0123456789abcdef0123456789abcdef';
const REQUIRED = { mode: 'plan', scopes: [{ cloud: 'huawei', region: 'cn-north-4', projectId: PROJECT }] };

/** Every key down to its values, a list being one. */
const leaves = (value: unknown, path = ''): readonly (readonly [key: string, value: unknown])[] =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? [[path, value]]
    : Object.entries(value).flatMap(([name, inner]) => leaves(inner, path === '' ? name : `${path}.${name}`));

const asked = ([, told = '']: readonly string[]): string => told.replaceAll('`', '');
const keyOf = ([key = '']: readonly string[]): string => key.replaceAll('`', '');

describe("docs/settings.md's policy", () => {
  const rows = rowsOf(policyPart);

  it('names every key of a policy and no other', () => {
    const whole = Policy.parse({ ...REQUIRED, sources: { cts: { region: 'cn-north-4', projectId: PROJECT } } });
    expect(rows.map(keyOf).sort()).toEqual(leaves(whole).map(([key]) => key).sort());
  });

  it('tells the default that each key has', () => {
    const defaults = new Map(leaves(Policy.parse(REQUIRED)));
    const told = rows.filter((row) => !['required', 'none'].includes(asked(row))).map((row) => [keyOf(row), asked(row)]);
    expect(told).toEqual(told.map(([key = '']) => [key, JSON.stringify(defaults.get(key))]));
  });

  it('asks for those keys that have no default', () => {
    expect(rows.filter((row) => asked(row) === 'required').map(keyOf)).toEqual(Object.keys(REQUIRED));
  });
});

describe("docs/settings.md's environment", () => {
  const told = new Set([...environmentPart.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name));
  const sources = globSync(['lib/**/*.ts', 'cli/**/*.ts', 'functions/**/*.ts']).map((file) => readFileSync(file, 'utf8')).join('\n');

  it('names every variable of ours and of the clouds that the code reads', () => {
    const read = new Set([...sources.matchAll(/\b(?:PROBATE|HUAWEICLOUD|ALIBABA_CLOUD)_[A-Z_]*[A-Z]\b/g)].map(([name]) => name));
    expect([...read].filter((name) => !told.has(name))).toEqual([]);
  });

  it('names none that no code reads', () => {
    expect([...told].filter((name) => !sources.includes(name ?? ''))).toEqual([]);
  });
});
