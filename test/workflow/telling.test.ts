import { expect, it } from 'vitest';
import type { Observation, Subject } from '../../lib/ports/telemetry.ts';
import { takeIn } from '../../lib/workflow/intake/intake.ts';
import { listSagas } from '../../lib/workflow/records/saga-store.ts';
import { workOff } from '../../lib/workflow/turn/work-off.ts';
import { makeWorkflow } from '../../lib/workflow/workflow.ts';
import { INSTANCE, PROJECT, aPolicy, aWorld, anEvent, rds } from './world.ts';

const TIME_LEFT = { remainingMs: () => 60_000 };

it('an operator is told each state, each call with its verdict and each wait of a saga, once it is on record', async () => {
  const world = await aWorld(
    { secrets: [{ name: 'db-1', projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' } }] },
    aPolicy({ verify: { firstDelaySeconds: 10, proofs: 1, intervalSeconds: 0, deadlineHours: 1 } }),
  );
  const told: { observation: Observation; about: Subject | null }[] = [];
  const watched = makeWorkflow({ ...world.workflow, telemetry: { tell: (observation, about) => void told.push({ observation, about }) } });
  const event = anEvent([rds()]);
  await takeIn(watched, event);
  for (const seconds of [0, 11]) {
    world.advance(seconds);
    for await (const { saga } of listSagas(watched.ledger)) await workOff(watched, { v: 1, sagaId: saga.sagaId, turn: saga.turn }, TIME_LEFT);
  }
  const words = told.map(({ observation }) => {
    if (observation.kind === 'reached') return `reached ${observation.state}`;
    if (observation.kind === 'called') return `${observation.operation} ${observation.verdict.kind} ${observation.requests}`;
    return observation.kind === 'waits' ? `waits ${observation.why} ${observation.delayMs}` : observation.kind;
  });
  expect(words.filter((word) => !word.startsWith('list'))).toEqual([
    'reached received',
    'reached planned',
    'reached purging',
    'batch-delete done 1',
    'reached verifying',
    'waits verify 10000',
    'show alreadyGone 1',
    'reached gone',
  ]);
  expect(new Set(told.map(({ about }) => about?.sagaId)).size).toBe(1);
  expect(told.at(-1)?.about?.events.map(({ id }) => id)).toEqual([event.id]);
});
