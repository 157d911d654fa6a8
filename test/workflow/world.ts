import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type * as z from 'zod/mini';
import type { DecommissionEvent } from '../../events/decommission.ts';
import type { SecretName } from '../../events/ids.ts';
import { QUEUE_NAMES, SagaId } from '../../events/messages.ts';
import { parseEvents, parseWakeUp } from '../../events/parse.ts';
import { openState } from '../../lib/adapters/sqlite/state.ts';
import { wallClock } from '../../lib/adapters/wall-clock.ts';
import { createClouds } from '../../lib/clouds/clouds.ts';
import { readCloudSettings } from '../../lib/clouds/settings.ts';
import type { CsmsWriter } from '../../lib/ports/clouds.ts';
import { Policy } from '../../lib/saga/policy.ts';
import { takeIn } from '../../lib/workflow/intake/intake.ts';
import { readControls } from '../../lib/workflow/records/controls.ts';
import { listSagas, readSaga } from '../../lib/workflow/records/saga-store.ts';
import { type SagaResult, sagaResult } from '../../lib/workflow/result.ts';
import { workOff } from '../../lib/workflow/turn/work-off.ts';
import { type Workflow, makeWorkflow } from '../../lib/workflow/workflow.ts';
import { startCsmsEmulator } from '../../local/emulators/csms/server.ts';
import { startSaeEmulator } from '../../local/emulators/sae/server.ts';
import type { Seed } from '../../local/emulators/seed.ts';

export const PROJECT = '0123456789abcdef0123456789abcdef';
export const INSTANCE = '2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01';
export const NAMESPACE = 'cn-beijing:test';
const TIME_LEFT = { remainingMs: () => 60_000 };

export const aPolicy = (changes: Partial<z.input<typeof Policy>> = {}): Policy =>
  Policy.parse({
    mode: 'immediate',
    scopes: [
      { cloud: 'huawei', region: 'cn-north-4', projectId: PROJECT },
      { cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE },
    ],
    pace: { csms: { calls: 1_000, perSeconds: 1 }, sae: { calls: 1_000, perSeconds: 1 } },
    ...changes,
  });

export const rds = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  cloud: 'huawei',
  region: 'cn-north-4',
  projectId: PROJECT,
  instanceId: INSTANCE,
  instanceType: 'RDS',
  ...changes,
});

let events = 0;

export const anEvent = (instances: readonly Record<string, unknown>[], changes: Record<string, unknown> = {}): DecommissionEvent => {
  events += 1;
  const { data, ...attributes } = changes;
  const document = {
    specversion: '1.0',
    type: 'probate.instance.decommissioned.v1',
    source: 'urn:test',
    id: `evt-${events}`,
    ...attributes,
    data: { instances, ...(typeof data === 'object' ? data : {}) },
  };
  const parsed = parseEvents(JSON.stringify(document), 'test');
  if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.problems));
  const [event] = parsed.value;
  if (event === undefined) throw new Error('no event');
  return event;
};

/** The real workflow on real SQLite against the real emulators over HTTP; waits are passed by moving both clocks. */
export interface World {
  readonly workflow: Workflow;
  /** Takes events in and works off every message until nothing is due within `horizonSeconds`. */
  run(events?: readonly DecommissionEvent[], horizonSeconds?: number): Promise<readonly SagaResult[]>;
  sagas(): Promise<readonly SagaResult[]>;
  csms: Awaited<ReturnType<typeof startCsmsEmulator>>;
  sae: Awaited<ReturnType<typeof startSaeEmulator>>;
  advance(seconds: number): void;
}

export const aWorld = async (seed: Seed, policy: Policy = aPolicy()): Promise<World> => {
  const directory = mkdtempSync(join(tmpdir(), 'probate-test-'));
  const state = openState(join(directory, 'state'));
  const csms = await startCsmsEmulator({ seed });
  const sae = await startSaeEmulator({ seed });
  const clouds = createClouds(
    readCloudSettings({
      HUAWEICLOUD_SDK_AK: 'local-ak',
      HUAWEICLOUD_SDK_SK: 'local-sk',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'local-ak',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'local-sk',
      HUAWEICLOUD_CSMS_ENDPOINT: csms.endpoint,
      HUAWEICLOUD_IAM_ENDPOINT: csms.endpoint,
      ALIBABA_CLOUD_SAE_ENDPOINT: sae.endpoint,
    }),
    wallClock,
  );
  onTestFinished(async () => {
    await clouds.close();
    await csms.close();
    await sae.close();
    state.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const { ledger, queue, clock } = state;
  const workflow = makeWorkflow({ ledger, queue, clock, clouds, writers: clouds, policy, newToken: randomUUID });
  const advance = (seconds: number): void => {
    clock.advance(seconds * 1_000);
    csms.advance(seconds);
    sae.advance(seconds);
  };

  const sagas = async (): Promise<SagaResult[]> => {
    const controls = await readControls(ledger);
    const results: SagaResult[] = [];
    for await (const { saga } of listSagas(ledger)) results.push(sagaResult(saga, controls, clock.now()));
    return results;
  };

  const workOffOnce = async (): Promise<number> => {
    let worked = 0;
    for (const name of QUEUE_NAMES) {
      for (const message of await queue.receive(name, { max: 10, visibilitySeconds: 360, waitSeconds: 0 })) {
        const parsed = parseWakeUp(message.body);
        if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.problems));
        await workOff(workflow, parsed.value, TIME_LEFT);
        await queue.acknowledge(name, [message.receipt]);
        worked += 1;
      }
    }
    return worked;
  };

  /** The next moment at which anything is due: a delayed message, or a saga whose date lies beyond what a queue delays. */
  const nextDue = async (): Promise<number | null> => {
    const moments: number[] = [];
    for (const name of QUEUE_NAMES) {
      const { nextAt } = await queue.depth(name);
      if (nextAt !== null) moments.push(nextAt);
    }
    for (const { wakeAt } of await ledger.due('saga', Number.MAX_SAFE_INTEGER, 1)) moments.push(wakeAt);
    return moments.length === 0 ? null : Math.min(...moments);
  };

  const wakeDue = async (): Promise<void> => {
    for (const { id } of await ledger.due('saga', clock.now(), 100)) {
      const stored = await readSaga(ledger, SagaId.parse(id));
      if (stored !== null) {
        await queue.send(stored.saga.wait?.queue ?? 'deletions', [
          { body: JSON.stringify({ v: 1, sagaId: id, turn: stored.saga.turn }), delaySeconds: 0 },
        ]);
      }
    }
  };

  const run = async (arriving: readonly DecommissionEvent[] = [], horizonSeconds = 900): Promise<readonly SagaResult[]> => {
    for (const event of arriving) await takeIn(workflow, event);
    const end = clock.now() + horizonSeconds * 1_000;
    for (;;) {
      if ((await workOffOnce()) > 0) continue;
      const due = await nextDue();
      if (due === null || due > end) return sagas();
      advance(Math.max(1, Math.ceil((due - clock.now()) / 1_000)));
      await wakeDue();
    }
  };

  return { workflow, run, sagas, csms, sae, advance };
};

/** The workflow of a world in which somebody does something right before a schedule, or a batch-delete (which has no `name`), arrives. */
export const interfering = ({ workflow }: World, act: (writer: CsmsWriter, name: SecretName | null) => Promise<unknown>): Workflow => {
  const { writers } = workflow;
  if (writers === null) throw new Error('no writers');
  return {
    ...workflow,
    writers: {
      ...writers,
      csmsWriter: (region, project) => {
        const writer = writers.csmsWriter(region, project);
        return {
          ...writer,
          schedule: async (name, ...rest) => {
            await act(writer, name);
            return writer.schedule(name, ...rest);
          },
          batchDelete: async (...call) => {
            await act(writer, null);
            return writer.batchDelete(...call);
          },
        };
      },
    },
  };
};

/** A saga of another instance that a newer Probate wrote and that wants to be woken now. */
export const plantNewer = async ({ ledger, clock }: Pick<Workflow, 'ledger' | 'clock'>, number = 0): Promise<string> => {
  const id = `huawei:cn-north-4:${PROJECT}:RDS:${number.toString(16).padStart(32, '0')}in01#1`;
  await ledger.write({ kind: 'saga', id, version: 1, body: JSON.stringify({ v: 2 }), wakeAt: clock.now() });
  return id;
};
