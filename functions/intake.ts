import { parseEvent } from '../events/parse.ts';
import { openPlanned, takeIn } from '../lib/workflow/intake.ts';
import { processWorkflow } from '../lib/workflow/wiring.ts';
import { eachMessage, park } from './batch.ts';
import { inWords } from './in-words.ts';

const workflow = await processWorkflow();

/** Queue decommissions: one saga per instance of each event, each with its plan. */
export const handler = eachMessage(workflow, async (record, timeLeft) => {
  const parsed = parseEvent(record.body, workflow.policy.sources);
  if (parsed.kind === 'refused') await park(workflow, record, inWords(parsed.problems));
  else await takeIn(workflow, parsed.value, { open: openPlanned(workflow, timeLeft) });
});
