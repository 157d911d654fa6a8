import { InstanceId } from '../../events/ids.ts';
import { SagaId } from '../../events/messages.ts';
import { nearest } from '../../events/nearest.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { BY_NEWER, NewerSaga, type SagasUnlessNewer, isInLedger, readAllUnlessNewer, readUnlessNewer } from '../../lib/workflow/records/saga-store.ts';
import { TARGET_FORMS, type Target, concerns, parseTarget, targetsOf } from '../../lib/workflow/stops/targets.ts';
import type { Store } from '../../lib/workflow/workflow.ts';
import type { StateOptions } from '../commands/options.ts';
import { withStack } from '../run/open-stack.ts';
import { holdsState } from '../run/open-state.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { onCommandLine } from '../terminal/command-line.ts';

const commonStart = (a: string, b: string): number => {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  return length;
};

const reversed = (text: string): string => text.split('').toReversed().join('');

/** Of long ids the one that agrees from both ends in all but a fifth. */
const likest = (text: string, known: readonly string[]): string | null => {
  const ranked = known
    .map((one) => ({ one, agrees: commonStart(text, one) + commonStart(reversed(text), reversed(one)) }))
    .filter(({ one, agrees }) => agrees >= 0.8 * Math.max(text.length, one.length))
    .sort((a, b) => b.agrees - a.agrees);
  return ranked[0]?.one ?? null;
};

/** What somebody may have meant, from all that this state knows. */
const meant = (asked: string, { sagas, newer }: SagasUnlessNewer): string => {
  const known = [...new Set([...sagas.flatMap(targetsOf), ...newer])];
  const text = asked.trim();
  const near = nearest(text, known) ?? likest(text, known) ?? (text === '' ? undefined : known.find((one) => one.includes(text)));
  if (near !== undefined) return `did you mean ${near}?`;
  return known.length === 0 ? 'this state knows no saga yet; name the right one with --state' : `it knows ${known.slice(0, 3).join(', ')}${known.length > 3 ? ', …' : ''}`;
};

const unknown = (asked: string, what: string, known: SagasUnlessNewer): BadInput =>
  new BadInput([onCommandLine(what, `${JSON.stringify(asked)} is no ${what} of this state`, meant(asked, known))]);

const byNewer = (sagaId: string): string => `${sagaId} ${BY_NEWER}`;

/** What a newer Probate wrote can be held, and nothing else of it is for this one to do or to tell (H32). */
const unreadable = (what: string, message: string, newer: readonly string[]): BadInput =>
  new BadInput([onCommandLine(what, message, `use the Probate that wrote ${newer.length === 1 ? 'it' : 'them'}, and deploy that one everywhere; a hold from here is on record for it too`)]);

/** The id of a saga that this state holds; BadInput with the nearest one otherwise, and for one that a newer Probate wrote. */
export const findSaga = async ({ ledger }: Pick<Store, 'ledger'>, asked: string): Promise<SagaId> => {
  const { success, data } = SagaId.safeParse(asked);
  const stored = success ? await readUnlessNewer(ledger, data) : null;
  if (stored instanceof NewerSaga) throw unreadable('saga', byNewer(stored.sagaId), [stored.sagaId]);
  if (stored === null) throw unknown(asked, 'saga', await readAllUnlessNewer(ledger));
  return stored.saga.sagaId;
};

const nameless = ({ sagaId, secrets }: Saga, asked: string): boolean =>
  sagaId.startsWith(`${asked}#`) || Object.values(secrets).some(({ target }) => target.name === asked);

/** A saga's id says of which instance it is; which secrets it has, and in which namespaces, only a newer Probate can tell. */
const mayMean = (sagaId: string, asked: string): boolean => {
  if (SagaId.safeParse(asked).success) return sagaId === asked;
  return !InstanceId.safeParse(asked).success || sagaId.includes(`:${asked}#`);
};

const SUBJECT = 'saga, instance or secret';

/**
 * Every saga that a saga id, an identity, an instance, a secret's key or its bare name means, and those that may be meant
 * too, since a newer Probate wrote them; BadInput when none of the others is meant.
 */
export const findSagas = async ({ ledger }: Pick<Store, 'ledger'>, asked: string): Promise<SagasUnlessNewer> => {
  const known = await readAllUnlessNewer(ledger);
  const { sagas, newer } = known;
  const target = parseTarget(asked);
  const found = sagas.filter((saga) => nameless(saga, asked) || (target !== null && concerns(saga, target)));
  const maybe = newer.filter((sagaId) => mayMean(sagaId, asked));
  if (found.length > 0) return { sagas: found, newer: maybe };
  if (maybe.length === 0) throw unknown(asked, SUBJECT, known);
  throw unreadable(SUBJECT, maybe.includes(asked) ? byNewer(asked) : `${JSON.stringify(asked)} is of no saga that this Probate can read, and a newer one wrote ${maybe.join(', ')}`, maybe);
};

/** A target to hold or to release, judged before a state is made for it; BadInput for what has the form of none, with what was meant where a state is there that knows. */
export const readTarget = async ({ stack, state }: Pick<StateOptions, 'stack' | 'state'>, asked: string): Promise<Target> => {
  const target = parseTarget(asked);
  if (target !== null) return target;
  const isThere = stack === 'embedded' && holdsState(state);
  const near = isThere ? `; ${await withStack({ stack, state }, 'existing', async ({ ledger }) => meant(asked, await readAllUnlessNewer(ledger)))}` : '';
  throw new BadInput([onCommandLine('target', `${JSON.stringify(asked)} is no target`, `give ${TARGET_FORMS}${near}`)]);
};

/** Instances and secrets may be held before any saga names them; BadInput for a saga that is not there, which was mistyped. */
export const expectTarget = async ({ ledger }: Pick<Store, 'ledger'>, { kind, key }: Target): Promise<void> => {
  // Without a list of all: a stop on this one must not fail on what a newer Probate wrote.
  if (kind === 'saga' && !(await isInLedger(ledger, SagaId.parse(key)))) throw unknown(key, 'saga', await readAllUnlessNewer(ledger));
};
