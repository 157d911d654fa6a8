import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { SagaId } from '../../events/messages.ts';
import { takeIn } from '../../lib/workflow/intake/intake.ts';
import { workOff } from '../../lib/workflow/turn/work-off.ts';
import { makeWorkflow } from '../../lib/workflow/workflow.ts';
import { INSTANCE, PROJECT, aWorld, anEvent, interfering, rds } from './world.ts';

const SAGA = SagaId.parse(`huawei:cn-north-4:${PROJECT}:RDS:${INSTANCE}#1`);
const CALL_SECONDS = 12;

it('H10: what was seen before the clock was set back is looked at anew before the next deletion, since its age cannot be told', async () => {
  const world = await aWorld({ secrets: [{ name: 'db-1', projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' } }, { name: 'named', projectId: PROJECT }] });
  const { clock } = world.workflow;
  const operations = (): string[] => world.csms.journal().map(({ operation }) => operation);
  let setBackMs = 0;
  // The call takes twelve seconds, of which the wall clock shows none.
  const { writers } = interfering(world, async () => {
    world.advance(CALL_SECONDS);
    setBackMs = CALL_SECONDS * 1_000;
  });
  const workflow = makeWorkflow({ ...world.workflow, writers, newToken: randomUUID, clock: { ...clock, now: () => clock.now() - setBackMs } });
  await takeIn(workflow, anEvent([rds({ secretNames: ['named'] })]));
  await workOff(workflow, { v: 1, sagaId: SAGA, turn: 0 }, { remainingMs: () => 60_000 });
  const deleted = operations().indexOf('BatchDeleteSecrets');
  expect(operations().slice(deleted)).toEqual(['BatchDeleteSecrets', 'ListSecrets', 'DeleteSecret']);
});

const SUSPENDED = { wallMs: 3_600_000, monotonicMs: 0 };
const HELD_UP = { wallMs: 0, monotonicMs: 20_000 };
const LOOKS_AGAIN = ['ListSecrets', 'BatchDeleteSecrets'];

it.each([
  ['was suspended, of which its monotonic clock shows nothing, after its intent', SUSPENDED, 'intent', LOOKS_AGAIN],
  ['was suspended, of which its monotonic clock shows nothing, in its last look', SUSPENDED, 'last look', []],
  ['was held up, of which its wall clock shows nothing, after its intent', HELD_UP, 'intent', LOOKS_AGAIN],
  ['was held up, of which its wall clock shows nothing, in its last look', HELD_UP, 'last look', []],
] as const)('H26: a worker that %s sends nothing late', async (_what, passed, when, then) => {
  const world = await aWorld({ secrets: [{ name: 'db-1', projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' } }] });
  const { ledger, clock } = world.workflow;
  const operations = (): string[] => world.csms.journal().map(({ operation }) => operation);
  let since = { wallMs: 0, monotonicMs: 0 };
  const before: string[] = [];
  const workflow = makeWorkflow({
    ...world.workflow,
    newToken: randomUUID,
    clock: { ...clock, now: () => clock.now() + since.wallMs, monotonic: () => clock.monotonic() + since.monotonicMs },
    ledger: {
      ...ledger,
      read: async (kind, id) => {
        const item = await ledger.read(kind, id);
        if (when === 'last look' && kind === 'controls' && before.length > 0) since = passed;
        return item;
      },
      write: async (item) => {
        const answer = await ledger.write(item);
        if (before.length > 0 || !item.body.includes('CallIntended')) return answer;
        before.push(...operations());
        if (when === 'intent') since = passed;
        return answer;
      },
    },
  });
  await takeIn(workflow, anEvent([rds()]));
  await workOff(workflow, { v: 1, sagaId: SAGA, turn: 0 }, { remainingMs: () => 60_000 });
  expect(operations().slice(before.length)).toEqual(then);
});
