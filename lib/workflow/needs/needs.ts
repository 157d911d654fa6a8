import { namesNothingNew } from '../../saga/admission.ts';
import { type Controls, holdOn, isInForce, stopOf } from '../../saga/controls.ts';
import { DAY_MS } from '../../saga/day.ts';
import { type Saga, isBeforePivot, isTerminal } from '../../saga/saga.ts';
import { cancelBy, earliestErasing } from '../../saga/schedules.ts';
import { heldTargetsOf, whyWaiting } from '../stops/held.ts';

/** A saga that waits for a person, or a chance that is about to pass, with the commands to act. */
export interface Need {
  readonly sagaId: string;
  readonly state: Saga['state'];
  /** How much it presses: `now` before `soon` before `when you can`. */
  readonly urgency: 'now' | 'soon' | 'when you can';
  readonly because: string;
  /** Names this very need: a saga may be parked twice for one reason, and have two quarantines. */
  readonly occasion: string;
  /** Until when acting still helps (epoch ms), null where no date ends that. */
  readonly until: number | null;
  readonly commands: readonly string[];
}

const ORDER = { now: 0, soon: 1, 'when you can': 2 } as const;

type Pressing = Pick<Need, 'urgency'> | null;

const rankOf = (need: Pressing): number => (need === null ? 3 : ORDER[need.urgency]);

/** Sorts by how much a need presses; what needs nobody comes last. */
export const mostUrgentFirst = (a: Pressing, b: Pressing): number => rankOf(a) - rankOf(b);

/** A quarantine that ends within this is told about: from then on hold and undo are urgent. */
export const SOON_MS = DAY_MS;

const command = (...words: readonly string[]): string => ['npx probate', ...words].join(' ');
const quoted = (text: string): string => `'${text}'`;

type Want = Omit<Need, 'sagaId' | 'state'>;

/** Whether a later generation has on record all that a saga left, and so tells itself what that needs; of one that was never planned, all that was asked of it. */
const isTakenUpBy = (later: Saga, { plan, request, secrets, stages }: Saga): boolean => {
  if (later.plan === null) return false;
  if (plan === null) return namesNothingNew(later.request, request);
  return Object.keys(secrets).every((key) => key in later.secrets) && Object.keys(stages).every((key) => key in later.stages);
};

const terminalNeed = (saga: Saga, later: readonly Saga[]): Want | null => {
  if (saga.state !== 'compensation-failed' && later.some((one) => isTakenUpBy(one, saga))) return null;
  const name = quoted(saga.sagaId);
  const mended = ['--reason', "'what was mended'"];
  // Once a generation came after it, it is reopened no more: what that one left out is for a new event to name.
  const again = later.length === 0 ? command('replay', '--filter', `saga=${name}`, ...mended) : command('send', 'EVENT.json');
  const ended = { because: saga.reason ?? saga.state, occasion: `${saga.state} at ${String(saga.finishedAt)}`, until: null };
  switch (saga.state) {
    case 'compensation-failed':
      return { ...ended, urgency: 'now', until: earliestErasing(saga), commands: [command('undo', name), command('status', name)] };
    case 'parked':
      return { ...ended, urgency: 'soon', commands: [command('status', name), again] };
    case 'refused':
      return { ...ended, urgency: 'when you can', commands: [command('status', name), again] };
    case 'restored':
      return saga.undoneBy === null ? { ...ended, urgency: 'when you can', commands: [command('status', name), command('send', 'EVENT.json')] } : null;
    case 'received':
    case 'planned':
    case 'quarantined':
    case 'purging':
    case 'verifying':
    case 'compensating':
    case 'gone':
      return null;
  }
};

const openNeed = (saga: Saga, controls: Controls, now: number): Want | null => {
  const why = saga.wait?.why ?? '';
  const name = quoted(saga.sagaId);
  const digest = saga.plan?.digest ?? '';
  const decideBy = isBeforePivot(saga) ? cancelBy(saga) : null;
  // While a key is closed no call is made: another one means that somebody resumed, and it was refused again.
  if (why.startsWith('credentials-refused')) return { urgency: 'now', because: why, occasion: `${why} after ${saga.calls.csms + saga.calls.sae} calls`, until: decideBy, commands: [command('doctor'), command('resume')] };
  // Hold and pause do not stop it either; `undo` tries at once.
  if (why.startsWith('not-cancelled')) return { urgency: 'now', because: why, occasion: `not cancelled since ${String(saga.compensation?.since)}`, until: earliestErasing(saga), commands: [command('undo', name), command('status', name)] };
  const holds = heldTargetsOf(saga, controls, now);
  if (holds.length > 0) return { urgency: 'soon', because: `held: ${holdOn(controls, holds[0] ?? '', now)?.reason ?? ''}`, occasion: 'held', until: decideBy, commands: holds.map((key) => command('release', quoted(key))) };
  if (controls.pause !== null && isInForce(controls.pause, now)) return { urgency: 'soon', because: `paused: ${controls.pause.reason}`, occasion: 'paused', until: decideBy, commands: [command('resume')] };
  if (why === 'approval') return { urgency: 'when you can', because: 'its plan waits for approval', occasion: `approval of ${digest}`, until: decideBy, commands: [command('status', name), command('approve', name, digest)] };
  const soakEnds = saga.state === 'quarantined' ? saga.soakUntil : null;
  // What is held does not go on to its purge: it turns back in time.
  if (soakEnds === null || soakEnds - now > SOON_MS || stopOf(saga, controls, now) !== null) return null;
  return { urgency: 'soon', because: 'its quarantine is about to end: what it purges then can no longer be restored', occasion: `quarantine until ${soakEnds}`, until: soakEnds, commands: [command('hold', name), command('undo', name)] };
};

/** What a saga needs a person for, as of `now`; null when it needs nobody. `later` are the generations after it that were carried out. */
export const needOf = (saga: Saga, controls: Controls, now: number, later: readonly Saga[]): Need | null => {
  const need = isTerminal(saga) ? terminalNeed(saga, later) : openNeed(saga, controls, now);
  return need === null ? null : { sagaId: saga.sagaId, state: saga.state, ...need };
};

/** What a saga does next, in words, as of `now`; its time is the wait's own. */
export const nextStepOf = (saga: Saga, controls: Controls, now: number): string | null => {
  if (isTerminal(saga)) return saga.wait === null ? null : 'looks once more whether a schedule of its own took effect late';
  const why = whyWaiting(saga, controls, now) ?? '';
  const [word = ''] = why.split(':');
  const known: Readonly<Record<string, string>> = {
    soak: 'looks at everything once more, then purges',
    approval: 'waits for the approval of its plan',
    verify: 'looks whether its secrets are gone',
    pending: 'looks whether its secrets are gone, once their date has come',
    'secrets-per-hour': 'goes on with the next hour: so many secrets an hour are allowed',
    'previous-generation': 'waits for the generation before it to end',
    paused: 'waits for resume',
    held: 'waits for release',
    'credentials-refused': 'waits for resume, once the key is mended',
    throttled: 'waits for the cloud, which asked for patience',
    pace: "waits for its turn in the API's pace",
    retry: 'tries again',
    'not-cancelled': 'tries again to cancel what it scheduled',
    'unknown-outcome': 'reads what its last call did',
    blocked: 'looks whether anything still depends on its secrets',
  };
  return known[word] ?? (why === '' || why === 'next' ? 'goes on' : why);
};
