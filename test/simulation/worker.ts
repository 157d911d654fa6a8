import type { QueueName } from '../../events/messages.ts';
import { parseEvent, parseWakeUp } from '../../events/parse.ts';
import { openPlanned, takeIn } from '../../lib/workflow/intake/intake.ts';
import { workOff } from '../../lib/workflow/turn/work-off.ts';
import { type Workflow, type WorkflowParts, makeWorkflow } from '../../lib/workflow/workflow.ts';
import type { Findings } from './findings.ts';
import type { Life } from './life.ts';
import { LedgerDown } from './simulated-ledger.ts';
import type { Timeline } from './timeline.ts';

const VISIBILITY_SECONDS = 360;
const FUNCTION_TIMEOUT_MS = 60_000;

/** One process that works off messages as the functions do: parse, carry out, and only then acknowledge. */
export interface Worker {
  readonly life: Life;
  /** Takes at most `max` messages of a queue and works on them side by side. */
  poll(queue: QueueName, max: number): Promise<void>;
}

export const createWorker = (life: Life, parts: WorkflowParts, timeline: Timeline, findings: Findings): Worker => {
  const workflow: Workflow = makeWorkflow(parts);
  const { queue } = workflow;

  const carryOut = async (name: QueueName, body: string): Promise<void> => {
    const endsAt = timeline.now() + FUNCTION_TIMEOUT_MS;
    if (name === 'decommissions') {
      const event = parseEvent(body);
      if (event.kind === 'refused') throw new Error(`an event that does not parse: ${JSON.stringify(event.problems)}`);
      await takeIn(workflow, event.value, { open: openPlanned(workflow, { remainingMs: () => endsAt - timeline.now() }) });
      return;
    }
    const message = parseWakeUp(body);
    if (message.kind === 'refused') throw new Error(`a wake-up that does not parse: ${JSON.stringify(message.problems)}`);
    await workOff(workflow, message.value, { remainingMs: () => endsAt - timeline.now() });
  };

  const work = async (name: QueueName, body: string, receipt: string): Promise<void> => {
    try {
      await carryOut(name, body);
      await queue.acknowledge(name, [receipt]);
    } catch (error) {
      // Only what the simulation itself broke may fail here; the message comes again by itself.
      if (!(error instanceof LedgerDown)) findings.add('wrong', `a worker threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  };

  return {
    life,
    poll: async (name, max) => {
      const messages = await queue.receive(name, { max, visibilitySeconds: VISIBILITY_SECONDS, waitSeconds: 0 });
      await Promise.all(messages.map(({ body, receipt }) => work(name, body, receipt)));
    },
  };
};
