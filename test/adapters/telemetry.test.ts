import { describe, expect, it } from 'vitest';
import { embeddedMetrics } from '../../lib/adapters/telemetry/embedded-metrics.ts';
import { quietTelemetry } from '../../lib/adapters/telemetry/quiet.ts';
import type { Observation } from '../../lib/ports/telemetry.ts';

const AT = Date.UTC(2026, 10, 22);

const told = (observation: Observation): Record<string, unknown> => {
  const lines: string[] = [];
  embeddedMetrics({ stage: 'prod', now: () => AT, write: (line) => lines.push(line) }).tell(observation, null);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  return JSON.parse(lines[0] ?? '');
};

/** Of what is no count. */
const UNITS: Readonly<Record<string, string>> = { WaitSeconds: 'Seconds', LateSeconds: 'Seconds', CallDuration: 'Milliseconds' };

const throttled = { kind: 'throttled', code: 'APIGW.0308', retryAfterMs: null, quota: null } as const;

describe('on Lambda an observation is one line of JSON', () => {
  it.each([
    { observation: { kind: 'reached', state: 'purging', from: 'planned', reason: null }, level: 'info', dimensions: { State: 'purging' }, metrics: { SagasReached: 1 } },
    { observation: { kind: 'reached', state: 'parked', from: 'verifying', reason: 'raced' }, level: 'warn', dimensions: { State: 'parked' }, metrics: { SagasReached: 1 } },
    { observation: { kind: 'reached', state: 'compensation-failed', from: 'compensating', reason: 'not restored' }, level: 'error', dimensions: { State: 'compensation-failed' }, metrics: { SagasReached: 1 } },
    { observation: { kind: 'waits', why: 'soak', until: AT + 5_500, delayMs: 5_500 }, level: 'info', dimensions: { Why: 'soak' }, metrics: { Waits: 1, WaitSeconds: 5.5 } },
    { observation: { kind: 'waits', why: 'not-cancelled', until: AT, delayMs: 0 }, level: 'error', dimensions: { Why: 'not-cancelled' }, metrics: { Waits: 1, WaitSeconds: 0 } },
    { observation: { kind: 'waits', why: 'credentials-refused', until: AT, delayMs: 0 }, level: 'error', dimensions: { Why: 'credentials-refused' }, metrics: { Waits: 1, WaitSeconds: 0 } },
    { observation: { kind: 'waits', why: 'held', until: null, delayMs: null }, level: 'info', dimensions: { Why: 'held' }, metrics: { Waits: 1, WaitSeconds: 0 } },
    {
      observation: { kind: 'called', api: 'csms', operation: 'schedule', verdict: { kind: 'done' }, requests: 1, milliseconds: 40 },
      level: 'info',
      dimensions: { Api: 'csms', Verdict: 'done' },
      metrics: { Calls: 1, Requests: 1, CallDuration: 40 },
    },
    {
      observation: { kind: 'called', api: 'csms', operation: 'list', verdict: throttled, requests: 2, milliseconds: 9 },
      level: 'info',
      dimensions: { Api: 'csms', Verdict: 'throttled' },
      metrics: { Calls: 1, Requests: 2, CallDuration: 9, Throttlings: 1 },
    },
    {
      observation: { kind: 'called', api: 'sae', operation: 'list', verdict: { kind: 'unauthenticated', code: 'SignatureDoesNotMatch' }, requests: 1, milliseconds: 9 },
      level: 'warn',
      dimensions: { Api: 'sae', Verdict: 'unauthenticated' },
      metrics: { Calls: 1, Requests: 1, CallDuration: 9 },
    },
    { observation: { kind: 'alarm-raised', reason: 'raced' }, level: 'error', dimensions: {}, metrics: { AlarmsRaised: 1 } },
    { observation: { kind: 'message-parked', queue: 'deletions', messageId: 'm-1' }, level: 'warn', dimensions: {}, metrics: { MessagesParked: 1 } },
    { observation: { kind: 'message-failed', messageId: 'm-1', cause: 'Error: no' }, level: 'error', dimensions: {}, metrics: { MessagesFailed: 1 } },
    { observation: { kind: 'found', how: 'late', linked: true, scope: 'huawei/r/p', secretId: 's-1' }, level: 'warn', dimensions: { Link: 'linked' }, metrics: { FoundBySweep: 1 } },
    { observation: { kind: 'found', how: 'returned', linked: false, scope: 'huawei/r/p', secretId: 's-1' }, level: 'warn', dimensions: { Link: 'name-only' }, metrics: { FoundBySweep: 1 } },
    { observation: { kind: 'woken-late', lateMs: 90_000 }, level: 'warn', dimensions: {}, metrics: { WokenLate: 1, LateSeconds: 90 } },
    { observation: { kind: 'woken-late', lateMs: null }, level: 'warn', dimensions: {}, metrics: { WokenLate: 1, LateSeconds: 0 } },
    { observation: { kind: 'list-not-believed', scope: 'huawei/r/p', why: 'it shrank' }, level: 'warn', dimensions: {}, metrics: { ListsNotBelieved: 1 } },
    { observation: { kind: 'nobody-told', cause: 'no such topic' }, level: 'error', dimensions: {}, metrics: { DigestsUntold: 1 } },
  ] as const)('that CloudWatch reads as log and metric: $observation.kind', ({ observation, level, dimensions, metrics }) => {
    const line = told(observation);
    expect(line).toMatchObject({ level, message: expect.any(String), Stage: 'prod', ...dimensions, ...metrics });
    expect(line['_aws']).toMatchObject({
      Timestamp: AT,
      CloudWatchMetrics: [{ Namespace: 'Probate', Dimensions: [['Stage', ...Object.keys(dimensions)]], Metrics: Object.keys(metrics).map((Name) => ({ Name, Unit: UNITS[Name] ?? 'Count' })) }],
    });
  });

  it('with the vendor\'s code beside the verdict, and of a blocked call nothing more', () => {
    const blocked = { kind: 'blocked', code: 'DependencyViolation.Job', blocker: { kind: 'job', name: 'nightly' } } as const;
    const line = told({ kind: 'called', api: 'sae', operation: 'delete-copy', verdict: blocked, requests: 1, milliseconds: 1 });
    expect(line).toMatchObject({ verdict: 'blocked', code: 'DependencyViolation.Job' });
    expect(JSON.stringify(line)).not.toContain('nightly');
  });

  it('with the ids of what it is about, as far as they are known', () => {
    const lines: string[] = [];
    const { tell } = embeddedMetrics({ stage: 'prod', now: () => AT, write: (line) => lines.push(line) });
    tell({ kind: 'message-failed', messageId: 'm-1', cause: 'Error: no' }, { events: [{ id: 'evt-1' }] });
    tell({ kind: 'message-failed', messageId: 'm-2', cause: 'Error: no' }, null);
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([{ messageId: 'm-1', eventIds: ['evt-1'] }, { messageId: 'm-2' }]);
  });

  it('that stays one line and short, whatever a cause holds', () => {
    const line = told({ kind: 'message-failed', messageId: 'm', cause: `Error: ${'a\n"\u001b[2J'.repeat(1_000)}` });
    expect(String(line['cause']).length).toBeLessThanOrEqual(501);
  });
});

it('at a terminal only the failure of a message is told', () => {
  const lines: string[] = [];
  const telemetry = quietTelemetry((line) => lines.push(line));
  telemetry.tell({ kind: 'reached', state: 'compensation-failed', from: 'compensating', reason: null }, null);
  telemetry.tell({ kind: 'alarm-raised', reason: 'raced' }, null);
  telemetry.tell({ kind: 'message-failed', messageId: 'm', cause: 'Error: no' }, null);
  expect(lines).toEqual(['{"level":"error","message":"a message failed and will be delivered again","messageId":"m","cause":"Error: no"}\n']);
});
