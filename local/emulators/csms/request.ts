import * as z from 'zod/mini';
import type { Fault } from '../faults.ts';
import type { Unknowns } from '../unknowns.ts';
import type { Outgoing } from '../wire.ts';
import type { Content } from './content.ts';
import { keyOf, type Secret } from './records.ts';
import { notFound, refused } from './replies.ts';
import type { Route } from './routes.ts';

/** One request that has been let in. `now` is the emulator's clock, epoch ms; `body` is the parsed JSON, undefined when empty. */
export interface Request {
  readonly route: Route;
  readonly query: ReadonlyMap<string, string>;
  readonly body: unknown;
  readonly content: Content;
  readonly unknowns: Unknowns;
  readonly fault: Fault;
  readonly now: number;
}

/** Carries out with the secret the path names, or answers that there is none. */
export const withSecret = ({ route, content, unknowns }: Request, carryOut: (secret: Secret) => Outgoing): Outgoing => {
  const secret = content.secrets.get(keyOf(route));
  return secret === undefined ? notFound(unknowns) : carryOut(secret);
};

const AnyObject = z.record(z.string(), z.unknown());

/** Carries out with the body's fields: no object is CSMS.0004, a field of the wrong form CSMS.0002. */
export const withBody = <T>({ body }: Request, schema: z.ZodMiniType<T>, carryOut: (fields: T) => Outgoing): Outgoing => {
  if (!AnyObject.safeParse(body).success) return refused('CSMS.0004');
  const fields = schema.safeParse(body);
  return fields.success ? carryOut(fields.data) : refused('CSMS.0002');
};

export const isPending = ({ state }: Secret): boolean => state === 'PENDING_DELETE';

/** Whether a secret in this state may be deleted or scheduled at all; what is pending already is asked before. */
export const isDeletable = ({ state }: Secret, { deletableStates }: Unknowns): boolean => {
  switch (deletableStates) {
    case 'all':
      return true;
    case 'notFrozen':
      return state !== 'FROZEN';
    case 'enabledOnly':
      return state === 'ENABLED';
  }
};
