import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../cli/terminal/read-policy.ts';
import { Policy } from '../../lib/saga/policy.ts';
import { DATABASE, PROJECT, aCopy, aHuaweiInstance, anAlibabaInstance, anEvent } from '../events/builders.ts';
import { aPolicy } from './builders.ts';
import { aFolder, probate } from './probate.ts';

const gateway = { instanceId: '5f0c7c1f4f0e4f7b9a3d2e1c0b9a8f7e', instanceType: 'APIG' };
const elsewhere = { ...aCopy('16'), namespaceId: 'cn-beijing:prod' };
const many = Array.from({ length: 3 }, (_, index) => aHuaweiInstance({ instanceId: `${String(index).repeat(32)}in01` }));

const folder = aFolder({
  'policy.json': aPolicy({ limits: { instancesPerEvent: 2, secretsPerInstance: 3 }, protect: { secretNames: ['prod-*'] } }),
  'plan-policy.json': aPolicy({ mode: 'plan' }),
  'cts-policy.json': aPolicy({ sources: { cts: { region: 'cn-north-4', projectId: PROJECT } } }),
  'trace.json': { cts: { trace_name: 'deleteInstance', resource_type: 'instance', service_type: 'RDS', resource_id: DATABASE, trace_id: 'trace-1', trace_status: 'normal', time: Date.now() } },
  'good.json': anEvent([aHuaweiInstance({ secretNames: ['app-db'] }), anAlibabaInstance()], { id: 'good' }),
  'careful.json': anEvent([aHuaweiInstance()], { id: 'careful', mode: 'plan' }),
  'careless.json': anEvent([aHuaweiInstance()], { id: 'careless', mode: 'immediate' }),
  'many.json': anEvent(many, { id: 'many' }),
  'part.json': anEvent([aHuaweiInstance()], { id: 'part', part: { index: 1, count: 9, instances: 9 } }),
  'parts.json': [0, 1, 2, 1].map((at) => anEvent(many.slice(at, at + 1), { id: 'parts', part: { index: at + 1, count: 3 } })),
  'old.json': anEvent([aHuaweiInstance()], { id: 'old', time: '2020-01-01T00:00:00Z' }),
  'ahead.json': anEvent([aHuaweiInstance()], { id: 'ahead', time: '2999-01-01T00:00:00Z' }),
  'reused.json': [anEvent([aHuaweiInstance()], { id: 'twice' }), anEvent([anAlibabaInstance()], { id: 'twice' })],
  'again.json': [anEvent([aHuaweiInstance()], { id: 'again' }), anEvent([aHuaweiInstance()], { id: 'again', time: '2020-01-01T00:00:00Z' })],
  'refused.json': anEvent(
    [
      aHuaweiInstance({ instanceId: `${'1'.repeat(32)}in01`, region: 'cn-south-1' }),
      aHuaweiInstance({ instanceId: `${'2'.repeat(32)}in01`, copies: [elsewhere] }),
    ],
    { id: 'refused' },
  ),
  'rails.json': anEvent([aHuaweiInstance({ secretNames: ['prod-db'] }), aHuaweiInstance(gateway)], { id: 'rails' }),
  'stage.json': anEvent([aHuaweiInstance({ secretNames: ['a'], stages: [{ secretName: 'a', stage: 'r' }] }), anAlibabaInstance({ secretIds: ['1', '2', '3', '4'] })], { id: 'stage' }),
});

interface Printed {
  readonly events: readonly { id: string; mode: string; accepted: boolean; reason: string | null; instances: readonly { reason: string | null }[] }[];
  readonly totals: unknown;
}

const check = async (files: readonly string[], policy = 'policy.json'): Promise<{ code: number | null; printed: Printed }> => {
  const { code, out } = await probate(['check', '--json', '--policy', folder.at(policy), ...files.map(folder.at)]);
  const printed: Printed = JSON.parse(out);
  return { code, printed };
};

describe('check says what would become of each event', () => {
  it('accepts what is within the policy, also when it comes again, and the event may only ask for more care', async () => {
    const { code, printed } = await check(['good.json', 'careful.json', 'careless.json', 'again.json']);
    expect(printed.events.map(({ id, mode, accepted }) => [id, mode, accepted])).toEqual([
      ['good', 'recoverable', true],
      ['careful', 'plan', true],
      ['careless', 'recoverable', true],
      ['again', 'recoverable', true],
      ['again', 'recoverable', true],
    ]);
    expect(printed.totals).toEqual({ events: 5, notAccepted: 0, instances: 6, refused: 0 });
    expect(code).toBe(0);
  });

  it('translates a CTS trace with the source the policy names', async () => {
    const { code, printed } = await check(['trace.json'], 'cts-policy.json');
    expect([code, ...printed.events.map(({ id, accepted }) => [id, accepted])]).toEqual([0, ['trace-1', true]]);
  });

  it('names the reason for each event that would not be accepted, the cap being that of the whole event', async () => {
    const { code, printed } = await check(['many.json', 'part.json', 'parts.json', 'old.json', 'ahead.json', 'reused.json']);
    expect(printed.events.map(({ id, reason }) => [id, reason?.split(':')[0] ?? null])).toEqual([
      ['many', 'too-many-instances'],
      ['part', 'too-many-instances'],
      ['parts', null],
      ['parts', null],
      ['parts', 'too-many-instances'],
      ['parts', null],
      ['old', 'too-old'],
      ['ahead', 'in-the-future'],
      ['twice', null],
      ['twice', 'event-id-reused'],
    ]);
    expect(code).toBe(3);
  });

  it('H3: names each instance and copy outside the scopes, and what the other rails would stop', async () => {
    const { code, printed } = await check(['refused.json', 'rails.json', 'stage.json']);
    expect(printed.events.flatMap(({ instances }) => instances.map(({ reason }) => reason?.split(':')[0]))).toEqual([
      'scope',
      'scope',
      'protected',
      'unseen-type',
      'stage-in-plan',
      'too-many-secrets',
    ]);
    expect(printed.totals).toEqual({ events: 3, notAccepted: 0, instances: 6, refused: 6 });
    expect(code).toBe(3);
  });

  it('tells people the same in words', async () => {
    const { code, out, err } = await probate(['check', '--policy', folder.at('plan-policy.json'), folder.at('good.json'), folder.at('refused.json')]);
    expect([code, err]).toEqual([3, '']);
    expect(out).toContain('mode plan: nothing is changed');
    expect(out).toContain('would be accepted, mode plan');
    expect(out).toContain('2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01: 1 named secret, 0 stages, 0 copies');
    expect(out).toContain('would be refused: scope: namespace cn-beijing:prod of the copy 16');
    expect(out).toContain('2 events (0 would not be accepted), 4 instances (2 would be refused). Nothing was called.');
  });

  it('takes the policy from PROBATE_POLICY and an event from standard input', async () => {
    const { code, out } = await probate(['check', '-'], { env: { PROBATE_POLICY: folder.at('policy.json') }, input: JSON.stringify(anEvent([aHuaweiInstance()])) });
    expect(code).toBe(0);
    expect(out).toContain('(standard input): would be accepted');
  });

  it('takes a blank default of the environment for none', async () => {
    const env = { PROBATE_POLICY: folder.at('policy.json'), PROBATE_STATE: '', PROBATE_STACK: ' ', PROBATE_STAGE: '' };
    expect((await probate(['check', folder.at('good.json')], { env })).code).toBe(0);
    expect((await probate(['check', folder.at('good.json'), '--json'], { env: { ...env, PROBATE_POLICY: '' } })).out).toContain('--policy FILE or PROBATE_POLICY');
  });
});

describe('a policy', () => {
  it('is read with every default filled in', async () => {
    expect(await readPolicy(folder.at('plan-policy.json'))).toEqual({ kind: 'parsed', value: Policy.parse(aPolicy({ mode: 'plan' })) });
  });
});
