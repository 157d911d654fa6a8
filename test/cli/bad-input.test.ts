import { beforeAll, describe, expect, it } from 'vitest';
import { printable } from '../../cli/terminal/printable.ts';
import { readPolicy } from '../../cli/terminal/read-policy.ts';
import { aHuaweiInstance, anAlibabaInstance, anEvent } from '../events/builders.ts';
import { aPolicy } from './builders.ts';
import { ENTRY, type Ended, STACK_TRACE, aFolder, probate, run } from './probate.ts';

const good = anEvent([aHuaweiInstance()]);
const field = (fields: Readonly<Record<string, unknown>>): unknown => anEvent([aHuaweiInstance(fields)]);

/** Every file is bad in one way. */
const badEvents = [
  { file: 'syntax.json', content: '{\n  "specversion": "1.0",\n}', path: '', says: 'line 3, column 1', remedy: 'mend it' },
  { file: 'empty.json', content: '', path: '', says: 'is empty', remedy: 'one JSON document' },
  { file: 'latin.json', content: Uint8Array.from([0x22, 0xe9, 0x22]), path: '', says: 'is not UTF-8', remedy: 'save it as UTF-8' },
  { file: 'project.json', content: field({ projectId: 'default' }), path: 'data.instances[0].projectId', says: 'is "default"', remedy: '32 lower-case hex digits' },
  { file: 'blank.json', content: field({ instanceId: '  ' }), path: 'data.instances[0].instanceId', says: 'is blank', remedy: 'must be an instance id' },
  { file: 'type.json', content: field({ instanceType: 'Rds' }), path: 'data.instances[0].instanceType', says: 'is "Rds"', remedy: 'did you mean "RDS"' },
  { file: 'key.json', content: field({ secretsNames: ['a'] }), path: 'data.instances[0].secretsNames', says: 'not a known key', remedy: 'did you mean "secretNames"' },
  { file: 'number.json', content: anEvent([anAlibabaInstance({ secretIds: [17] })]), path: 'data.instances[0].secretIds[0]', says: 'is the number 17', remedy: 'write the id as text' },
  { file: 'mode.json', content: anEvent([aHuaweiInstance()], { mode: 'delete' }), path: 'data.mode', says: 'is "delete"', remedy: '"plan", "recoverable", "immediate"' },
  { file: 'second.json', content: [good, { ...good, type: 'other' }], path: '[1].type', says: 'is "other"', remedy: 'probate.instance.decommissioned.v1' },
  { file: 'bidi.json', content: field({ '\u202e\u009b31mreversed': 1 }), path: 'data.instances[0]["\u202e\u009b31mreversed"]', says: 'not a known key', remedy: 'remove this key' },
  { file: 'terminal.json', content: field({ region: '\u001b[31mred' }), path: 'data.instances[0].region', says: 'is "\\u001b[31mred"', remedy: 'must be a region id' },
];

const badPolicies = [
  { file: 'no-mode.json', content: aPolicy({ mode: undefined }), path: 'mode', says: 'is missing', remedy: '"plan", "recoverable", "immediate"' },
  { file: 'no-scopes.json', content: aPolicy({ scopes: undefined }), path: 'scopes', says: 'is missing', remedy: 'must be an array' },
  { file: 'H59-typo.json', content: aPolicy({ protects: {} }), path: 'protects', says: 'not a known key', remedy: 'did you mean "protect"' },
  { file: 'H59-deep.json', content: aPolicy({ limits: { instancePerEvent: 5 } }), path: 'limits.instancePerEvent', says: 'not a known key', remedy: 'did you mean "instancesPerEvent"' },
  { file: 'text.json', content: aPolicy({ limits: { secretsPerHour: '500' } }), path: 'limits.secretsPerHour', says: 'is "500"', remedy: 'must be a' },
  { file: 'window.json', content: aPolicy({ recoveryWindowDays: 31 }), path: 'recoveryWindowDays', says: 'is the number 31', remedy: 'at most 30' },
  { file: 'soak.json', content: aPolicy({ soakSeconds: 604_800 }), path: 'soakSeconds', says: 'is the number 604800', remedy: 'raise recoveryWindowDays' },
  { file: 'scope.json', content: aPolicy({ scopes: [{ cloud: 'huawei', region: 'cn-north-4' }] }), path: 'scopes[0].projectId', says: 'is missing', remedy: 'Huawei Cloud project id' },
];

const folder = aFolder({
  'good-policy.json': aPolicy(),
  ...Object.fromEntries([...badEvents, ...badPolicies].map(({ file, content }) => [file, content])),
});
const eventFiles = badEvents.map(({ file }) => folder.at(file));

let forPeople: Ended;
let forPrograms: Ended;
beforeAll(async () => {
  const args = ['check', '--policy', folder.at('good-policy.json'), ...eventFiles, folder.at('missing.json'), folder.path];
  [forPeople, forPrograms] = await Promise.all([probate(args), probate([...args, '--json'])]);
});

describe('bad input is named by file, field and remedy', () => {
  it.each([
    ...badEvents.map((row) => ({ ...row, file: folder.at(row.file) })),
    { file: folder.at('missing.json'), path: '', says: 'does not exist', remedy: 'check the name' },
    { file: folder.path, path: '', says: 'is a folder', remedy: 'name the files in it' },
  ])('$says', ({ file, path, says, remedy }) => {
    const { problems }: { problems: { file: string }[] } = JSON.parse(forPrograms.out);
    expect(problems.filter((problem) => problem.file === file)).toEqual([{ file, path, message: expect.stringContaining(says), remedy: expect.stringContaining(remedy) }]);
    const [, mine = ''] = forPeople.err.split(`${printable(path === '' ? file : `${file}: ${path}`)}\n`);
    const [message, advice] = mine.split('\n');
    expect(message).toContain(says);
    expect(advice).toContain(remedy);
  });

  it('when it has no end, without reading on', async () => {
    const [device, input] = await Promise.all([
      probate(['check', '--policy', folder.at('good-policy.json'), '/dev/zero', '', '--json']),
      run('sh', ['-c', '"$0" "$1" check --policy "$2" --json - < /dev/zero', process.execPath, ENTRY, folder.at('good-policy.json')]),
    ]);
    const problem = (file: string): unknown => ({ file, path: '', message: 'is larger than 64 MiB', remedy: expect.stringContaining('split') });
    expect([device.code, JSON.parse(device.out)]).toEqual([2, { problems: [problem('/dev/zero'), { file: '""', path: '', message: 'does not exist', remedy: expect.stringContaining('check the name') }] }]);
    expect([input.code, JSON.parse(input.out)]).toEqual([2, { problems: [problem('standard input')] }]);
  });

  it('and ends with 2, without a stack trace or a control character, and with nothing else on standard output', () => {
    expect([forPeople.code, forPrograms.code]).toEqual([2, 2]);
    expect(forPeople.out).toBe('');
    expect(forPeople.err).not.toMatch(STACK_TRACE);
    expect(forPeople.err).not.toMatch(/[^\P{C}\n]/u);
    expect(forPeople.err).toContain('nothing was called');
  });

  it.each(badPolicies)('in the policy: $file', async ({ file, path, says, remedy }) => {
    const problem = { file: folder.at(file), path, message: expect.stringContaining(says), remedy: expect.stringContaining(remedy) };
    expect(await readPolicy(folder.at(file))).toEqual({ kind: 'refused', problems: [problem] });
  });

  it('in the policy and in an event at once', async () => {
    const { code, out } = await probate(['check', '--policy', folder.at('H59-typo.json'), folder.at('mode.json'), '--json']);
    const { problems }: { problems: { path: string }[] } = JSON.parse(out);
    expect([code, ...problems.map(({ path }) => path)]).toEqual([2, 'protects', 'data.mode']);
  });
});

const badLines = [
  { args: ['chek', '--json'], path: 'chek', remedy: 'did you mean check?' },
  { args: ['check', '--json', '--polcy', 'x'], path: '--polcy', remedy: 'did you mean --policy?' },
  { args: ['check', '--json'], path: '--policy', remedy: 'PROBATE_POLICY' },
  { args: ['check', '--json', '--policy'], path: '--policy <file>', remedy: 'see: npx probate --help' },
  { args: ['check', '--json', '--stack', 'gcp'], path: '--stack <where>', remedy: 'see: npx probate --help' },
];

describe('a bad command line is bad input', () => {
  it('and the near match is named', async () => {
    const ended = await Promise.all(badLines.map(({ args }) => probate(args)));
    expect(ended.map(({ code }) => code)).toEqual(badLines.map(() => 2));
    expect(ended.map(({ out }): unknown => JSON.parse(out))).toEqual(
      badLines.map(({ path, remedy }) => ({ problems: [{ file: 'command line', path, message: expect.any(String), remedy: expect.stringContaining(remedy) }] })),
    );
    expect(ended.map(({ err }) => err).join('')).not.toMatch(STACK_TRACE);
  });

  it('no command at all prints the help and ends with 2', async () => {
    const ended = await probate([]);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain('Usage: probate');
  });
});

describe('H59: a variable of the environment that nothing reads is bad input', () => {
  const problem = (path: string, remedy: string): unknown => ({ file: 'environment', path, message: expect.any(String), remedy: expect.stringContaining(remedy) });

  it.each([
    ['PROBATE_STAET', 'did you mean PROBATE_STATE?'],
    ['PROBATE_SEED_OF_CHAOS', 'unset it'],
  ])('%s', async (name, remedy) => {
    const { code, out } = await probate(['status', '--json'], { env: { [name]: folder.path } });
    expect([code, JSON.parse(out)]).toEqual([2, { problems: [problem(name, remedy)] }]);
  });

  it('but not where it is blank, nor where only help is asked for', async () => {
    const [blank, help] = await Promise.all([
      probate(['check', '--policy', folder.at('good-policy.json')], { env: { PROBATE_STAET: ' ' } }),
      probate(['status', '--help'], { env: { PROBATE_STAET: '/srv' } }),
    ]);
    expect([blank.code, help.code]).toEqual([0, 0]);
  });
});
