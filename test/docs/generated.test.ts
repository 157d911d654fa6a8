import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseEvent, parseEvents, parseWakeUp } from '../../events/parse.ts';
import { Policy } from '../../lib/saga/policy.ts';
import { CONFORMANCE_VARIABLES } from '../conformance/settings.ts';
import { toldVariables } from './generated/environment.ts';
import { NoPlace, readPage } from './generated/page.ts';
import { PAGES } from './generated/pages.ts';
import { describedFields, policyFields } from './generated/policy.ts';

const EVENTS = readFileSync('docs/events.md', 'utf8');
const CLOUDS = readFileSync('docs/clouds.md', 'utf8');
const PROJECT = '0123456789abcdef0123456789abcdef';

const { sources } = Policy.parse({ mode: 'plan', scopes: [{ cloud: 'huawei', region: 'cn-north-4', projectId: PROJECT }], sources: { cts: { region: 'cn-north-4', projectId: PROJECT } } });

const quoted = [...EVENTS.matchAll(/```json\n([\s\S]*?)```/g)].map(([, document = '']) => document);

/** The rows of the table whose head begins so, without the ticks around their words. */
const rowsOf = (page: string, head: string): readonly (readonly string[])[] => {
  const [, body = ''] = page.split(`\n| ${head}`);
  const [table = ''] = body.split('\n\n');
  return table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').slice(1, -1).map((cell) => cell.trim().replaceAll('`', '')));
};

/** Every variable that the code names, whether a vendor's or ours, and whatever else is read from the environment; a lower-case spelling is another of the same. */
const namedInCode = (): Set<string> => {
  const sources = ['serverless.yml', ...globSync('{cli,deploy,events,functions,lib,local}/**/*.ts')].map((file) => readFileSync(file, 'utf8'));
  const named = /\b(?:PROBATE|HUAWEICLOUD|ALIBABA_CLOUD|AWS)_[A-Z]+(?:_[A-Z]+)*\b|\bNO_COLOR\b/g;
  const read = /\benv(?:ironment)?(?:\.|\[')([A-Za-z]+(?:_[A-Za-z]+)*)\b/g;
  return new Set(sources.flatMap((text) => [...text.matchAll(named)].map(([name]) => name).concat([...text.matchAll(read)].map(([, name = '']) => name.toUpperCase()))));
};

const trace = (fields: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    time: 1_763_631_000_000,
    code: 204,
    service_type: 'RDS',
    resource_type: 'instance',
    resource_id: '2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01',
    trace_name: 'deleteInstance',
    trace_id: 't-1',
    trace_status: 'normal',
    ...fields,
  });

describe('the pages of docs', () => {
  it.each(PAGES)('$path says what the code says: npm run docs writes it', (page) => {
    const { is, wanted } = readPage(page);
    expect(is).toBe(wanted);
  });

  it('a part without a place in its page is a fault, not a page without it', () => {
    expect(() => readPage({ path: 'docs/clouds.md', parts: { 'no-such-part': () => '' } })).toThrow(NoPlace);
  });

  it('every key of the policy is described, in the order of the schema, and no other is', () => {
    expect(describedFields).toEqual(policyFields().map(({ path }) => path));
  });

  it('docs/environment.md tells of every variable that the code names, and of no other', () => {
    expect([...namedInCode()].sort()).toEqual(toldVariables.toSorted());
  });

  it('every document that docs/events.md quotes is an event or a wake-up', () => {
    expect(quoted.length).toBeGreaterThan(5);
    const refused = quoted.filter((document) => parseEvents(document, 'docs', sources).kind === 'refused' && parseWakeUp(document).kind === 'refused');
    expect(refused).toEqual([]);
  });

  it.each(rowsOf(EVENTS, '`service_type` | `instanceType` |'))('a trace of %s is of an instance of %s', (service, instanceType) => {
    expect(parseEvent(trace({ service_type: service }), sources)).toMatchObject({ kind: 'parsed', value: { data: { instances: [{ instanceType }] } } });
  });

  it.each(rowsOf(EVENTS, 'trace | why |'))('a trace %s is not taken', (name) => {
    expect(parseEvent(trace({}), sources).kind).toBe('parsed');
    expect(parseEvent(trace({ trace_name: name }), sources).kind).toBe('refused');
  });

  it('docs/clouds.md names every variable of the conformance suite, and none that it does not read', () => {
    const told = new Set([...CLOUDS.matchAll(/PROBATE_CONFORMANCE_[A-Z_]+/g)].map(([name]) => name));
    expect(told).toEqual(new Set(CONFORMANCE_VARIABLES));
  });
});
