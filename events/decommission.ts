import * as z from 'zod/mini';
import { contradictionsIn } from './contradictions.ts';
import { DecommissionedInstance, LONGEST_LIST } from './decommissioned-instance.ts';
import { mergeInstances } from './instances.ts';
import { fitsOneMessage } from './size.ts';

/** The CloudEvents type of the one event Probate takes (interfaces.md, Event). */
export const EVENT_TYPE = 'probate.instance.decommissioned.v1';

/** From the most careful to the least; an event may only ask for a more careful one than the policy (design.md, Modes). */
export const Mode = z.enum(['plan', 'recoverable', 'immediate']);
export type Mode = z.infer<typeof Mode>;

const fromOne = z.int().check(z.minimum(1));

/** Which part of a split event this is; `instances` counts those of the whole, so that the cap is checked on the whole. */
const Part = z
  .strictObject({ index: fromOne, count: fromOne, instances: z.optional(fromOne) })
  .check(z.refine(({ index, count }) => index <= count, { message: 'must not be above count', path: ['index'] }));
/** A part as an event carries it: `index` counts from 1 up to `count`; an event that was not split carries none. */
export type Part = z.infer<typeof Part>;

/** What a template leaves behind when its variable was never set; as an identity it would make strangers' events one. */
const UNSET = new Set(['undefined', 'null', 'nan', '[object object]']);

const identifier = (longest: number): z.ZodMiniString<string> =>
  z.string().check(
    z.trim(),
    z.minLength(1),
    z.maxLength(longest),
    z.refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'must not hold control characters'),
    z.refine((text) => !UNSET.has(text.toLowerCase()), 'must be a real identifier; this one looks like a variable that was never set'),
  );

const Document = z.object({
  specversion: z.literal('1.0'),
  type: z.literal(EVENT_TYPE),
  source: identifier(512),
  id: identifier(256),
  time: z.optional(z.iso.datetime({ offset: true, error: 'must be a time such as 2026-11-22T08:30:00Z' })),
  data: z
    .strictObject({
      mode: z.optional(Mode),
      reason: z.optional(z.string().check(z.maxLength(1024))),
      part: z.optional(Part),
      instances: z.array(DecommissionedInstance).check(z.minLength(1)),
    })
    .check(
      z.superRefine(({ instances }, context) => {
        for (const { index, message } of contradictionsIn(instances, LONGEST_LIST)) context.addIssue({ code: 'custom', message, path: ['instances', ...index] });
      }),
    ),
});

/** A CloudEvents 1.0 document in structured mode; attributes not named here are let through unread (interfaces.md, Event). */
export const DecommissionEvent = Document.check(
  z.refine((event) => event.data.part === undefined || fitsOneMessage(JSON.stringify(event)), {
    message: 'must fit one message of 1 MiB, since a part is not split again',
    path: ['data', 'part'],
  }),
  // The cap is held against this number, so a part must not claim to be of a smaller whole than itself.
  z.refine(({ data }) => data.part?.instances === undefined || data.part.instances >= mergeInstances(data.instances).length, {
    message: 'must be the number of instances of the whole event, which is no less than what this part names',
    path: ['data', 'part', 'instances'],
  }),
);
export type DecommissionEvent = z.infer<typeof DecommissionEvent>;
