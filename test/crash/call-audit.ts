import { type Write, isRead, selectorOf, writesIn } from './calls.ts';
import type { Journals } from './clouds.ts';
import { type Finding, twice, wrong } from './findings.ts';
import type { Fate } from './instances.ts';
import type { Kill, Life } from './life.ts';
import type { Mode } from './world.ts';

const targetOf = ({ op, subject }: Write): string => `${op} ${subject}`;

/** What calls may do in this world: to which secrets, by which call. */
interface Allowed {
  readonly mode: Mode;
  readonly fates: readonly Fate[];
  readonly goes: ReadonlySet<string>;
  readonly stays: ReadonlySet<string>;
  readonly stages: ReadonlySet<string>;
}

const fateOf = ({ fates }: Allowed, write: Write): Fate | undefined => fates.find(({ instance }) => instance !== null && write.subject === `${instance.type} ${instance.id}`);

const judgeBatch = (allowed: Allowed, write: Write): string | null => {
  const selector = selectorOf(write.entry);
  if (selector === null || selector.id === '' || selector.type === '') return 'did not carry both fields';
  const fate = fateOf(allowed, write);
  if (fate === undefined) return 'named an instance of no event';
  if (!fate.unseen && allowed.mode === 'recoverable') return 'was sent though everything of this instance is scheduled';
  const strangers = (write.entry.effect?.names ?? []).filter((name) => !fate.goes.includes(`csms/${name}`));
  return strangers.length === 0 ? null : `erased ${strangers.join(', ')}, which the instance does not take along`;
};

const isOwnSchedule = (write: Write, writes: readonly Write[]): boolean => {
  const before = writes.filter(({ entry, subject, cloud }) => cloud === 'csms' && subject === write.subject && entry.seq < write.entry.seq && entry.effect !== null);
  return before.at(-1)?.op === 'schedule';
};

/** Why a call should not have been made, whatever became of it; null when it was right. */
const judge = (allowed: Allowed, write: Write, writes: readonly Write[]): string | null => {
  const { mode, goes, stays, stages } = allowed;
  const { op, subject } = write;
  switch (op) {
    case 'batch-delete':
      return judgeBatch(allowed, write);
    case 'delete-named':
      if (mode === 'recoverable') return 'erased at once in recoverable mode';
      return goes.has(`csms/${subject}`) ? null : 'was to stay';
    case 'delete-copy':
      // Of a copy that stays only the cloud's own answer may have told what depends on it.
      return goes.has(`sae/${subject}`) || (stays.has(`sae/${subject}`) && write.entry.effect === null) ? null : 'was to stay';
    case 'delete-stage':
      return stages.has(subject) ? null : 'was to stay';
    case 'schedule':
      if (mode === 'immediate') return 'scheduled in immediate mode';
      return goes.has(`csms/${subject}`) || stays.has(`csms/${subject}`) ? null : 'is of no event';
    case 'cancel':
      return isOwnSchedule(write, writes) ? null : 'cancelled a schedule that this run had not made';
  }
};

/** What no read shows may be asked for once more, after a kill; everything else that took effect stands for all to see. */
const mayRepeat = (allowed: Allowed, first: Write, second: Write, place: number, kills: readonly Kill[]): boolean =>
  first.entry.effect === null || (place === 1 && fateOf(allowed, first)?.unseen === true && kills.some(({ at }) => first.entry.at <= at && at < second.entry.at));

const repeats = (allowed: Allowed, writes: readonly Write[], journals: Journals, kills: readonly Kill[]): Finding[] =>
  [...Map.groupBy(writes, targetOf)].flatMap(([target, calls]) =>
    calls.slice(1).flatMap((second, index) => {
      const first = calls[index] ?? second;
      const looked = journals[second.cloud].some((entry) => isRead(entry) && entry.seq > first.entry.seq && entry.seq < second.entry.seq);
      if (!looked) return [twice(`${target} at ${second.entry.seq} followed ${first.entry.seq} without a look in between`)];
      return mayRepeat(allowed, first, second, index + 1, kills) ? [] : [twice(`${target} at ${second.entry.seq}, though ${first.entry.seq} had taken effect`)];
    }),
  );

const erasedTwice = (writes: readonly Write[]): Finding[] => {
  const erased = writes.flatMap(({ cloud, entry: { effect } }) => (effect?.did === 'erased' ? effect.names.map((name) => `${cloud}/${name}`) : []));
  return [...new Set(erased.filter((key, index) => erased.indexOf(key) !== index))].map((key) => twice(`${key} was erased more than once`));
};

const unintended = (writes: readonly Write[], intents: readonly string[]): Finding[] => {
  const intended = Map.groupBy(intents, (target) => target);
  return [...Map.groupBy(writes, targetOf)].flatMap(([target, calls]) =>
    calls.length > (intended.get(target)?.length ?? 0) ? [wrong(`${target} was asked for ${calls.length} times, and the ledger intended ${intended.get(target)?.length ?? 0}`)] : [],
  );
};

/** Judges every call the clouds saw; `intents` are those of the evidence. */
export const auditCalls = ({ world: { mode, fates }, journals, kills }: Pick<Life, 'world' | 'journals' | 'kills'>, intents: readonly string[]): Finding[] => {
  const allowed: Allowed = {
    mode,
    fates,
    goes: new Set(fates.flatMap(({ goes }) => goes)),
    stays: new Set(fates.flatMap(({ stays }) => stays)),
    stages: new Set(fates.flatMap(({ stages }) => stages)),
  };
  const all = writesIn(journals);
  const writes = all.filter((write) => write.op !== 'unheard-of');
  const strangers = all.filter(({ op }) => op === 'unheard-of').map(({ cloud, entry }) => wrong(`${cloud} was asked for ${entry.operation}`));
  const misdone = writes.flatMap((write) => {
    const why = judge(allowed, write, writes);
    return why === null ? [] : [wrong(`${targetOf(write)} at ${write.entry.seq}: ${why}`)];
  });
  return [...strangers, ...misdone, ...repeats(allowed, writes, journals, kills), ...erasedTwice(writes), ...unintended(writes, intents)];
};
