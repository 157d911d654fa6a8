import type { SagaId } from '../../events/messages.ts';
import { isUndone, undoOf } from '../../lib/saga/undo.ts';
import { amend } from '../../lib/workflow/records/amend.ts';
import { readControls } from '../../lib/workflow/records/controls.ts';
import { readSaga } from '../../lib/workflow/records/saga-store.ts';
import { type SagaResult, totalsOf, sagaResult } from '../../lib/workflow/result.ts';
import { wake } from '../../lib/workflow/wake-up.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import type { CommonOptions } from '../commands/options.ts';
import { findSaga } from '../operate/find.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { who } from '../terminal/who.ts';
import { readInputs } from './inputs.ts';
import { withStack } from './open-stack.ts';
import { optionProblems } from './option-problems.ts';
import { type Place, openPlace } from './place.ts';
import { driveAlone } from './private-drive.ts';
import { describeSaga } from './summary.ts';

/** Options of `undo`. */
export interface UndoOptions extends CommonOptions {
  readonly embed?: true;
}

const begin = async (workflow: Workflow, sagaId: SagaId): Promise<void> => {
  const { ledger, queue, clock } = workflow;
  const amended = await amend(ledger, sagaId, clock.now(), ({ saga }) => {
    const undo = undoOf(saga, who(), clock.now());
    return undo.kind === 'begins' ? [undo.fact] : [];
  });
  if (amended !== null) await wake(queue, amended.stored.saga, 0);
};

const answerInWords = (answer: 'undone' | 'partly', saga: SagaResult): string => {
  const lost = saga.secrets.filter(({ outcome }) => outcome === 'deleted' || outcome === 'raced' || outcome === 'unknown' || outcome === 'pending');
  const stages = saga.stages.filter(({ outcome }) => outcome === 'deleted' || outcome === 'unknown');
  const names = [...lost.map(({ name, outcome }) => `${name} (${outcome})`), ...stages.map(({ secretName, stage, outcome }) => `${secretName}, stage ${stage} (${outcome})`)];
  if (saga.state === 'compensating') return `partly: not back yet, and tried again until its date: ${names.join(', ')}\n`;
  if (answer === 'undone') return 'undone: everything is back, and no irreversible call was made\n';
  return `partly: ${names.length === 0 ? 'an irreversible call was made' : `this cannot be brought back: ${names.join(', ')}`}\n`;
};

const tell = (terminal: Terminal, place: Place, answer: 'undone' | 'partly', saga: SagaResult, json: boolean): void => {
  const { clouds } = place;
  if (json) writeJson(terminal, { answer, clouds, events: [], sagas: [saga], totals: totalsOf([saga]) });
  else terminal.out(`${describeSaga(saga)}\n\n${answerInWords(answer, saga)}`);
};

const undo = async (terminal: Terminal, place: Place, sagaId: SagaId, json: boolean): Promise<ExitCode> => {
  const { workflow } = place;
  const scope = { readOnly: false, mayWorkOn: (saga: { sagaId: string }) => saga.sagaId === sagaId, interrupted: terminal.interrupted };
  await driveAlone(workflow, scope, (alone) => begin(alone, sagaId));
  const ended = await readSaga(workflow.ledger, sagaId);
  if (ended === null) throw new Error(`${sagaId} vanished from the ledger`);
  const answer = isUndone(ended.saga) ? 'undone' : 'partly';
  tell(terminal, place, answer, sagaResult(ended.saga, await readControls(workflow.ledger), workflow.clock.now()), json);
  return answer === 'undone' ? EXIT.settled : EXIT.needsPerson;
};

/** `undo SAGA`: cancels what it scheduled and waits for the answer; rejects with BadInput for a state that is not there or a saga it does not hold. */
export const undoSaga = async (terminal: Terminal, asked: string, options: UndoOptions): Promise<ExitCode> => {
  const { policy } = await readInputs({ ...options, files: [], problems: optionProblems(options) });
  return withStack(options, 'existing', async (stack) => {
    const sagaId = await findSaga(stack, asked);
    const place = await openPlace({ terminal, stack, state: options.state, policy, events: [], saga: sagaId, embed: options.embed === undefined ? null : {} });
    try {
      return await undo(terminal, place, sagaId, options.json === true);
    } finally {
      await place.close();
    }
  });
};
