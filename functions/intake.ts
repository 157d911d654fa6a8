import { parseEvent } from '../events/parse.ts';
import { openPlanned, takeIn } from '../lib/workflow/intake/intake.ts';
import { NewerSaga, orNewer } from '../lib/workflow/records/saga-store.ts';
import { processWorkflow } from '../lib/workflow/wiring/wiring.ts';
import { eachMessage, park } from './batch.ts';
import { inWords } from './in-words.ts';

const workflow = await processWorkflow();

/** Queue decommissions: one saga per instance of each event, each with its plan; an event that only a newer Probate can take in whole is parked (H32). */
export const handler = eachMessage(workflow, async (record, timeLeft) => {
  const parsed = parseEvent(record.body, workflow.policy.sources);
  if (parsed.kind === 'refused') return park(workflow, record, inWords(parsed.problems));
  const taken = await takeIn(workflow, parsed.value, { open: openPlanned(workflow, timeLeft) }).catch(orNewer);
  if (taken instanceof NewerSaga) await park(workflow, record, taken.message);
});
