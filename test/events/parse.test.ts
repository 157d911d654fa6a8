import { describe, expect, it } from 'vitest';
import { parseEvent, parseEvents, parseWakeUp } from '../../events/parse.ts';
import type { Problem } from '../../events/problems.ts';
import { PROJECT, aCopy, aHuaweiInstance, anAlibabaInstance, anEvent } from './builders.ts';

const problemsOf = (document: unknown): readonly Problem[] => {
  const parsed = parseEvents(typeof document === 'string' ? document : JSON.stringify(document), 'gone.json');
  return parsed.kind === 'refused' ? parsed.problems : [];
};

const withInstance = (fields: Readonly<Record<string, unknown>>): unknown => anEvent([aHuaweiInstance(fields)]);
const id = 'instances[0]';

describe('a bad event is refused with its field and a remedy', () => {
  it.each([
    { bad: 'a type in lower case', document: withInstance({ instanceType: 'rds' }), path: `data.${id}.instanceType`, remedy: 'did you mean "RDS"?' },
    { bad: 'a type nobody knows', document: withInstance({ instanceType: 'MONGO' }), path: `data.${id}.instanceType`, remedy: 'one of "RDS", "TaurusDB", "GaussDB", "APIG"' },
    { bad: 'H2: a gateway id called RDS', document: withInstance({ instanceId: '5f0c7c1f4f0e4f7b9a3d2e1c0b9a8f7e' }), path: `data.${id}.instanceId`, remedy: 'a database id ends in "in"' },
    { bad: 'a missing project', document: withInstance({ projectId: undefined }), path: `data.${id}.projectId`, remedy: 'add it; it must be a Huawei Cloud project id' },
    { bad: 'a misspelt key', document: withInstance({ secretNames: undefined, secretName: ['a'] }), path: `data.${id}.secretName`, remedy: 'did you mean "secretNames"?' },
    { bad: 'a key of no meaning', document: withInstance({ owner: 'x' }), path: `data.${id}.owner`, remedy: 'remove this key; allowed here: cloud, region, projectId' },
    { bad: 'a key that is no word', document: withInstance({ 'a b': 1 }), path: `data.${id}["a b"]`, remedy: 'remove this key' },
    { bad: 'a third cloud', document: withInstance({ cloud: 'aws' }), path: `data.${id}.cloud`, remedy: 'one of "huawei", "alibaba"' },
    { bad: 'H7: a name that climbs folders', document: withInstance({ secretNames: ['../x'] }), path: `data.${id}.secretNames[0]`, remedy: 'it must be a CSMS secret name' },
    { bad: 'a stage of the cloud', document: withInstance({ stages: [{ secretName: 'a', stage: 'SYSCURRENT' }] }), path: `data.${id}.stages[0].stage`, remedy: 'never removed' },
    { bad: 'a copy in another region', document: withInstance({ copies: [{ ...aCopy('16'), region: 'cn-shanghai' }] }), path: `data.${id}.copies[0].namespaceId`, remedy: 'namespace of the region' },
    { bad: 'H9: a copy without namespace', document: withInstance({ copies: [{ cloud: 'alibaba', region: 'cn-beijing', secretId: '16' }] }), path: `data.${id}.copies[0].namespaceId`, remedy: 'add it; it must be an SAE namespace id' },
    { bad: 'no secret ids', document: anEvent([anAlibabaInstance({ secretIds: [] })]), path: `data.${id}.secretIds`, remedy: 'at least 1 entry' },
    { bad: 'H8: a secret id above 64 bits', document: anEvent([anAlibabaInstance({ secretIds: ['9223372036854775808'] })]), path: `data.${id}.secretIds[0]`, remedy: '64-bit' },
    { bad: 'a mode nobody knows', document: anEvent([aHuaweiInstance()], { mode: 'imediate' }), path: 'data.mode', remedy: 'did you mean "immediate"?' },
    { bad: 'a part above its count', document: anEvent([aHuaweiInstance()], { part: { index: 3, count: 2 } }), path: 'data.part.index', remedy: 'it must not be above count' },
    { bad: 'no instances', document: anEvent([]), path: 'data.instances', remedy: 'at least 1 entry' },
    { bad: 'a date without time', document: anEvent([aHuaweiInstance()], { time: '2026-11-22' }), path: 'time', remedy: '2026-11-22T08:30:00Z' },
    { bad: 'an older CloudEvents', document: anEvent([aHuaweiInstance()], { specversion: '0.3' }), path: 'specversion', remedy: 'it must be "1.0"' },
    { bad: 'a blank source', document: anEvent([aHuaweiInstance()], { source: ' ' }), path: 'source', remedy: 'at least 1 character' },
    { bad: 'an id from an unset variable', document: anEvent([aHuaweiInstance()], { id: 'undefined' }), path: 'id', remedy: 'never set' },
    { bad: 'H2: one instance under two types', document: anEvent([aHuaweiInstance(), aHuaweiInstance({ instanceType: 'TaurusDB' })]), path: 'data.instances[1]', remedy: 'an earlier entry names this instance as RDS' },
    { bad: 'H3: one instance in two projects', document: anEvent([aHuaweiInstance(), aHuaweiInstance({ projectId: 'f'.repeat(32) })]), path: 'data.instances[1]', remedy: PROJECT },
    { bad: 'the second of an array', document: [withInstance({}), withInstance({ region: 'x' })], path: `[1].data.${id}.region`, remedy: 'it must be a region id' },
    { bad: 'an empty array', document: [], path: '', remedy: 'write one event' },
    { bad: 'a number', document: 5, path: '', remedy: 'it must be an object' },
    { bad: 'an empty file', document: ' \n', path: '', remedy: 'write one JSON document' },
    { bad: 'broken JSON', document: '{\n"a":1,}', path: '', remedy: 'line 2, column 7' },
  ])('$bad', ({ document, path, remedy }) => {
    const problems = problemsOf(document);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]).toMatchObject({ file: 'gone.json', remedy: expect.stringContaining(remedy) });
    expect(problems[0]?.message).not.toBe('');
  });

  it('H8: a number where an id belongs is asked for as text, and its digits are not repeated', () => {
    const [problem] = problemsOf(JSON.stringify(anEvent([anAlibabaInstance({ secretIds: ['0'] })])).replace('"0"', '9007199254740993'));
    expect(problem).toMatchObject({ path: 'data.instances[0].secretIds[0]', message: 'is a number', remedy: expect.stringContaining('write the id as text') });
  });

  it('every problem is named at once, and beyond fifty only their number', () => {
    const problems = problemsOf(anEvent(Array.from({ length: 80 }, () => ({}))));
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)).toMatchObject({ message: 'has 30 more problems' });
  });

  it('a value is shown in one line and never at length', () => {
    const [problem] = problemsOf(withInstance({ region: `a\n${'b'.repeat(5000)}` }));
    expect(problem?.message).toBe('is a text of 5002 characters');
  });
});

describe('a good event', () => {
  it('comes alone or in an array, in order', () => {
    const document = [anEvent([aHuaweiInstance()]), anEvent([anAlibabaInstance()], { id: 'evt-0002' })];
    expect(parseEvents(JSON.stringify(document), 'gone.json')).toEqual({ kind: 'parsed', value: document });
    expect(parseEvent(JSON.stringify(document[0]))).toEqual({ kind: 'parsed', value: document[0] });
  });

  it('may carry CloudEvents attributes that mean nothing here', () => {
    const event = anEvent([aHuaweiInstance()]);
    expect(parseEvent(JSON.stringify({ ...event, subject: 'x', traceparent: 'y' }))).toEqual({ kind: 'parsed', value: event });
  });

  it('takes nothing over from a __proto__ key', () => {
    const text = JSON.stringify(anEvent([aHuaweiInstance()])).replace('{', '{"__proto__":{"time":"2020-01-01T00:00:00Z","polluted":true},');
    const parsed = parseEvent(text);
    expect(parsed).toEqual({ kind: 'parsed', value: anEvent([aHuaweiInstance()]) });
    expect('polluted' in {}).toBe(false);
  });
});

describe('H17: a message that can never succeed says why', () => {
  it.each([
    { body: 'not json', path: '', message: 'is not JSON: line 1, column 1' },
    { body: '{"v":2,"sagaId":"huawei:a:b:c:d#1","turn":0}', path: 'v', message: 'is the number 2' },
    { body: '{"v":1,"sagaId":"huawei:a:b:c:d","turn":0}', path: 'sagaId', message: 'is "huawei:a:b:c:d"' },
    { body: '{"v":1,"sagaId":"huawei:a:b:c:d#1","turn":-1}', path: 'turn', message: 'is the number -1' },
  ])('$body', ({ body, path, message }) => {
    expect(parseWakeUp(body)).toMatchObject({ kind: 'refused', problems: [{ file: 'message', path, message: expect.stringContaining(message) }] });
  });
});
