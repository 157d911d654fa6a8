import { parseEvent } from '../events/parse.ts';
import { takeIn } from '../lib/workflow/intake.ts';
import { processWorkflow } from '../lib/workflow/wiring.ts';
import { eachMessage, inWords, park } from './batch.ts';

const workflow = await processWorkflow();

/** Queue decommissions: one saga per instance of each event. */
export const handler = eachMessage(workflow, async (record) => {
  const parsed = parseEvent(record.body, workflow.policy.sources);
  if (parsed.kind === 'refused') await park(workflow, record, inWords(parsed.problems));
  else await takeIn(workflow, parsed.value);
});
