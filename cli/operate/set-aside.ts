import { iso } from '../../lib/workflow/iso.ts';
import { NewerSaga } from '../../lib/workflow/records/saga-store.ts';
import { drainDeadLetters } from '../../lib/workflow/replay/dead-letters.ts';
import { type Filters, parseFilter, passes } from '../../lib/workflow/replay/parked-filters.ts';
import { type ParkedThing, asideSince, listParkedThings, traitsOf } from '../../lib/workflow/replay/parked-things.ts';
import type { Fate } from '../../lib/workflow/replay/replay-fate.ts';
import { nameOf, replay } from '../../lib/workflow/replay/replay.ts';
import { UNBOUNDED } from '../../lib/workflow/time-left.ts';
import type { Store } from '../../lib/workflow/workflow.ts';
import { SILENT } from '../../lib/workflow/workflow.ts';
import type { CommonOptions } from '../commands/options.ts';
import { readInputs } from '../run/inputs.ts';
import { inWordsOfNewer } from '../run/newer-sagas.ts';
import { withStack } from '../run/open-stack.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { onCommandLine } from '../terminal/command-line.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { printable } from '../terminal/printable.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { who } from '../terminal/who.ts';
import { readReason } from './reason.ts';

/** Options of `parked`; each filter is `key=pattern`. */
export interface ParkedOptions extends CommonOptions {
  readonly filter?: readonly string[];
}

/** Options of `replay`. */
export interface ReplayOptions extends ParkedOptions {
  readonly dryRun?: true;
  readonly reason?: string;
}

/** A thing set aside as the commands print it; times RFC 3339. */
interface Shown {
  readonly kind: 'message' | 'saga';
  readonly name: string;
  readonly reason: string;
  readonly parkedAt: string;
  readonly ageSeconds: number;
  readonly attempts: number | null;
  readonly queue: string | null;
  readonly state: string | null;
  readonly events: readonly string[];
  readonly instances: readonly string[];
}

const readFilters = (texts: readonly string[]): Filters =>
  texts.map((text) => {
    const parsed = parseFilter(text);
    if ('problem' in parsed) throw new BadInput([onCommandLine('--filter', `is ${JSON.stringify(text)}`, parsed.problem)]);
    return parsed.filter;
  });

const shown = (thing: ParkedThing, now: number): Shown => {
  const { queue, reason, event, instance, state } = traitsOf(thing);
  const parkedAt = thing.kind === 'saga' ? (thing.saga.finishedAt ?? thing.saga.startedAt) : thing.row.message.parkedAt;
  return {
    kind: thing.kind,
    name: nameOf(thing),
    reason: reason[0] ?? '',
    parkedAt: iso(parkedAt),
    ageSeconds: Math.max(0, Math.round((now - asideSince(thing)) / 1_000)),
    attempts: thing.kind === 'saga' ? null : thing.row.message.attempts,
    queue: queue[0] ?? null,
    state: state[0] ?? null,
    events: event,
    instances: instance,
  };
};

const age = (seconds: number): string => {
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} days`;
};

const line = ({ kind, state, queue, name, reason, ageSeconds, instances }: Shown): string =>
  printable(`${(state ?? kind).padEnd(10)}${name}  ${age(ageSeconds)}${queue === null ? '' : `  of ${queue}`}${instances.length === 0 ? '' : `  ${instances.join(', ')}`}`) + `\n    why: ${printable(reason)}`;

const parkedText = (found: readonly Shown[]): string[] => (found.length === 0 ? ['nothing is parked'] : [...found.map(line), '', `${found.length} parked; send them round again with npx probate replay`]);

/** `parked`: what is set aside, dead letters included: those become rows first, so that nothing runs out in a queue. */
export const showParked = async (terminal: Terminal, options: ParkedOptions): Promise<ExitCode> => {
  const filters = readFilters(options.filter ?? []);
  const sources = options.policy === undefined ? {} : (await readInputs({ ...options, files: [], problems: [] })).policy.sources;
  return withStack(options, 'existing', async (store) => {
    await drainDeadLetters({ ...store, policy: { sources }, telemetry: SILENT }, UNBOUNDED);
    const found: Shown[] = [];
    const newer: string[] = [];
    const now = store.clock.now();
    for await (const thing of listParkedThings(store, { sources })) {
      if (thing instanceof NewerSaga) newer.push(thing.sagaId);
      else if (passes(thing, filters, now)) found.push(shown(thing, now));
    }
    if (options.json === true) writeJson(terminal, { parked: found, newer });
    else terminal.out(`${[...parkedText(found), ...inWordsOfNewer(newer)].join('\n')}\n`);
    return found.length + newer.length === 0 ? EXIT.settled : EXIT.needsPerson;
  });
};

const FATE_IN_WORDS: Readonly<Record<Fate['kind'], string>> = {
  sent: 'sent round again',
  reopened: 'reopened',
  planned: 'too old to act on: planned only',
  obsolete: 'over: its saga has gone on since',
  stays: 'stays parked',
};

const fateLine = (thing: ParkedThing, fate: Fate, dryRun: boolean): string =>
  printable(`${dryRun && fate.kind !== 'stays' ? 'would be ' : ''}${FATE_IN_WORDS[fate.kind]}: ${nameOf(thing)}${fate.kind === 'stays' ? `: ${fate.why}` : ''}`);

const replayed = async (terminal: Terminal, store: Store, policy: Parameters<typeof replay>[0]['policy'], filters: Filters, why: string, options: ReplayOptions): Promise<ExitCode> => {
  const dryRun = options.dryRun === true;
  const parts = { ...store, policy, telemetry: SILENT };
  await drainDeadLetters(parts, UNBOUNDED);
  const { things, left, newer } = await replay(parts, { filters, by: who(), why, dryRun }, UNBOUNDED);
  const now = store.clock.now();
  if (options.json === true) {
    writeJson(terminal, { dryRun, replayed: things.map(({ thing, fate }) => ({ ...shown(thing, now), fate: fate.kind, why: fate.kind === 'stays' ? fate.why : null })), left, newer });
  } else {
    const rest = left === 0 ? [] : [`${left} more are left for the next replay`];
    const next = !dryRun && things.some(({ fate }) => fate.kind !== 'stays' && fate.kind !== 'obsolete') ? ['they go on with npx probate run, or where dev or the functions run'] : [];
    const fates = things.length === 0 ? ['nothing that is parked matches'] : things.map(({ thing, fate }) => fateLine(thing, fate, dryRun));
    terminal.out(`${[...fates, ...rest, ...next, ...inWordsOfNewer(newer)].join('\n')}\n`);
  }
  return left + newer.length > 0 || things.some(({ fate }) => fate.kind === 'stays') ? EXIT.needsPerson : EXIT.settled;
};

/** `replay`: sends what matches round again; exit 3 when something stays parked. */
export const replayParked = async (terminal: Terminal, options: ReplayOptions): Promise<ExitCode> => {
  const filters = readFilters(options.filter ?? []);
  const why = readReason(options.reason);
  const { policy } = await readInputs({ ...options, files: [], problems: [] });
  return withStack(options, 'existing', (store) => replayed(terminal, store, policy, filters, why, options));
};
