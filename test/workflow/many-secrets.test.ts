import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { wallClock } from '../../lib/adapters/wall-clock.ts';
import { createClouds } from '../../lib/clouds/clouds.ts';
import { readCloudSettings } from '../../lib/clouds/settings.ts';
import { type Saga, isTerminal } from '../../lib/saga/saga.ts';
import { openPlanned, takeIn } from '../../lib/workflow/intake/intake.ts';
import { readAllUnlessNewer } from '../../lib/workflow/records/saga-store.ts';
import { workOff } from '../../lib/workflow/turn/work-off.ts';
import { makeWorkflow } from '../../lib/workflow/workflow.ts';
import { startCsmsEmulator } from '../../local/emulators/csms/server.ts';
import { aState, settle } from './state.ts';
import { INSTANCE, PROJECT, aPolicy, anEvent, rds } from './world.ts';

const COUNT = 45;
const TIME_LEFT = { remainingMs: () => 60_000 };

it('H28: an instance with more secrets than the default pace has places at once is proven gone, with one call by name for each', { timeout: 60_000 }, async () => {
  const state = aState();
  const csms = await startCsmsEmulator({ seed: { secrets: Array.from({ length: COUNT }, (_, index) => ({ name: `db-${index}`, projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' as const } })) } });
  const clouds = createClouds(readCloudSettings({ HUAWEICLOUD_SDK_AK: 'local-ak', HUAWEICLOUD_SDK_SK: 'local-sk', HUAWEICLOUD_CSMS_ENDPOINT: csms.endpoint }), wallClock);
  onTestFinished(async () => {
    await clouds.close();
    await csms.close();
  });
  const policy = aPolicy({ pace: { csms: { calls: 5, perSeconds: 1 }, sae: { calls: 45, perSeconds: 60 } }, verify: { proofs: 1, firstDelaySeconds: 0 } });
  const workflow = makeWorkflow({ ...state, clouds, writers: clouds, newToken: randomUUID, policy });

  await settle(state, [takeIn(workflow, anEvent([rds()]), { open: openPlanned(workflow, TIME_LEFT) })]);
  const theSaga = async (): Promise<Saga> => {
    const { sagas: [saga] } = await readAllUnlessNewer(state.ledger);
    if (saga === undefined) throw new Error('no saga');
    return saga;
  };
  for (let turns = 0; turns < 40 && !isTerminal(await theSaga()); turns += 1) {
    const { sagaId, turn, wait } = await theSaga();
    state.clock.advance(Math.max(0, (wait?.until ?? 0) - state.clock.now()));
    await settle(state, [workOff(workflow, { v: 1, sagaId, turn }, TIME_LEFT)]);
  }
  const saga = await theSaga();
  expect(saga.state).toBe('gone');
  // One call for the deletion, one for each name, and a list now and then.
  expect(saga.calls.csms).toBeLessThan(COUNT + 20);
});
