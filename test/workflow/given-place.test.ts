import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { wallClock } from '../../lib/adapters/wall-clock.ts';
import { createClouds } from '../../lib/clouds/clouds.ts';
import { readCloudSettings } from '../../lib/clouds/settings.ts';
import { openPlanned, takeIn } from '../../lib/workflow/intake/intake.ts';
import { listSagas } from '../../lib/workflow/records/saga-store.ts';
import { workOff } from '../../lib/workflow/turn/work-off.ts';
import { makeWorkflow } from '../../lib/workflow/workflow.ts';
import { startCsmsEmulator } from '../../local/emulators/csms/server.ts';
import { GRAIN, aState, settle } from './state.ts';
import { INSTANCE, PROJECT, aPolicy, anEvent, rds } from './world.ts';

const SPACING = 500;
const TIME_LEFT = { remainingMs: () => 60_000 };

it('H28: a call whose list grew too old while it waited gives its place to the list and takes the next, so that the two are no burst', async () => {
  const state = aState();
  const { clock } = state;
  const csms = await startCsmsEmulator({ seed: { secrets: [{ name: 'orders', projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' } }] } });
  const clouds = createClouds(readCloudSettings({ HUAWEICLOUD_SDK_AK: 'local-ak', HUAWEICLOUD_SDK_SK: 'local-sk', HUAWEICLOUD_CSMS_ENDPOINT: csms.endpoint }), wallClock);
  onTestFinished(async () => {
    await clouds.close();
    await csms.close();
  });
  const began: [operation: string, at: number][] = [];
  const workflow = makeWorkflow({
    ...state,
    clouds,
    writers: clouds,
    newToken: randomUUID,
    policy: aPolicy({ pace: { csms: { calls: 1_000, perSeconds: SPACING }, sae: { calls: 45, perSeconds: 60 } } }),
    telemetry: { tell: (seen) => void (seen.kind === 'called' && began.push([seen.operation, clock.now() - seen.milliseconds])) },
  });
  const wake = async (): Promise<void> => {
    for await (const { saga } of listSagas(state.ledger)) await workOff(workflow, { v: 1, sagaId: saga.sagaId, turn: saga.turn }, TIME_LEFT);
  };

  /** Wakes it while eight others are before it in the line. */
  const wakeBehindOthers = async (): Promise<void> => {
    const others = Array.from({ length: 8 }, () => workflow.pace.admit('csms', { urgency: 2, returns: true }).then(() => undefined));
    await settle(state, [...others, wake()]);
  };

  await settle(state, [takeIn(workflow, anEvent([rds()]), { open: openPlanned(workflow, TIME_LEFT) })]);
  // As a newcomer it looks and is sent off; once it is back it waits until that list is older than ten seconds.
  await wakeBehindOthers();
  clock.advance(3_000);
  await wakeBehindOthers();

  const [, looked, listed, called] = began;
  expect([looked, listed, called].map((one) => one?.[0])).toEqual(['list', 'list', 'batch-delete']);
  const since = (from: typeof looked, to: typeof looked): number => (to?.[1] ?? NaN) - (from?.[1] ?? NaN);
  expect(since(looked, listed)).toBeGreaterThan(10_000);
  expect(since(listed, called)).toBeGreaterThanOrEqual(SPACING - GRAIN);
});
