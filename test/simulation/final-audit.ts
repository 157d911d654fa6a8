import type { DecommissionEvent } from '../../events/decommission.ts';
import { instancesOf } from '../../events/instances.ts';
import type { Ledger } from '../../lib/ports/ledger.ts';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import { identityOf } from '../../lib/saga/instance.ts';
import { type Entry, firstBrokenLink } from '../../lib/saga/journal.ts';
import { type Saga, isTerminal } from '../../lib/saga/saga.ts';
import { outcomeOfEvent, readEvent } from '../../lib/workflow/records/event-store.ts';
import { type StoredSaga, listSagas, readGenerations, readJournal } from '../../lib/workflow/records/saga-store.ts';
import { type SecretResult, sagaResult } from '../../lib/workflow/result.ts';
import type { Findings } from './findings.ts';
import type { Records } from './records.ts';
import type { Actor, TrueSecret } from './truth.ts';
import { type Truth, isOwn, trueSecret } from './world-truth.ts';

export interface FinalParts {
  readonly ledger: Ledger;
  readonly records: Records;
  readonly findings: Findings;
  readonly truth: Truth;
  readonly wallNow: () => number;
}

const erasedBy = (secret: TrueSecret | undefined): Actor | undefined => secret?.erased?.by;

/** Whether this saga is the cause of a secret's end: by its call, or by a schedule it made. */
const endedByIt = (secret: TrueSecret | undefined, sagaId: string): boolean => {
  const by = erasedBy(secret);
  return isOwn(by, sagaId) || (by?.kind === 'date' && isOwn(by.scheduledBy, sagaId));
};

const isPendingByIt = (secret: TrueSecret | undefined, sagaId: string): boolean =>
  secret?.cloud === 'huawei' && secret.erased === null && secret.state === 'PENDING_DELETE' && isOwn(secret.scheduled?.by, sagaId);

const contradicts = (saga: Saga, { outcome }: SecretResult, secret: TrueSecret | undefined): boolean => {
  switch (outcome) {
    case 'deleted':
    case 'raced':
      return secret !== undefined && secret.erased === null;
    case 'already-gone':
      return secret !== undefined && (secret.erased === null || isOwn(secret.erased.by, saga.sagaId));
    case 'kept':
    case 'restored':
      return endedByIt(secret, saga.sagaId) || isPendingByIt(secret, saga.sagaId);
    case 'pending':
    case 'unknown':
      return false;
  }
};

const auditOutcomes = ({ findings, truth, wallNow }: FinalParts, saga: Saga): void => {
  for (const result of sagaResult(saga, NO_CONTROLS, wallNow()).secrets) {
    const secret = trueSecret(truth, result);
    if (contradicts(saga, result, secret)) findings.add('mismatch', `${saga.sagaId} tells ${result.outcome} of ${result.name}, which in truth is ${secret?.erased == null ? 'there' : 'gone'} (${JSON.stringify(secret)})`);
    if (isTerminal(saga) && result.outcome === 'pending' && saga.state !== 'compensation-failed' && isPendingByIt(secret, saga.sagaId)) {
      findings.add('wrong', `${saga.sagaId} is ${saga.state} with a live schedule of its own on ${result.name}`);
    }
  }
};

/** A saga that ended without going through its purge has left nothing of its own behind. */
const auditLeftovers = ({ findings, truth }: FinalParts, saga: Saga): void => {
  const { state, sagaId } = saga;
  if (state !== 'restored' && state !== 'refused' && !(state === 'parked' && saga.pivotAt === null)) return;
  for (const secret of truth.csms.secrets) {
    if (isPendingByIt(secret, sagaId)) findings.add('wrong', `${sagaId} is ${state}, yet its schedule of ${secret.name} lives`);
  }
};

/** What a batch-delete's own reply told, and no plan named, must stand in the saga, and a person must be told. */
const auditRaced = ({ findings, records }: FinalParts, saga: Saga, entries: readonly Entry[]): void => {
  // Somebody who was told may have sent its event again since.
  const wasTold = entries.some(({ fact }) => fact.type === 'Settled' && fact.state === 'parked');
  for (const name of records.toldDeleted.get(saga.sagaId) ?? []) {
    const known = Object.values(saga.secrets).find(({ target }) => target.name === name);
    if (known === undefined) findings.add('wrong', `${saga.sagaId}: a reply told ${name} deleted and the saga does not name it`);
    else if (known.origin === 'raced' && isTerminal(saga) && !wasTold) findings.add('wrong', `${saga.sagaId}: ${name} was raced and the saga ended ${saga.state}`);
  }
};

const auditSaga = async (parts: FinalParts, stored: StoredSaga): Promise<void> => {
  const { findings, ledger } = parts;
  const { saga } = stored;
  const entries: Entry[] = [];
  for await (const entry of readJournal(ledger, stored)) entries.push(entry);
  const broken = firstBrokenLink(entries);
  if (broken !== null) findings.add('wrong', `${saga.sagaId}: its whole journal breaks at ${broken}`);
  if (!isTerminal(saga) && saga.wait?.why !== 'approval') findings.add('stuck', `${saga.sagaId} is still ${saga.state}, waiting ${JSON.stringify(saga.wait)}`);
  auditOutcomes(parts, saga);
  auditLeftovers(parts, saga);
  auditRaced(parts, saga, entries);
};

const auditEvent = async ({ findings, ledger }: FinalParts, event: DecommissionEvent): Promise<void> => {
  const outcome = outcomeOfEvent(await readEvent(ledger, event), event);
  if (outcome === null && event.data.mode !== 'plan') findings.add('lost', `event ${event.id} left no trace`);
  if (outcome?.accepted !== true) return;
  for (const named of instancesOf(event)) {
    if ((await readGenerations(ledger, identityOf(named))).length === 0) findings.add('lost', `${identityOf(named)} of ${event.id} has no saga`);
  }
};

/** When all is quiet: every saga is over or waits for a person, what it tells is true, and no event came to nothing. */
export const auditTheEnd = async (parts: FinalParts, events: readonly DecommissionEvent[], isPlanRun: boolean): Promise<void> => {
  for await (const stored of listSagas(parts.ledger)) await auditSaga(parts, stored);
  if (!isPlanRun) for (const event of events) await auditEvent(parts, event);
};
