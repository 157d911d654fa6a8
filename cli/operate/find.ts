import { SagaId } from '../../events/messages.ts';
import { nearest } from '../../events/nearest.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { isInLedger, readSagas } from '../../lib/workflow/saga-store.ts';
import type { Desk } from '../../lib/workflow/stops.ts';
import { TARGET_FORMS, type Target, concerns, parseTarget, targetsOf } from '../../lib/workflow/targets.ts';
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
const meant = (asked: string, sagas: readonly Saga[]): string => {
  const known = [...new Set(sagas.flatMap(targetsOf))];
  const text = asked.trim();
  const near = nearest(text, known) ?? likest(text, known) ?? (text === '' ? undefined : known.find((one) => one.includes(text)));
  if (near !== undefined) return `did you mean ${near}?`;
  return known.length === 0 ? 'this state knows no saga yet; name the right one with --state' : `it knows ${known.slice(0, 3).join(', ')}${known.length > 3 ? ', …' : ''}`;
};

const unknown = (asked: string, what: string, sagas: readonly Saga[]): BadInput =>
  new BadInput([onCommandLine(what, `${JSON.stringify(asked)} is no ${what} of this state`, meant(asked, sagas))]);

/** The id of a saga that this state holds; BadInput with the nearest one otherwise. */
export const findSaga = async (desk: Pick<Desk, 'ledger'>, asked: string): Promise<SagaId> => {
  const { success, data } = SagaId.safeParse(asked);
  // Without a list of all: a stop on this one must not fail on what a newer Probate wrote.
  if (success && (await isInLedger(desk.ledger, data))) return data;
  throw unknown(asked, 'saga', await readSagas(desk.ledger));
};

const nameless = ({ sagaId, secrets }: Saga, asked: string): boolean =>
  sagaId.startsWith(`${asked}#`) || Object.values(secrets).some(({ target }) => target.name === asked);

/** Every saga that a saga id, an identity, an instance, a secret's key or its bare name means; BadInput when none. */
export const findSagas = async (desk: Pick<Desk, 'ledger'>, asked: string): Promise<Saga[]> => {
  const sagas = await readSagas(desk.ledger);
  const target = parseTarget(asked);
  const found = sagas.filter((saga) => nameless(saga, asked) || (target !== null && concerns(saga, target)));
  if (found.length === 0) throw unknown(asked, 'saga, instance or secret', sagas);
  return found;
};

/** A target to hold. Instances and secrets may be held before any saga names them; a saga that is not there was mistyped. */
export const findTarget = async (desk: Pick<Desk, 'ledger'>, asked: string): Promise<Target> => {
  const target = parseTarget(asked);
  if (target?.kind === 'saga') await findSaga(desk, asked);
  if (target !== null) return target;
  throw new BadInput([onCommandLine('target', `${JSON.stringify(asked)} is no target`, `give ${TARGET_FORMS}; ${meant(asked, await readSagas(desk.ledger))}`)]);
};
