import * as z from 'zod/mini';
import { seededRandom } from './random.ts';

const Quota = z.strictObject({ calls: z.int().check(z.minimum(1)), perSeconds: z.number().check(z.positive()) });
export type FaultQuota = z.infer<typeof Quota>;

/**
 * What happens to a request that a rule matches. `status` and `body` replace the reply and, unless `takesEffect`, keep the
 * request from doing anything. `code` does the same with the cloud's own error of that code, in its shape and with its
 * status where none is given. `latencyMs` holds the request up on its way: it takes effect after that, even if the caller
 * has gone. `reset` cuts the connection before the request took effect, or after. `staleListSeconds` makes a list show what
 * was true that long ago; `dropPage` loses the rows of a CSMS page, or the second half of an SAE list. `expireToken` ends every token issued so far.
 */
const Fault = z.strictObject({
  status: z.optional(z.int().check(z.minimum(100), z.maximum(599))),
  code: z.optional(z.string().check(z.minLength(1))),
  body: z.optional(z.union([z.string(), z.record(z.string(), z.unknown())])),
  headers: z.optional(z.record(z.string(), z.string())),
  takesEffect: z.optional(z.boolean()),
  latencyMs: z.optional(z.number().check(z.minimum(0))),
  reset: z.optional(z.enum(['before', 'after'])),
  staleListSeconds: z.optional(z.number().check(z.minimum(0))),
  dropPage: z.optional(z.boolean()),
  expireToken: z.optional(z.boolean()),
  quota: z.optional(Quota),
});
export type Fault = z.infer<typeof Fault>;

/** `nth` counts matching requests from 1; the rule acts from that one on, `times` times: once where `nth` is given, else without end. */
const Rule = z.strictObject({
  match: z.strictObject({
    operation: z.string().check(z.minLength(1)),
    name: z.optional(z.string()),
    nth: z.optional(z.int().check(z.minimum(1))),
    probability: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
  }),
  times: z.optional(z.int().check(z.minimum(1))),
  effect: Fault,
});

/** The document of `POST /_emulator/faults` and of `--faults` (interfaces.md, Emulators); operation `*` is every operation. */
export const FaultsDocument = z.strictObject({ seed: z.optional(z.int()), rules: z.array(Rule) });
export type FaultsDocument = z.infer<typeof FaultsDocument>;

/** What the rules make of one request; `retryAfterMs` is set when a quota is used up. */
export interface Struck extends Fault {
  readonly exceeded: { readonly quota: FaultQuota; readonly retryAfterMs: number } | null;
}

export interface Faults {
  strike(operation: string, names: readonly string[], realNow: number): Struck;
}

const spend = (calls: number[], { calls: limit, perSeconds }: FaultQuota, realNow: number): number | null => {
  const windowMs = perSeconds * 1000;
  while (calls[0] !== undefined && calls[0] <= realNow - windowMs) calls.shift();
  const oldest = calls[0];
  if (calls.length >= limit && oldest !== undefined) return Math.ceil(oldest + windowMs - realNow);
  calls.push(realNow);
  return null;
};

/** Rules are tried in order and all that match act together; of two that set the same effect the first wins. */
export const createFaults = ({ seed = 1, rules }: FaultsDocument): Faults => {
  const random = seededRandom(seed);
  const armed = rules.map((rule) => ({ rule, seen: 0, left: rule.times ?? (rule.match.nth === undefined ? Infinity : 1), calls: new Array<number>() }));
  return {
    strike: (operation, names, realNow) => {
      const acting: Fault[] = [];
      let exceeded: Struck['exceeded'] = null;
      for (const arm of armed) {
        const { match, effect } = arm.rule;
        if (match.operation !== '*' && match.operation !== operation) continue;
        if (match.name !== undefined && !names.includes(match.name)) continue;
        arm.seen += 1;
        if (arm.left === 0 || arm.seen < (match.nth ?? 1)) continue;
        if (match.probability !== undefined && random() >= match.probability) continue;
        arm.left -= 1;
        acting.push(effect);
        if (effect.quota === undefined) continue;
        const retryAfterMs = spend(arm.calls, effect.quota, realNow);
        if (retryAfterMs !== null) exceeded ??= { quota: effect.quota, retryAfterMs };
      }
      const merged: Struck = { exceeded };
      for (const effect of acting.toReversed()) Object.assign(merged, effect);
      return merged;
    },
  };
};
