import { parseWakeUp } from '../events/parse.ts';
import { UnknownSaga, workOff } from '../lib/workflow/turn/work-off.ts';
import { processWorkflow } from '../lib/workflow/wiring/wiring.ts';
import { type SqsHandler, eachMessage, park } from './batch.ts';
import { inWords } from './in-words.ts';

/** Works off the wake-ups of one queue; which step a saga is at is the ledger's to say, not the message's. */
export const wakeUps = async (): Promise<SqsHandler> => {
  const workflow = await processWorkflow();
  return eachMessage(workflow, async (record, timeLeft) => {
    const parsed = parseWakeUp(record.body);
    if (parsed.kind === 'refused') return park(workflow, record, inWords(parsed.problems));
    try {
      return await workOff(workflow, parsed.value, timeLeft);
    } catch (error) {
      if (error instanceof UnknownSaga) return park(workflow, record, error.message);
      throw error;
    }
  });
};
