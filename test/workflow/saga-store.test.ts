import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../lib/ports/ledger.ts';
import { evolveAll } from '../../lib/saga/evolve.ts';
import type { Dated } from '../../lib/saga/facts.ts';
import { generationOf, sagaIdOf } from '../../lib/saga/instance.ts';
import { type Entry, firstBrokenLink } from '../../lib/saga/journal.ts';
import { type Saga } from '../../lib/saga/saga.ts';
import { amend } from '../../lib/workflow/records/amend.ts';
import { NewerSaga, type StoredSaga, listSagas, readGenerations, readJournal, readSaga, unwritten, wakeAtOf, withFacts, writeSaga } from '../../lib/workflow/records/saga-store.ts';
import { DAY, HOUR, MINUTE, NOW, SECOND, aHold, aSaga, after, anOpening } from '../saga/builders.ts';
import { aState } from './state.ts';

const { sagaId } = anOpening();

const noted = (text: string, at = NOW): Dated => ({ type: 'StepFailed', step: 'a step', code: text, at });

const opened = async (ledger: Ledger): Promise<StoredSaga> => {
  const stored = await writeSaga(ledger, unwritten(anOpening()), null, NOW);
  if (stored === null) throw new Error('somebody else wrote it');
  return stored;
};

const wholeJournal = async (ledger: Ledger, stored: StoredSaga): Promise<Entry[]> => {
  const entries: Entry[] = [];
  for await (const entry of readJournal(ledger, stored)) entries.push(entry);
  return entries;
};

describe('a saga in the ledger', () => {
  it('is read as it was written: state, journal, lease and version', async () => {
    const { ledger } = aState();
    const first = await opened(ledger);
    expect(first).toMatchObject({ version: 1, saga: aSaga(), lease: null, sealed: null });
    const lease = { token: 'a worker', until: NOW + MINUTE };
    const second = await writeSaga(ledger, withFacts(first, [noted('x')]), lease, NOW);
    expect(await readSaga(ledger, sagaId)).toEqual(second);
    expect(second).toMatchObject({ version: 2, lease, saga: { failures: { 'a step': 1 } } });
    expect(second?.facts.map(({ type }) => type)).toEqual(['Opened', 'StepFailed']);
    expect(second?.last.seq).toBe(2);
  });

  it('that nobody wrote is not there', async () => {
    expect(await readSaga(aState().ledger, sagaId)).toBeNull();
  });

  it('H31: of two writers who read the same version one writes, and nothing of the other has happened', async () => {
    const { ledger } = aState();
    const stored = await opened(ledger);
    const [one, other] = await Promise.all([writeSaga(ledger, withFacts(stored, [noted('one')]), null, NOW), writeSaga(ledger, withFacts(stored, [noted('other')]), null, NOW)]);
    expect([one, other].filter((written) => written !== null)).toHaveLength(1);
    expect((await readSaga(ledger, sagaId))?.facts).toHaveLength(2);
  });

  it('is opened once, whoever opens it', async () => {
    const { ledger } = aState();
    const answers = await Promise.all(Array.from({ length: 5 }, () => writeSaga(ledger, unwritten(anOpening()), null, NOW)));
    expect(answers.filter((written) => written !== null)).toHaveLength(1);
  });

  it('the generations of an identity are found in order, and all sagas are listed', async () => {
    const { ledger } = aState();
    const { identity } = generationOf(sagaId);
    for (const generation of [1, 2, 3]) await writeSaga(ledger, unwritten(anOpening({ sagaId: sagaIdOf(identity, generation) })), null, NOW);
    expect((await readGenerations(ledger, identity)).map(({ saga }) => generationOf(saga.sagaId).generation)).toEqual([1, 2, 3]);
    const listed: string[] = [];
    for await (const { saga } of listSagas(ledger)) listed.push(saga.sagaId);
    expect(listed).toHaveLength(3);
  });
});

const written = async (ledger: Ledger, facts: readonly Dated[]): Promise<StoredSaga> => {
  let stored = await opened(ledger);
  for (const fact of facts) {
    const next = await writeSaga(ledger, withFacts(stored, [fact]), null, NOW);
    if (next === null) throw new Error('somebody else wrote it');
    stored = next;
  }
  return stored;
};

describe('the journal', () => {
  const LONG = 'x'.repeat(6_000);

  it('beyond 32 KB moves to sealed chapters, and the chain holds through all of them', async () => {
    const { ledger } = aState();
    const facts = Array.from({ length: 25 }, (_, index) => noted(`${index} ${LONG}`, NOW + index));
    const stored = await written(ledger, facts);
    expect(stored.sealed?.chapters).toBeGreaterThan(2);
    expect(JSON.stringify(stored.facts).length).toBeLessThan(40_000);
    const entries = await wholeJournal(ledger, stored);
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 26 }, (_, index) => index + 1));
    expect(firstBrokenLink(entries)).toBeNull();
    expect(evolveAll(aSaga(), entries.map(({ fact }) => fact))).toEqual(stored.saga);
  });

  it('a short one stays with its saga', async () => {
    const { ledger } = aState();
    expect(await written(ledger, [noted('x')])).toMatchObject({ sealed: null, last: { seq: 2 }, facts: [{ type: 'Opened' }, { type: 'StepFailed' }] });
  });

  it('a chapter left by a worker that crashed before its saga was written is written over', async () => {
    const { ledger } = aState();
    const long = withFacts(await opened(ledger), Array.from({ length: 8 }, (_, index) => noted(`${index} ${LONG}`)));
    await ledger.write({ kind: 'chapter', id: `${sagaId}/000001`, version: 1, body: '[]', wakeAt: null });
    const stored = await writeSaga(ledger, long, null, NOW);
    expect(stored?.sealed).toMatchObject({ chapters: 1, seq: 9 });
    expect(stored === null ? [] : await wholeJournal(ledger, stored)).toHaveLength(9);
  });

  it('H62: a chapter that is missing is an error, never a shorter journal', async () => {
    const { ledger } = aState();
    const whole = await opened(ledger);
    const stored: StoredSaga = { ...whole, sealed: { chapters: 1, seq: 1, hash: 'x', saga: whole.saga } };
    await expect(wholeJournal(ledger, stored)).rejects.toThrow(/chapter 1 .* is missing/);
  });
});

describe('a journal that somebody altered in the ledger', () => {
  it('does not come to the hash that stands beside it, and is no journal any more', async () => {
    const { ledger } = aState();
    const stored = await written(ledger, [noted('first'), noted('second')]);
    const facts = stored.facts.map((fact) => (fact.type === 'StepFailed' ? { ...fact, code: 'another' } : fact));
    await expect(wholeJournal(ledger, { ...stored, facts })).rejects.toThrow(`the journal of ${sagaId} was altered`);
  });
});

it('H32: a saga that a newer Probate wrote is refused by name', async () => {
  const { ledger } = aState();
  const { version } = await opened(ledger);
  await ledger.write({ kind: 'saga', id: sagaId, version: version + 1, body: JSON.stringify({ v: 2, story: [] }), wakeAt: null });
  await expect(readSaga(ledger, sagaId)).rejects.toThrow(NewerSaga);
});

const waiting = (until: number | null): Saga => after(aSaga(), NOW, { type: 'Waited', wait: { until, queue: 'deletions', why: 'x' } });

describe('when a saga wants to be woken without any message', () => {
  it.each([
    ['at work, with a message under way: a quarter of an hour later', aSaga(), NOW + 19 * MINUTE],
    ['waiting a little: a quarter of an hour after its message', waiting(NOW + 10 * SECOND), NOW + 19 * MINUTE],
    ['waiting as long as a queue can delay', waiting(NOW + 15 * MINUTE), NOW + 34 * MINUTE],
    ['waiting longer than that: at the very date', waiting(NOW + 15 * MINUTE + 1), NOW + 15 * MINUTE + 1],
    ['waiting for days', waiting(NOW + 6 * DAY), NOW + 6 * DAY],
    ['overdue: a quarter of an hour from now', waiting(NOW - HOUR), NOW + 19 * MINUTE],
    ['waiting for a person: never', waiting(null), null],
    ['ended: never', after(aSaga(), NOW, { type: 'Settled', state: 'gone', reason: null }), null],
  ])('H48: %s, to the next five minutes', (_what, saga, wakeAt) => {
    expect(wakeAtOf(saga, NOW)).toBe(wakeAt);
  });

  it('stands in the index that the sweep reads', async () => {
    const { ledger } = aState();
    await opened(ledger);
    expect(await ledger.due('saga', NOW + 19 * MINUTE, 10)).toEqual([{ id: sagaId, wakeAt: NOW + 19 * MINUTE }]);
    expect(await ledger.due('saga', NOW + 19 * MINUTE - 1, 10)).toEqual([]);
  });

  it('moves no entry of that index while the saga is at work', () => {
    const [first, ...others] = Array.from({ length: 60 }, (_, seconds) => wakeAtOf(aSaga(), NOW + seconds * SECOND));
    expect(new Set(others)).toEqual(new Set([first]));
  });
});

describe('what a person brings to a saga', () => {
  it('is written beside whoever has the lease, whose next write then loses', async () => {
    const { ledger } = aState();
    const lease = { token: 'a worker', until: NOW + MINUTE };
    const leased = await writeSaga(ledger, withFacts(await opened(ledger), [noted('x')]), lease, NOW);
    const amended = await amend(ledger, sagaId, NOW, () => [{ type: 'Held', hold: aHold(), at: NOW }]);
    expect(amended).toMatchObject({ changed: true, stored: { version: 3, lease, saga: { hold: aHold() } } });
    expect(leased === null ? 'not written' : await writeSaga(ledger, withFacts(leased, [noted('late')]), lease, NOW)).toBeNull();
  });

  it('may turn out to be nothing', async () => {
    const { ledger } = aState();
    await opened(ledger);
    expect(await amend(ledger, sagaId, NOW, () => [])).toMatchObject({ changed: false, stored: { version: 1 } });
  });

  it('to a saga nobody knows is nothing', async () => {
    expect(await amend(aState().ledger, sagaId, NOW, () => [])).toBeNull();
  });

  it('by many at once is lost by none', async () => {
    const { ledger } = aState();
    await opened(ledger);
    await Promise.all(Array.from({ length: 6 }, (_, index) => amend(ledger, sagaId, NOW, () => [noted(`${index}`)])));
    expect((await readSaga(ledger, sagaId))?.saga.failures).toEqual({ 'a step': 6 });
  });
});
