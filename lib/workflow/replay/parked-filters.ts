import { QUEUE_NAMES } from '../../../events/messages.ts';
import { nearest } from '../../../events/nearest.ts';
import { matchesGlob } from '../../saga/glob.ts';
import { DURATION_FORMS, readDuration } from '../duration.ts';
import { type ParkedThing, type Trait, asideSince, textsOf, traitsOf } from './parked-things.ts';

/** By what parked things can be told apart (`--filter K=V`). */
export const FILTER_KEYS = ['kind', 'queue', 'reason', 'event', 'source', 'instance', 'saga', 'state', 'text', 'older', 'newer'] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];
export interface Filter {
  readonly key: FilterKey;
  /** A glob; of `older` and `newer` a duration. */
  readonly pattern: string;
}
export type Filters = readonly Filter[];

/** Traits that take few words: another one without a wildcard is mistyped. */
const WORDS: Partial<Record<FilterKey, readonly string[]>> = { kind: ['message', 'saga'], queue: QUEUE_NAMES, state: ['parked', 'refused'] };

const didYouMean = (near: string | null): string => (near === null ? '' : `did you mean ${near}? `);

/** What is wrong with a filter, and what to give instead; null when it is a good one. */
export const problemOf = ({ key, pattern }: Filter): string | null => {
  if (pattern === '') return `give a pattern after ${key}=, such as ${key}=*`;
  if (key === 'older' || key === 'newer') return readDuration(pattern) === null ? `give how long after ${key}=: ${DURATION_FORMS}` : null;
  const words = WORDS[key];
  if (words === undefined || /[*?]/.test(pattern) || words.includes(pattern)) return null;
  return `${didYouMean(nearest(pattern, words))}${key} is one of ${words.join(', ')}`;
};

/** One filter as people write it, `reason=too-*`; `problem` says what is wrong with it. */
export const parseFilter = (text: string): { readonly filter: Filter } | { readonly problem: string } => {
  const [, word = '', pattern = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const key = FILTER_KEYS.find((known) => known === word);
  if (key === undefined) return { problem: `${didYouMean(nearest(word === '' ? text : word, FILTER_KEYS))}give it as KEY=PATTERN; the keys are ${FILTER_KEYS.join(', ')}` };
  const problem = problemOf({ key, pattern });
  return problem === null ? { filter: { key, pattern } } : { problem };
};

const fits = (thing: ParkedThing, traits: Readonly<Record<Trait, readonly string[]>>, { key, pattern }: Filter, now: number): boolean => {
  switch (key) {
    case 'older':
      return now - asideSince(thing) >= (readDuration(pattern) ?? Infinity);
    case 'newer':
      return now - asideSince(thing) < (readDuration(pattern) ?? 0);
    case 'text':
      return textsOf(thing).some((text) => matchesGlob(`*${pattern}*`, text));
    case 'kind':
    case 'queue':
    case 'reason':
    case 'event':
    case 'source':
    case 'instance':
    case 'saga':
    case 'state':
      return traits[key].some((trait) => matchesGlob(pattern, trait));
  }
};

/** Whether a thing passes every filter, as of `now`. */
export const passes = (thing: ParkedThing, filters: Filters, now: number): boolean => {
  const traits = traitsOf(thing);
  return filters.every((filter) => fits(thing, traits, filter, now));
};
