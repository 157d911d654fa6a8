import { evolve, evolveAll, openedSaga } from '../../lib/saga/evolve.ts';
import type { Dated } from '../../lib/saga/facts.ts';
import { type Entry, GENESIS, type Link, firstBrokenLink, linkAfter } from '../../lib/saga/journal.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import type { Item } from '../../lib/ports/ledger.ts';
import type { AuditParts } from './audit-parts.ts';
import { auditFact } from './fact-audit.ts';
import type { Life } from './life.ts';
import type { LedgerWatch } from './simulated-ledger.ts';

/** As it stands in an item; the auditor reads it itself. */
interface Body {
  readonly facts: readonly Dated[];
  readonly hash: string;
  readonly sealed: (Link & { readonly saga: Saga }) | null;
}

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
};

const linkBefore = ([first]: readonly Entry[]): Link => (first === undefined ? GENESIS : { seq: first.seq - 1, hash: first.before });

/** Watches every write of the ledger: the chain holds, the state is the fold of its facts, each fact was allowed. */
export const ledgerAudit = (parts: AuditParts): LedgerWatch => {
  const { timeline, records, findings, trace } = parts;
  const links = new Map<string, Link>();
  /** Facts sealed into chapters, by the hash they end in: the saga's own write says which of them count. */
  const chapters = new Map<string, readonly Entry[]>();

  /** What a write adds to the journal as it stood; facts sealed by that very write are in their chapter. */
  const newFacts = (sagaId: string, { facts, sealed }: Body): readonly Dated[] => {
    const known = links.get(sagaId)?.seq ?? 0;
    const sealedNow = (sealed === null ? [] : (chapters.get(sealed.hash) ?? [])).filter(({ seq }) => seq > known).map(({ fact }) => fact);
    return [...sealedNow, ...facts.slice(Math.max(0, known - (sealed?.seq ?? 0)))];
  };

  const folded = (before: Saga | null, facts: readonly Dated[]): Saga | null => {
    const [first, ...rest] = facts;
    if (before !== null) return evolveAll(before, facts);
    return first?.type === 'Opened' ? evolveAll(openedSaga(first), rest) : null;
  };

  const sagaWritten = (life: Life, item: Item): void => {
    const body: Body = freeze(JSON.parse(item.body));
    const before = records.sagas.get(item.id) ?? null;
    const facts = newFacts(item.id, body);
    const last = linkAfter(links.get(item.id) ?? GENESIS, facts);
    if (last.hash !== body.hash) findings.add('wrong', `${item.id}: its journal does not go on from where it stood`);
    links.set(item.id, last);
    const fold = folded(before?.saga ?? null, facts);
    if (fold === null) findings.add('wrong', `${item.id}: its journal does not begin with its opening`);
    if (body.sealed !== null && body.facts.length === 0 && JSON.stringify(body.sealed.saga) !== JSON.stringify(fold)) findings.add('wrong', `${item.id}: what a chapter ends in is not the fold of its facts`);
    let saga = before?.saga ?? null;
    for (const fact of facts) {
      trace.line(life.name, `${item.id.slice(-14)} v${item.version} ${fact.type} ${JSON.stringify({ ...fact, type: undefined, at: undefined }).slice(0, 400)}`);
      if (saga !== null) auditFact(parts, { life, saga, fact, version: item.version });
      saga = saga === null ? (fact.type === 'Opened' ? openedSaga(fact) : null) : evolve(saga, fact);
    }
    if (fold !== null) {
      records.sagas.set(item.id, { version: item.version, saga: fold });
      if (fold.verifyingSince !== null || fold.pivotAt !== null) records.decidedUpTo.set(item.id, fold.attempts);
    }
  };

  return {
    read: (life, kind, id) => {
      const seen = records.seen(life);
      if (kind === 'controls') seen.controls = { at: timeline.now(), value: records.controls };
      if (kind === 'saga') seen.sagas.set(id, { at: timeline.now(), version: records.sagas.get(id)?.version ?? 0 });
    },
    written: (life, _before, after) => {
      if (after.kind === 'controls') {
        records.controls = freeze(JSON.parse(after.body));
        records.controlsSince = timeline.now();
        trace.line(life.name, `controls ${after.body}`);
      } else if (after.kind === 'chapter') {
        const entries: Entry[] = JSON.parse(after.body);
        if (firstBrokenLink(entries, linkBefore(entries)) !== null) findings.add('wrong', `${after.id}: the chapter's chain is broken`);
        chapters.set(entries.at(-1)?.hash ?? '', entries);
      } else if (after.kind === 'saga') sagaWritten(life, after);
    },
  };
};
