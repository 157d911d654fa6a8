import { BadInput } from '../terminal/bad-input.ts';
import { onCommandLine } from '../terminal/command-line.ts';

/** As long as an event's reason: every hold stands in one item of the ledger, and must leave room for the next. */
const LONGEST_REASON = 1_024;

/** Why a person does something, as it goes on record; throws BadInput for a text too long to be a reason. */
export const readReason = (text: string | undefined): string => {
  const reason = text?.trim() ?? '';
  if (reason.length > LONGEST_REASON) throw new BadInput([onCommandLine('--reason', `is a text of ${reason.length} characters`, `it must have at most ${LONGEST_REASON}; name the ticket that holds the rest`)]);
  return reason === '' ? 'no reason given' : reason;
};
