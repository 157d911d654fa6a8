import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { validate } from '../events/problems.ts';
import { drainDeadLetters } from '../lib/workflow/replay/dead-letters.ts';
import { FILTER_KEYS, problemOf } from '../lib/workflow/replay/parked-filters.ts';
import { nameOf, replay } from '../lib/workflow/replay/replay.ts';
import { processWorkflow } from '../lib/workflow/wiring/wiring.ts';
import { inWords } from './in-words.ts';

const workflow = await processWorkflow();

const Filter = z.strictObject({ key: z.enum(FILTER_KEYS), pattern: z.string() }).check(
  z.superRefine((filter, context) => {
    const problem = problemOf(filter);
    if (problem !== null) context.addIssue({ code: 'custom', path: ['pattern'], message: problem });
  }),
);

/** What a person invokes it with; the schedule's own document asks for nothing but the draining. */
const Asked = z.strictObject({
  filters: z.array(Filter),
  by: z.string().check(z.trim(), z.minLength(1), z.maxLength(256)),
  why: z.string().check(z.trim(), z.minLength(1), z.maxLength(1024)),
  dryRun: z._default(z.boolean(), false),
});
const Invocation = z.object({ replay: z.optional(Asked) });

/** What a replay answers: dead letters drained, what became of each thing, how many found no time, and the sagas that only a newer Probate can read. */
export interface Replies {
  readonly drained: number;
  readonly things: readonly { readonly name: string; readonly fate: string; readonly why: string | null }[];
  readonly left: number;
  readonly newer: readonly string[];
}

/** On its schedule: drains dead letters into rows. Invoked with `{"replay": {…}}` it then sends those that match round again. */
export const handler = async (invocation: unknown, context: Context): Promise<Replies> => {
  const parsed = validate(Invocation, invocation ?? {}, 'invocation');
  if (parsed.kind === 'refused') throw new Error(inWords(parsed.problems));
  const { replay: asked } = parsed.value;
  const timeLeft = { remainingMs: () => context.getRemainingTimeInMillis() };
  const drained = await drainDeadLetters(workflow, timeLeft);
  if (asked === undefined) return { drained, things: [], left: 0, newer: [] };
  const { things, left, newer } = await replay(workflow, asked, timeLeft);
  return { drained, left, newer, things: things.map(({ thing, fate }) => ({ name: nameOf(thing), fate: fate.kind, why: fate.kind === 'stays' ? fate.why : null })) };
};
