import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Stage } from '../../events/decommissioned-instance.ts';
import { SecretName } from '../../events/ids.ts';
import { SagaId } from '../../events/messages.ts';
import type { OpenedState } from '../../lib/adapters/sqlite/state.ts';
import { createClouds } from '../../lib/clouds/clouds.ts';
import { readCloudSettings } from '../../lib/clouds/settings.ts';
import type { Answer, ListOptions } from '../../lib/ports/clouds.ts';
import { A_LOOK_AT_NOTHING } from '../../lib/saga/look.ts';
import type { Admitted } from '../../lib/workflow/pace/pace.ts';
import { turnPace } from '../../lib/workflow/pace/turn-pace.ts';
import { claim } from '../../lib/workflow/records/claims.ts';
import { unwritten, writeSaga } from '../../lib/workflow/records/saga-store.ts';
import { askAtPace, lookAround } from '../../lib/workflow/turn/looks.ts';
import { makeWorkflow } from '../../lib/workflow/workflow.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { aSaga, anOpening } from '../saga/builders.ts';
import { GRAIN, aState, settle } from './state.ts';
import { PROJECT, aPolicy, aWorld } from './world.ts';

const NAME = SecretName.parse('db-1');
const OTHER = SecretName.parse('db-2');
const STAGE = Stage.parse({ secretName: 'db-1', stage: 'reader-7' });

/** Each answer that is no answer to the question whether it is there. */
const REFUSALS: readonly (readonly [what: string, effect: Readonly<Record<string, unknown>>, kind: string])[] = [
  ['a 403', { status: 403, body: { error_code: 'CSMS.0302', error_msg: 'no' } }, 'terminal'],
  ['a 401', { status: 401, body: { error_code: 'APIGW.0301', error_msg: 'no' } }, 'unauthenticated'],
  ['a 404 of the gateway', { status: 404, body: { error_code: 'APIGW.0101', error_msg: 'no' } }, 'unknown'],
  ['a 404 without a code', { status: 404, body: '<html></html>' }, 'unknown'],
  ['a 500', { status: 500, body: { error_code: 'CSMS.0001', error_msg: 'no' } }, 'retryable'],
];

describe('H47: a look by name', () => {
  it.each(REFUSALS)('takes %s for no proof of anything', async (_what, effect, kind) => {
    const { workflow, csms } = await aWorld({ secrets: [{ name: 'db-1', projectId: PROJECT }] });
    const armed = await fetch(`${csms.endpoint}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ rules: [{ match: { operation: '*' }, effect }] }) });
    expect(armed.status).toBe(200);
    for (const asked of [{ show: [NAME] }, { stages: [STAGE] }]) {
      const { sight } = await lookAround({ workflow, turn: turnPace(workflow.pace, null) }, aSaga(), { ...A_LOOK_AT_NOTHING, begunAfter: 0, ...asked });
      expect([sight.shown, sight.stages, sight.failure?.failure.kind]).toEqual([{}, {}, kind]);
    }
  });

  it('knows what is there from what is not by the cloud’s own word', async () => {
    const { workflow } = await aWorld({ secrets: [{ name: 'db-1', projectId: PROJECT }] });
    const { sight } = await lookAround({ workflow, turn: turnPace(workflow.pace, null) }, aSaga(), { ...A_LOOK_AT_NOTHING, begunAfter: 0, show: [NAME, OTHER] });
    expect(sight).toMatchObject({ failure: null, shown: { 'db-1': { answer: { name: 'db-1' } }, 'db-2': { answer: 'not-found' } } });
  });
});

describe('H28: a list of several pages', () => {
  const SPACING = 200;
  const RETURNER = { urgency: 2, returns: true } as const;

  const aWorker = (state: OpenedState, spacing: number, deadlineSeconds: number): Workflow => {
    const clouds = createClouds(readCloudSettings({ HUAWEICLOUD_SDK_AK: 'ak', HUAWEICLOUD_SDK_SK: 'sk' }), state.clock);
    const policy = aPolicy({ pace: { csms: { calls: 1_000, perSeconds: spacing }, sae: { calls: 45, perSeconds: 60 } }, retry: { deadlineSeconds } });
    return makeWorkflow({ ...state, clouds, writers: null, policy, newToken: randomUUID });
  };

  /** Reads so many pages, each of which takes that long; tells when each was asked for, and what the pace then has for the next call. */
  const listed = async (count: number, msEach: number, spacing = SPACING, deadlineSeconds = 15): Promise<{ answer: Answer<null> | undefined; gaps: number[]; tookMs: number; next: Admitted | undefined }> => {
    const state = aState();
    const { clock } = state;
    const workflow = aWorker(state, spacing, deadlineSeconds);
    const times: number[] = [];
    const pages = async ({ signal, beforePage }: ListOptions): Promise<Answer<null>> => {
      for (let page = 0; page < count; page += 1) {
        if (page > 0) await beforePage?.();
        times.push(clock.now());
        await clock.sleep(msEach);
        if (signal.aborted) return { verdict: { kind: 'unknown', code: 'deadline' }, requests: page + 1 };
      }
      return { verdict: { kind: 'done' }, value: null, requests: count };
    };
    const begunAt = clock.now();
    const [answer] = await settle(state, [workflow.pace.admit('csms', RETURNER).then((admitted) => askAtPace(workflow, 'csms', admitted, pages))]);
    const tookMs = clock.now() - begunAt;
    const [next] = await settle(state, [workflow.pace.admit('csms', RETURNER)]);
    return { answer, gaps: times.slice(1).map((time, index) => time - (times[index] ?? 0)), tookMs, next };
  };

  it('asks for each in a place of its own', async () => {
    const { answer, gaps } = await listed(4, 0);
    expect(answer?.verdict.kind).toBe('done');
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(SPACING - GRAIN);
  });

  it('does not count the wait for its places to its deadline', async () => {
    const { answer, tookMs } = await listed(3, 300, 900, 1);
    expect(answer?.verdict.kind).toBe('done');
    expect(tookMs).toBeGreaterThanOrEqual(1_800);
  });

  it('is ended when its own time is over, however it was cut up by the waits for its places', async () => {
    const { answer } = await listed(3, 600, 900, 1);
    expect(answer).toEqual({ verdict: { kind: 'unknown', code: 'deadline' }, requests: 2 });
  });

  it('is ended when its own time is over', async () => {
    const { answer } = await listed(4, 6_000);
    expect(answer).toEqual({ verdict: { kind: 'unknown', code: 'deadline' }, requests: 3 });
  });

  it.each([
    ['are very many', 100, SPACING],
    ['would have to wait long', 3, 6_000],
  ])('is read to its end while it is young where they %s, and whoever comes next pays for it', async (_what, count, spacing) => {
    const { answer, tookMs, next } = await listed(count, 0, spacing);
    expect(answer?.verdict.kind).toBe('done');
    expect(tookMs).toBeLessThan(5_000);
    expect(next?.kind).toBe('sent-off');
  });
});

describe('H60: a look of a plan run', () => {
  const CLAIM = { key: `huawei/${PROJECT}/app`, take: true };
  const other = SagaId.parse(aSaga().sagaId.replace('#1', '#2'));

  it.each([
    ['takes no claim, so that it bars nobody', 'plan', {}],
    ['of a saga that is carried out takes it', 'immediate', { [CLAIM.key]: aSaga().sagaId }],
  ] as const)('%s', async (_what, mode, taken) => {
    const { workflow } = await aWorld({});
    const opened = unwritten(anOpening({ mode }));
    await writeSaga(workflow.ledger, opened, null, workflow.clock.now());
    const { sight } = await lookAround({ workflow, turn: turnPace(workflow.pace, null) }, opened.saga, { ...A_LOOK_AT_NOTHING, begunAfter: 0, claims: [CLAIM] });
    expect(sight.claimed?.by).toEqual({});
    expect(await claim(workflow.ledger, other, [CLAIM])).toEqual(taken);
  });
});
