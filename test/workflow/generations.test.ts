import { expect, it } from 'vitest';
import type { Ledger } from '../../lib/ports/ledger.ts';
import { generationOf, sagaIdOf } from '../../lib/saga/instance.ts';
import { isPreviousOpen, nextOpen } from '../../lib/workflow/records/generations.ts';
import { unwritten, writeSaga } from '../../lib/workflow/records/saga-store.ts';
import { NOW, aSaga, anOpening } from '../saga/builders.ts';
import { aState } from './state.ts';

const { identity } = generationOf(anOpening().sagaId);
const [FIRST, SECOND] = [sagaIdOf(identity, 1), sagaIdOf(identity, 2)];
const second = aSaga({ sagaId: SECOND, after: FIRST });

const writtenByNewer = (ledger: Ledger, id: string): Promise<unknown> => ledger.write({ kind: 'saga', id, version: 1, body: JSON.stringify({ v: 2 }), wakeAt: null });

it('H32: a saga does not begin before a generation that only a newer Probate can read', async () => {
  const { ledger } = aState();
  expect(await isPreviousOpen(ledger, second)).toBe(false);
  await writtenByNewer(ledger, FIRST);
  expect(await isPreviousOpen(ledger, second)).toBe(true);
});

it('H32: the next generation is woken where it can be read, and left to the newer Probate that wrote it otherwise', async () => {
  const [readable, unreadable] = [aState().ledger, aState().ledger];
  await writeSaga(readable, unwritten(anOpening({ sagaId: SECOND, after: FIRST })), null, NOW);
  await writtenByNewer(unreadable, SECOND);
  const first = aSaga({ sagaId: FIRST });
  expect([(await nextOpen(readable, first))?.sagaId, await nextOpen(unreadable, first)]).toEqual([SECOND, null]);
});
