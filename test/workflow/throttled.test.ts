import { expect, it } from 'vitest';
import { SagaId } from '../../events/messages.ts';
import { takeIn } from '../../lib/workflow/intake/intake.ts';
import { workOff } from '../../lib/workflow/turn/work-off.ts';
import { makeWorkflow } from '../../lib/workflow/workflow.ts';
import { INSTANCE, PROJECT, aPolicy, aWorld, anEvent, rds } from './world.ts';

const SAGA = SagaId.parse(`huawei:cn-north-4:${PROJECT}:RDS:${INSTANCE}#1`);
const LIMIT = 'policy user over ratelimit,limit:2,time:1 minute';

it.each(['ListSecrets', 'BatchDeleteSecrets'])('H28: a %s that is throttled slows down every worker of the account', async (operation) => {
  const world = await aWorld({ secrets: [{ name: 'db-1', projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' } }] }, aPolicy());
  const rules = [{ match: { operation }, effect: { status: 429, body: { error_code: 'APIGW.0308', error_msg: LIMIT } } }];
  expect((await fetch(`${world.csms.endpoint}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ rules }) })).status).toBe(200);
  const another = makeWorkflow(world.workflow);
  expect((await another.pace.admit('csms', { urgency: 2, returns: false })).kind).toBe('now');
  await takeIn(world.workflow, anEvent([rds()]));
  await workOff(world.workflow, { v: 1, sagaId: SAGA, turn: 0 }, { remainingMs: () => 60_000 });
  expect(world.csms.journal().at(-1)).toMatchObject({ operation, status: 429 });
  const later = makeWorkflow(world.workflow);
  expect((await later.pace.admit('csms', { urgency: 2, returns: false })).kind).toBe('sent-off');
});
