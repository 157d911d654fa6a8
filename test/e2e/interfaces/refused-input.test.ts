import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aCopy, aHuaweiInstance, anEvent } from '../../events/builders.ts';
import { aPolicy } from '../../cli/builders.ts';
import { begin } from '../../cli/probate.ts';
import { aDatabase, linked, sagaIdOf } from '../builders.ts';
import { type Site, aSite } from '../harness.ts';

interface Problem {
  readonly file: string;
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

const problemsIn = (out: string): readonly Problem[] => {
  const document: { readonly problems: readonly Problem[] } = JSON.parse(out);
  return document.problems;
};

const aSiteWithASecret = (): Promise<Site> => aSite({ seed: { secrets: [linked(1, 'orders')] } });

/** A document and the field by which its problem is named. */
const BAD_EVENTS: readonly (readonly [name: string, document: unknown, path: string])[] = [
  ['empty.json', '', ''],
  ['torn.json', '{"specversion": "1.0",', ''],
  ['other-type.json', anEvent([aDatabase(1)], { type: 'probate.instance.created.v1' }), 'type'],
  ['no-instances.json', anEvent([]), 'data.instances'],
  ['unknown-key.json', anEvent([aDatabase(1, { secretNmaes: ['x'] })]), 'data.instances[0].secretNmaes'],
  ['empty-id.json', anEvent([aDatabase(1, { instanceId: '' })]), 'data.instances[0].instanceId'],
  ['star.json', anEvent([aDatabase(1, { instanceId: '*' })]), 'data.instances[0].instanceId'],
  ['gateway-id.json', anEvent([aHuaweiInstance({ instanceType: 'APIG' })]), 'data.instances[0].instanceId'],
  ['number-id.json', anEvent([aDatabase(1, { copies: [{ ...aCopy('16'), secretId: 16 }] })]), 'data.instances[0].copies[0].secretId'],
  ['system-stage.json', anEvent([aDatabase(1, { stages: [{ secretName: 'shared', stage: 'SYSCURRENT' }] })]), 'data.instances[0].stages[0].stage'],
  ['slash.json', anEvent([aDatabase(1, { secretNames: ['../other'] })]), 'data.instances[0].secretNames[0]'],
  ['array.json', [anEvent([aDatabase(1)]), anEvent([aDatabase(2, { region: 'Mars' })])], '[1].data.instances[0].region'],
];

const BAD_POLICIES: readonly (readonly [name: string, document: unknown, path: string])[] = [
  ['no-mode.json', { scopes: aPolicy()['scopes'] }, 'mode'],
  ['no-scopes.json', { mode: 'plan' }, 'scopes'],
  ['unknown-key.json', aPolicy({ requireAproval: true }), 'requireAproval'],
  ['short-window.json', aPolicy({ recoveryWindowDays: 6 }), 'recoveryWindowDays'],
  ['long-soak.json', aPolicy({ soakSeconds: 7 * 86_400 }), 'soakSeconds'],
];

describe.each(['run', 'plan', 'check'])('%s', (command) => {
  it('reads every file before the first call, names each problem by file, field and remedy, and exits 2', async () => {
    const site = await aSiteWithASecret();
    const files = BAD_EVENTS.map(([name, document]) => site.file(name, document));
    const good = site.file('good.json', anEvent([aDatabase(1)]));
    const { code, out, err } = await site.begin(command, [good, ...files, `${site.state}/absent.json`]).ended;
    const named = problemsIn(out);
    expect(files.map((name) => named.filter(({ file }) => file === name).map(({ path }) => path))).toEqual(BAD_EVENTS.map(([, , path]) => [path]));
    expect(named).toHaveLength(BAD_EVENTS.length + 1);
    expect(named.every(({ message, remedy }) => message !== '' && remedy !== '')).toBe(true);
    expect([code, site.operations()]).toEqual([2, []]);
    expect(err).toContain('nothing was called');
  });
});

it.each(BAD_POLICIES)('a policy %s is refused by its field', async (name, document, path) => {
  const site = await aSiteWithASecret();
  const file = site.file(name, document);
  const { code, out } = await site.begin('run', ['--policy', file, site.file('good.json', anEvent([aDatabase(1)]))]).ended;
  expect([code, problemsIn(out).map((problem) => [problem.file, problem.path]), site.operations()]).toEqual([2, [[file, path]], []]);
});

it('options that could not act or contradict each other are refused, never left out', async () => {
  const site = await aSiteWithASecret();
  const event = site.file('good.json', anEvent([aDatabase(1)]));
  const seed = site.file('seed.json', {});
  const lines: readonly (readonly [command: string, args: readonly string[], paths: readonly string[]])[] = [
    ['run', ['--seed', seed, '--fast-forward', '--approve', 'abc', event], ['--seed', '--fast-forward', '--approve']],
    ['run', ['--stack', 'aws', '--embed', '--fast-forward', event], ['--fast-forward']],
    ['run', ['--stack', 'aws', event], ['AWS_REGION', 'PROBATE_STAGE']],
    ['run', ['--aprove', 'x', event], ['--aprove']],
    ['plan', ['--stack', 'aws', event], ['AWS_REGION', 'PROBATE_STAGE']],
    ['plan', ['--seed', seed, event], ['--seed']],
    ['plan', [], ['file']],
    ['undo', ['--stack', 'aws', 'huawei:a:b:c:d#1'], ['AWS_REGION', 'PROBATE_STAGE']],
  ];
  const ended = await Promise.all(lines.map(([command, args]) => site.begin(command, args).ended));
  expect(ended.map(({ code, out }) => [code, problemsIn(out).map(({ path }) => path)])).toEqual(lines.map(([, , paths]) => [2, paths]));
  expect(site.operations()).toEqual([]);
});

it('undo of a saga that is not there names it; in a directory without a state it names that, and makes none', async () => {
  const site = await aSiteWithASecret();
  const elsewhere = `${site.state}-mistyped`;
  await site.told('run');
  const [nobody, nowhere] = await Promise.all([site.begin('undo', ['nobody']).ended, site.begin('undo', ['--state', elsewhere, sagaIdOf(1)]).ended]);
  expect([nobody.code, problemsIn(nobody.out)]).toMatchObject([2, [{ path: 'saga', message: expect.stringContaining('"nobody" is no saga of this state') }]]);
  expect([nowhere.code, problemsIn(nowhere.out)]).toMatchObject([2, [{ file: elsewhere, message: expect.stringContaining('holds no state') }]]);
  expect([existsSync(elsewhere), site.operations()]).toEqual([false, []]);
});

it('a run without a policy, or of a command that does not exist, exits 2 and says what to do', async () => {
  const [bare, unknown] = await Promise.all([begin(['run', '--json']).ended, begin(['rum', '--json']).ended]);
  expect([bare.code, problemsIn(bare.out)[0]?.path, unknown.code]).toEqual([2, '--policy', 2]);
  expect(problemsIn(unknown.out)[0]?.remedy).toContain('run');
});
