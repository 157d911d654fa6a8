import { evolve, evolveAll, openedSaga } from '../../lib/saga/evolve.ts';
import type { Dated } from '../../lib/saga/facts.ts';
import { type Entry, firstBrokenLink } from '../../lib/saga/journal.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import type { Item } from '../../lib/ports/ledger.ts';
import { auditFact } from './fact-audit.ts';
import type { Findings } from './findings.ts';
import type { Life } from './life.ts';
import type { Records } from './records.ts';
import type { LedgerWatch } from './simulated-ledger.ts';
import type { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';
import type { Truth } from './world-truth.ts';

interface Body {
  readonly saga: Saga;
  readonly journal: readonly Entry[];
  readonly sealed: { readonly seq: number; readonly hash: string } | null;
}

export interface LedgerAuditParts {
  readonly timeline: Timeline;
  readonly wallNow: () => number;
  readonly records: Records;
  readonly findings: Findings;
  readonly trace: Trace;
  readonly truth: Truth;
}

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
};

/** Watches every write of the ledger: the chain holds, the state is the fold of its facts, each fact was allowed. */
export const ledgerAudit = (parts: LedgerAuditParts): LedgerWatch => {
  const { timeline, records, findings, trace } = parts;
  const links = new Map<string, { readonly seq: number; readonly hash: string }>();
  /** Facts sealed into chapters, by the hash they end in: the saga's own write says which of them count. */
  const chapters = new Map<string, readonly Entry[]>();

  const newEntries = (sagaId: string, { journal, sealed }: Body): Entry[] => {
    const last = links.get(sagaId) ?? { seq: 0, hash: '' };
    const all = [...(sealed === null ? [] : (chapters.get(sealed.hash) ?? [])), ...journal];
    return all.filter(({ seq }) => seq > last.seq);
  };

  const folded = (before: Saga | null, facts: readonly Dated[]): Saga | null => {
    const [first, ...rest] = facts;
    if (before !== null) return evolveAll(before, facts);
    return first?.type === 'Opened' ? evolveAll(openedSaga(first), rest) : null;
  };

  const sagaWritten = (life: Life, item: Item): void => {
    const body: Body = freeze(JSON.parse(item.body));
    const before = records.sagas.get(item.id) ?? null;
    const entries = newEntries(item.id, body);
    const facts = entries.map(({ fact }) => fact);
    const broken = firstBrokenLink(entries, links.get(item.id) ?? null);
    if (broken !== null) findings.add('wrong', `${item.id}: the journal's chain breaks at ${broken}`);
    const last = body.journal.at(-1) ?? body.sealed;
    if (last !== null) links.set(item.id, { seq: last.seq, hash: last.hash });
    const fold = folded(before?.saga ?? null, facts);
    if (JSON.stringify(fold) !== JSON.stringify(body.saga)) findings.add('wrong', `${item.id}: its state is not the fold of its facts`);
    let saga = before?.saga ?? null;
    for (const fact of facts) {
      trace.line(life.name, `${item.id.slice(-14)} v${item.version} ${fact.type} ${JSON.stringify({ ...fact, type: undefined, at: undefined }).slice(0, 400)}`);
      if (saga !== null) auditFact(parts, { life, saga, fact, version: item.version });
      saga = saga === null ? (fact.type === 'Opened' ? openedSaga(fact) : null) : evolve(saga, fact);
    }
    records.sagas.set(item.id, { version: item.version, saga: body.saga });
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
        chapters.set(entries.at(-1)?.hash ?? '', entries);
      } else if (after.kind === 'saga') sagaWritten(life, after);
    },
  };
};
