import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { aHuaweiInstance, anEvent } from '../events/builders.ts';
import { aPolicy } from './builders.ts';
import { aFolder, probate } from './probate.ts';

const inputs = aFolder({ 'policy.json': aPolicy(), 'event.json': anEvent([aHuaweiInstance()]), 'seed.json': { secrets: [] }, 'no-seed.json': { secret: [] } });
const EVENT = inputs.at('event.json');
const policy = ['--policy', inputs.at('policy.json')];
const PAST = '2020-01-01T00:00:00Z';
const LONG = 'x'.repeat(1_025);
const SAGA = 'huawei:cn-north-4:0123456789abcdef0123456789abcdef:RDS:2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01#1';

/** A command line, `EVIDENCE` a folder that is not there, and the place of its first problem; its state is not there either. */
const REFUSED: readonly (readonly [line: readonly string[], path: string])[] = [
  [['hold', 'no target at all'], 'target'],
  [['hold', ''], 'target'],
  [['hold', SAGA], ''],
  [['hold', 'huawei/app-db', '--reason', 'x'], 'target'],
  [['hold', 'alibaba/cn-beijing:test/17', '--until', 'tomorrow'], '--until'],
  [['hold', 'alibaba/cn-beijing:test/17', '--until', PAST], '--until'],
  [['hold', 'alibaba/cn-beijing:test/17', '--reason', LONG], '--reason'],
  [['release', 'no target at all'], 'target'],
  [['pause', '--until', 'tomorrow'], '--until'],
  [['pause', '--until', PAST], '--until'],
  [['pause', '--reason', LONG], '--reason'],
  [['pause', 'everything'], 'pause'],
  [['resume', 'everything'], 'resume'],
  [['undo', SAGA, ...policy], ''],
  [['undo', SAGA], '--policy'],
  [['status', 'no saga at all'], ''],
  [['approve', SAGA, 'sha256:1'], 'digest'],
  [['send', ...policy, inputs.at('absent.json')], ''],
  [['run', ...policy, inputs.at('absent.json')], ''],
  [['run', ...policy, '--approve', 'sha256:1'], '--approve'],
  [['run', ...policy, '--seed', inputs.at('seed.json')], '--seed'],
  [['run', ...policy, '--embed', '--seed', inputs.at('no-seed.json')], 'secret'],
  [['run', ...policy, '--embed', '--report', 'page.pdf'], '--report'],
  [['run', ...policy, EVENT], 'HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK'],
  [['plan', ...policy, inputs.at('absent.json')], ''],
  [['plan', ...policy, EVENT], 'HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK'],
  [['check', ...policy, inputs.at('absent.json')], ''],
  [['parked', '--filter', 'raeson=x'], '--filter'],
  [['replay', ...policy, '--filter', 'reason'], '--filter'],
  [['replay', ...policy, '--reason', LONG], '--reason'],
  [['report', '--from', 'yesterday'], '--from'],
  [['report', '--evidence', 'EVIDENCE'], ''],
  [['sweep', '--policy', inputs.at('absent.json')], ''],
  [['sweep', ...policy, '--embed'], ''],
  [['dev', ...policy, '--seed', inputs.at('no-seed.json')], 'secret'],
  [['doctor', '--policy', inputs.at('absent.json')], ''],
  [['demo', 'everything'], 'demo'],
];

const inShort = (line: readonly string[]): string => line.map((word) => (word === LONG ? '…' : basename(word))).join(' ');

it.each(REFUSED.map(([line, path]) => ({ line, path, words: inShort(line) })))('a refused word or option exits 2 and leaves nothing behind: $words', async ({ line, path }) => {
  const folder = aFolder({});
  mkdirSync(folder.at('temporary'));
  const args = line.map((word) => (word === 'EVIDENCE' ? folder.at('evidence') : word));
  const { code, out } = await probate([...args, '--json', '--state', join(folder.path, 'state')], { env: { TMPDIR: folder.at('temporary') } });
  const { problems }: { problems: readonly { path: string }[] } = JSON.parse(out);
  expect([code, problems[0]?.path]).toEqual([2, path]);
  expect(readdirSync(folder.path, { recursive: true })).toEqual(['temporary']);
});

it('settings that no cloud can be called with leave nothing behind either', async () => {
  const folder = aFolder({});
  const bad = { HUAWEICLOUD_SDK_AK: 'ak', HUAWEICLOUD_CSMS_ENDPOINT: 'http://kms.example.com' };
  for (const command of ['run', 'plan', 'sweep']) {
    const { code } = await probate([command, ...policy, ...(command === 'sweep' ? [] : [EVENT]), '--state', folder.at('state')], { env: bad });
    expect([command, code, readdirSync(folder.path)]).toEqual([command, 2, []]);
  }
});

it('a word that is no target is told with the one that was meant, where a state knows it', async () => {
  const folder = aFolder({});
  const state = ['--state', folder.at('state')];
  await probate(['run', ...policy, '--embed', EVENT, ...state]);
  const { code, err } = await probate(['hold', 'in01', ...state]);
  expect([code, err]).toEqual([2, expect.stringMatching(/"in01" is no target\n.*did you mean .*in01/)]);
});
