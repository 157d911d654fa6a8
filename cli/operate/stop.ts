import type { Hold, Saga } from '../../lib/saga/saga.ts';
import { cancelBy } from '../../lib/saga/schedules.ts';
import { isoOrNull } from '../../lib/workflow/iso.ts';
import { TooManyHolds, readControls } from '../../lib/workflow/records/controls.ts';
import { type SagaResult, sagaResult } from '../../lib/workflow/result.ts';
import { type Stopped, hold, pause, release, resume } from '../../lib/workflow/stops/stops.ts';
import type { Store } from '../../lib/workflow/workflow.ts';
import type { StateOptions } from '../commands/options.ts';
import { inWordsOfNewer } from '../run/newer-sagas.ts';
import { withStack } from '../run/open-stack.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { onCommandLine } from '../terminal/command-line.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { printable } from '../terminal/printable.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { who } from '../terminal/who.ts';
import { expectTarget, readTarget } from './find.ts';
import { readReason } from './reason.ts';
import { readUntil } from './until.ts';

/** Options of `hold` and `pause`. */
export interface StopOptions extends StateOptions {
  readonly reason?: string;
  readonly until?: string;
}

/** The stop that somebody asked for, by the time of whatever it is to end in; throws BadInput for words that make none. */
const asked = ({ reason, until: text }: StopOptions, now: number): Hold => {
  const until = readUntil(text, now);
  if ('problem' in until) throw new BadInput([until.problem]);
  return { reason: readReason(reason), until: until.until, by: who() };
};

const resultsOf = async ({ ledger, clock }: Store, sagas: readonly Saga[]): Promise<SagaResult[]> => {
  const controls = await readControls(ledger);
  return sagas.map((saga) => sagaResult(saga, controls, clock.now()));
};

/** A hold as it is printed; `until` RFC 3339. */
const shownHold = (made: Hold): Omit<Hold, 'until'> & { readonly until: string | null } => ({ ...made, until: isoOrNull(made.until) });

const tellStopped = async (store: Store, terminal: Terminal, target: string, made: Hold, { answer, sagas, erasesAt, newer }: Stopped, json: boolean): Promise<ExitCode> => {
  const dates = sagas.map(cancelBy).filter((date) => date !== null);
  const cancelsBy = dates.length === 0 ? null : Math.min(...dates);
  if (json) {
    writeJson(terminal, { answer, target, hold: shownHold(made), erasesAt: isoOrNull(erasesAt), cancelsBy: isoOrNull(cancelsBy), newer, sagas: await resultsOf(store, sagas) });
  } else {
    const whom = sagas.length === 0 ? 'no open saga is concerned yet' : `${sagas.length} open ${sagas.length === 1 ? 'saga' : 'sagas'}`;
    const lines = [
      `${answer}: ${printable(target)} is stopped${made.until === null ? '' : ` until ${String(isoOrNull(made.until))}`} (${whom})`,
      ...(erasesAt === null ? [] : [`the cloud erases at ${String(isoOrNull(erasesAt))} whatever is held; unless this is lifted before, the schedules are cancelled at ${String(isoOrNull(cancelsBy))}`]),
      ...inWordsOfNewer(newer),
      ...(sagas.every(({ attempt }) => attempt === null) ? [] : ['a call was sent and has no reply yet: look again with npx probate status']),
    ];
    terminal.out(`${lines.join('\n')}\n`);
  }
  return answer === 'effective' ? EXIT.settled : EXIT.needsPerson;
};

const asBadInput = (error: unknown): never => {
  if (!(error instanceof TooManyHolds)) throw error;
  throw new BadInput([onCommandLine('target', `is not held: ${error.message}`, 'release those that are over, or pause everything')]);
};

/** `hold TARGET`: a person's stop; exit 3 when a call may be under way. */
export const holdTarget = async (terminal: Terminal, text: string, options: StopOptions): Promise<ExitCode> => {
  const target = await readTarget(options, text);
  asked(options, terminal.now());
  return withStack(options, target.kind === 'saga' ? 'existing' : 'made if missing', async (store) => {
    // A state may be ahead of this machine's time.
    const made = asked(options, store.clock.now());
    await expectTarget(store, target);
    return tellStopped(store, terminal, target.key, made, await hold(store, target, made).catch(asBadInput), options.json === true);
  });
};

/** `pause`: the same for everything. */
export const pauseAll = async (terminal: Terminal, options: StopOptions): Promise<ExitCode> => {
  asked(options, terminal.now());
  return withStack(options, 'made if missing', async (store) => {
    const made = asked(options, store.clock.now());
    return tellStopped(store, terminal, 'everything', made, await pause(store, made), options.json === true);
  });
};

const inWords = (lifted: Hold | null): string => (lifted === null ? 'there was nothing to lift' : `lifted: ${printable(lifted.reason)} (by ${printable(lifted.by)})`);

const stillHeld = (sagas: readonly Saga[]): string[] => sagas.flatMap(({ sagaId, hold: left }) => (left === null ? [] : [`${sagaId} is still held: ${printable(left.reason)}`]));

/** `release TARGET`: lifts one hold; exit 3 while another keeps a saga held. */
export const releaseTarget = async (terminal: Terminal, text: string, options: StateOptions): Promise<ExitCode> => {
  const target = await readTarget(options, text);
  return withStack(options, 'existing', async (store) => {
    await expectTarget(store, target);
    const { lifted, sagas, newer } = await release(store, target);
    const left = [...stillHeld(sagas), ...inWordsOfNewer(newer)];
    if (options.json === true) writeJson(terminal, { target: target.key, lifted: lifted && shownHold(lifted), newer, sagas: await resultsOf(store, sagas) });
    else terminal.out(`${[inWords(lifted), ...left, ...(lifted !== null && sagas.length > 0 && left.length === 0 ? ['go on with: npx probate run, or the next sweep'] : [])].join('\n')}\n`);
    return left.length === 0 ? EXIT.settled : EXIT.needsPerson;
  });
};

/** `resume`: lifts the pause and opens closed keys. */
export const resumeAll = (terminal: Terminal, options: StateOptions): Promise<ExitCode> =>
  withStack(options, 'existing', async (store) => {
    const { lifted, keysOpened, sagas, newer } = await resume(store);
    const opened = keysOpened === 0 ? [] : [`${keysOpened} closed ${keysOpened === 1 ? 'key is' : 'keys are'} open again`];
    if (options.json === true) writeJson(terminal, { lifted: lifted && shownHold(lifted), keysOpened, newer, sagas: await resultsOf(store, sagas) });
    else terminal.out(`${[inWords(lifted), ...opened, ...inWordsOfNewer(newer)].join('\n')}\n`);
    return newer.length === 0 ? EXIT.settled : EXIT.needsPerson;
  });
