import type { Dated, SecretLook } from '../../lib/saga/facts.ts';
import type { Entry } from '../../lib/saga/journal.ts';
import type { EventName, Saga } from '../../lib/saga/saga.ts';
import { isoOrNull } from '../../lib/workflow/iso.ts';
import { type CallEnd, type NameOf, callEnds, callInWords } from './calls-made.ts';

/** One line of a saga's story; `kind` says what it is about, so that a reader can skim. */
export interface TimelineEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: 'event' | 'state' | 'plan' | 'call' | 'look' | 'wait' | 'person' | 'alarm';
  readonly text: string;
}

const dateInWords = (at: number | null): string => isoOrNull(at) ?? 'an unknown date';

/** An event as a line of the timeline names it. */
const eventInWords = ({ source, id, part, reason }: EventName): string =>
  `event ${id} of ${source}${part === 1 ? '' : `, part ${part}`}${reason === undefined ? '' : `: ${reason}`}`;

const lookInWords = (look: SecretLook): string => {
  switch (look.kind) {
    case 'gone':
      return look.detail === null ? 'not found' : `not found (${look.detail})`;
    case 'pending':
      return `pending until ${dateInWords(look.eraseAt)}`;
    case 'present':
      return `still there (${look.state})`;
    case 'unknown':
      return `cannot be told (${look.code})`;
  }
};

const looksInWords = (secrets: Readonly<Record<string, SecretLook>>, nameOf: NameOf): string =>
  Object.entries(secrets)
    .map(([key, look]) => `${nameOf(key)} ${lookInWords(look)}`)
    .join('; ');

const callEntry = (intent: Extract<Dated, { type: 'CallIntended' }>, end: CallEnd | undefined, nameOf: NameOf): TimelineEntry => {
  const { at, attempt } = intent;
  const ended = end === undefined ? 'no reply was written' : [end.kind === 'unknown' ? 'outcome unknown' : end.kind, end.detail].filter((part) => part !== null).join(', ');
  return { at, kind: 'call', text: `Call ${attempt.number}: ${callInWords(attempt.call, nameOf)}: ${ended}` };
};

/** The line of one fact; null for facts that only count, or that stand in the line of another. Only what is named here reaches a report. */
const entryOf = (fact: Dated, nameOf: NameOf, ends: ReadonlyMap<number, CallEnd>): TimelineEntry | null => {
  const { at } = fact;
  switch (fact.type) {
    case 'Opened':
      return { at, kind: 'event', text: `Opened in ${fact.mode} mode by ${fact.event === null ? 'a plan run' : eventInWords(fact.event)}` };
    case 'EventJoined':
      return { at, kind: 'event', text: `Joined by ${eventInWords(fact.event)}` };
    case 'Reopened':
      return { at, kind: 'event', text: `Opened again in ${fact.mode} mode by ${fact.by}${fact.event === null ? '' : `: ${eventInWords(fact.event)}`}` };
    case 'Planned': {
      const { secrets, absent, stages, digest, notes } = fact.plan;
      const counts = [`${secrets.length} to delete`, ...(absent.length > 0 ? [`${absent.length} absent already`] : []), ...(stages.length > 0 ? [`stages: ${stages.length}`] : [])];
      return { at, kind: 'plan', text: [`Planned, ${counts.join(', ')}`, digest, ...notes].join('; ') };
    }
    case 'PlanChanged':
      return { at, kind: 'plan', text: `The plan no longer holds, a new one is made: ${fact.difference}` };
    case 'Approved':
      return { at, kind: 'person', text: `Approved by ${fact.by}: ${fact.digest}` };
    case 'Held':
      return { at, kind: 'person', text: `Held by ${fact.hold.by}${fact.hold.until === null ? '' : ` until ${dateInWords(fact.hold.until)}`}: ${fact.hold.reason}` };
    case 'Released':
      return { at, kind: 'person', text: 'Released' };
    case 'UndoRequested':
      return { at, kind: 'person', text: `Undo asked for by ${fact.by}` };
    case 'Waited':
      return fact.wait.why === 'next' ? null : { at, kind: 'wait', text: `Waits${fact.wait.until === null ? ' for a person' : ` until ${dateInWords(fact.wait.until)}`}: ${fact.wait.why}` };
    case 'CallIntended':
      return callEntry(fact, ends.get(fact.attempt.number), nameOf);
    case 'ScheduleSeen':
      return { at, kind: 'look', text: `${nameOf(fact.key)} is scheduled by ${fact.by === 'us' ? 'this saga' : fact.by}, erased at ${dateInWords(fact.eraseAt)}` };
    case 'ScheduleStrayed':
      return { at, kind: 'alarm', text: `A schedule of this saga runs on ${fact.target.name} (${fact.target.id}), which has the name of the one it was meant for, erased at ${dateInWords(fact.eraseAt)}` };
    case 'ScheduleEnded':
      return { at, kind: 'look', text: `The schedule of ${nameOf(fact.key)} ended: ${fact.detail}` };
    case 'CancelGivenUp':
      return { at, kind: 'alarm', text: `Cancelling the deletion of ${nameOf(fact.key)} was given up: ${fact.code}` };
    case 'WindowEnded':
      return { at, kind: 'alarm', text: `${nameOf(fact.key)} was erased by its schedule before that could be cancelled` };
    case 'SecretVanished':
      return { at, kind: 'look', text: `${nameOf(fact.key)} went away by other means: ${fact.detail}` };
    case 'SecretAdded':
      return { at, kind: fact.origin === 'raced' ? 'alarm' : 'look', text: `${fact.target.name} was named in the reply and in no plan (${fact.origin})` };
    case 'SecretSpared':
      return { at, kind: 'alarm', text: `${nameOf(fact.key)} is left alone: ${fact.detail}` };
    case 'AlarmRaised':
      return { at, kind: 'alarm', text: `Alarm: ${fact.reason}` };
    case 'StageSeen':
      return { at, kind: 'look', text: `The stage ${fact.key} is ${fact.present ? 'still there' : 'not found'}` };
    case 'StageSpared':
      return { at, kind: fact.isGone ? 'look' : 'alarm', text: `The stage ${fact.key} is left alone: ${fact.isGone ? 'its secret is gone' : 'another secret has the name by now'}` };
    case 'Blocked':
      return { at, kind: 'alarm', text: `Blocked: ${fact.blockers.map(({ kind, name, secretId, code, seenBy }) => `${kind} ${name} uses secret ${secretId} (${code ?? seenBy})`).join('; ')}` };
    case 'SoakStarted':
      return { at, kind: 'state', text: `In quarantine until ${dateInWords(fact.until)}` };
    case 'PurgeStarted':
      return { at, kind: 'state', text: 'The purge begins' };
    case 'VerifyingStarted':
      return { at, kind: 'state', text: 'The purge is over; proving begins' };
    case 'Looked':
      return { at, kind: 'look', text: `Looked: ${looksInWords(fact.secrets, nameOf)}` };
    case 'AttemptSetAside':
      return { at, kind: 'wait', text: `What call ${fact.number} did is told by later looks: ${fact.code}` };
    case 'StepFailed':
      return { at, kind: 'wait', text: `${fact.step} failed: ${fact.code}` };
    case 'Throttled':
      return { at, kind: 'wait', text: `Slowed down by the cloud: ${fact.code}` };
    case 'CompensationStarted':
      return { at, kind: 'state', text: `Turns back: ${fact.compensation.cause}` };
    case 'Settled':
      return { at, kind: 'state', text: `Ended as ${fact.state}${fact.reason === null ? '' : `: ${fact.reason}`}` };
    case 'CallWithdrawn':
    case 'CallSucceeded':
    case 'CallFailed':
    case 'EffectUnknown':
    case 'EffectSeen':
    case 'AllowanceGranted':
    case 'WatchEnded':
    case 'CallsCounted':
      return null;
  }
};

const newsKey = ({ kind, text }: TimelineEntry): string => `${kind} ${text.replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '')}`;

/** A saga's story from its journal, oldest first; a blocker or a wait that says the same again is told once. */
export const timelineOf = (entries: readonly Entry[], { secrets }: Pick<Saga, 'secrets'>): TimelineEntry[] => {
  const nameOf: NameOf = (key) => {
    const target = secrets[key]?.target;
    return target === undefined || target.name === '' ? key : target.name;
  };
  const ends = callEnds(entries);
  const last = new Map<string, string>();
  return entries.flatMap(({ fact }) => {
    const entry = entryOf(fact, nameOf, ends);
    if (entry === null) return [];
    const isRepeat = (fact.type === 'Blocked' || fact.type === 'Waited' || fact.type === 'Throttled') && last.get(fact.type) === newsKey(entry);
    last.set(fact.type, newsKey(entry));
    return isRepeat ? [] : [entry];
  });
};
