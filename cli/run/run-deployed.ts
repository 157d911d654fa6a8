import type { DecommissionEvent } from '../../events/decommission.ts';
import type { DecommissionedInstance } from '../../events/decommissioned-instance.ts';
import { instancesOf } from '../../events/instances.ts';
import type { Problem } from '../../events/problems.ts';
import { generationOf, identityOf } from '../../lib/saga/instance.ts';
import type { Policy } from '../../lib/saga/policy.ts';
import { type Saga, isTerminal } from '../../lib/saga/saga.ts';
import { sendEvents } from '../../lib/workflow/intake/send-events.ts';
import { outcomeOfEvent, readEvent } from '../../lib/workflow/records/event-store.ts';
import { NewerSaga, orNewer, readGenerations, readOpenUnlessNewer } from '../../lib/workflow/records/saga-store.ts';
import { isFarOff } from '../../lib/workflow/result.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { onCommandLine } from '../terminal/command-line.ts';
import { OutsideTrouble } from '../terminal/outside-trouble.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { admissionNow, isPlanRun, judgedBy } from './judge-events.ts';
import { mixtureProblems } from './mixture.ts';
import type { OpenedStack } from './open-stack.ts';
import { tellNews } from './progress.ts';
import { type RunResult, outsetOf, resultOf } from './results.ts';
import type { RunOptions } from './run-options.ts';

/** A read costs money here, and no step of a saga is done sooner. */
const LOOK_AGAIN_MS = 3_000;
/** Functions that run take an event within seconds; by then somebody should look whether they do. */
const LONGEST_SILENCE_MS = 900_000;

/** One instance of an event that was sent. `before` is how its sagas stood until then: only of a plan run, which leaves no other trace, else null. */
interface Sent {
  readonly event: DecommissionEvent;
  readonly named: DecommissionedInstance;
  readonly before: string | null;
}

/** Whose sagas are waited for, and what must have reached them, where something was sent. */
interface Awaited {
  readonly identity: string;
  readonly sent: Sent | null;
}

/** A stack with the policy that its functions are taken to follow. */
interface Watched extends OpenedStack {
  readonly policy: Policy;
}

const rests = (saga: Saga, now: number): boolean => isTerminal(saga) || isFarOff(saga, now);

const isNamedIn = ({ events }: Saga, { source, id }: DecommissionEvent): boolean => events.some((event) => event.source === source && event.id === id);

const stateOf = (sagas: readonly Saga[]): string => sagas.map(({ sagaId, turn }) => `${sagaId} ${turn}`).join('\n');

const sagasOf = async ({ ledger }: OpenedStack, identity: string): Promise<Saga[] | NewerSaga> => {
  const generations = await readGenerations(ledger, identity).catch(orNewer);
  return generations instanceof NewerSaga ? generations : generations.map(({ saga }) => saga);
};

const hasArrived = (stack: Watched, sagas: readonly Saga[], { event, named, before }: Sent): boolean =>
  sagas.some((saga) => isNamedIn(saga, event)) || (before !== null && (stateOf(sagas) !== before || admissionNow(stack, event, named, sagas).kind === 'known'));

/** Whether the event was refused as a whole, or has come and was refused for this one instance. */
const isRefused = async (stack: Watched, sagas: readonly Saga[], { event, named }: Sent): Promise<boolean> => {
  const outcome = outcomeOfEvent(await readEvent(stack.ledger, event), event);
  return outcome !== null && (!outcome.accepted || admissionNow(stack, event, named, sagas).kind === 'refused');
};

const openIdentities = async ({ ledger }: OpenedStack): Promise<Awaited[]> => {
  const open = (await readOpenUnlessNewer(ledger)).sagas.map(({ sagaId }) => generationOf(sagaId).identity);
  return [...new Set(open)].map((identity) => ({ identity, sent: null }));
};

/** What is still awaited of it: the event's arrival, its sagas' rest, or nothing any more. */
const stillAwaited = async (stack: Watched, { identity, sent }: Awaited, tell: (saga: Saga) => void): Promise<'arrival' | 'rest' | null> => {
  const sagas = await sagasOf(stack, identity);
  // Nobody here could tell when that is over: the result names it.
  if (sagas instanceof NewerSaga) return null;
  for (const saga of sagas) tell(saga);
  if (sent !== null && !hasArrived(stack, sagas, sent)) return (await isRefused(stack, sagas, sent)) ? null : 'arrival';
  return sagas.every((saga) => rests(saga, stack.clock.now())) ? null : 'rest';
};

const watch = async (stack: Watched, awaited: readonly Awaited[], interrupted: AbortSignal, tell: (saga: Saga) => void): Promise<void> => {
  const { clock } = stack;
  const silentUntil = clock.monotonic() + LONGEST_SILENCE_MS;
  let left = [...awaited];
  for (;;) {
    const next: Awaited[] = [];
    let arriving = 0;
    for (const one of left) {
      if (interrupted.aborted) return;
      const what = await stillAwaited(stack, one, tell);
      if (what !== null) next.push(one);
      if (what === 'arrival') arriving += 1;
    }
    left = next;
    if (left.length === 0) return;
    if (arriving > 0 && clock.monotonic() > silentUntil) {
      throw new OutsideTrouble(`after ${LONGEST_SILENCE_MS / 60_000} minutes ${arriving} of the instances sent have no saga: do the functions of the stage ${stack.stage} run? What was sent stays on its queue`);
    }
    await clock.sleep(LOOK_AGAIN_MS, interrupted).catch(() => undefined);
  }
};

/** What waits for approval is the deployed policy's to say. */
const approveProblems = ({ approve = [] }: RunOptions): Problem[] =>
  approve.length === 0
    ? []
    : [onCommandLine('--approve', 'is given for functions that run on AWS', 'set requireApproval in the deployed policy, and approve with: npx probate approve SAGA DIGEST')];

/**
 * Sends events to a stage whose functions run on AWS, and reads the ledger until every instance's saga is over or has its
 * next step more than 900 seconds off; without events, until that holds for what was open. Calls no cloud but AWS. Rejects
 * with BadInput for an option that cannot reach them.
 */
export const runDeployed = async (terminal: Terminal, stack: OpenedStack, policy: Policy, events: readonly DecommissionEvent[], options: RunOptions): Promise<RunResult> => {
  const problems = [...mixtureProblems(stack, options.embed === true), ...approveProblems(options)];
  if (problems.length > 0) throw new BadInput(problems);
  const watched = { ...stack, policy };
  const outset = await outsetOf(stack);
  const awaited: Awaited[] = [];
  for (const event of events) {
    for (const named of instancesOf(event)) {
      const identity = identityOf(named);
      const sagas = isPlanRun(policy, event) ? await sagasOf(stack, identity) : null;
      const before = sagas === null || sagas instanceof NewerSaga ? null : stateOf(sagas);
      awaited.push({ identity, sent: { event, named, before } });
    }
  }
  await sendEvents(watched, events);
  const tell = options.json === true ? () => undefined : tellNews(terminal.err);
  await watch(watched, events.length === 0 ? await openIdentities(stack) : awaited, terminal.interrupted, tell);
  return resultOf({ workflow: stack, clouds: { csms: 'deployed', sae: 'deployed' } }, await judgedBy(watched, events), outset);
};
