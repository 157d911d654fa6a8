import { expect, it } from 'vitest';
import type { Fact } from '../../lib/saga/facts.ts';
import { findInProject } from '../../lib/workflow/sweep/settled.ts';
import { NOW, aCsmsSecret, aPlannedSaga, after, anUnlinkedSecret, keyOf } from '../saga/builders.ts';

const PLANNED = aPlannedSaga({ csms: [aCsmsSecret('db-1')] });
const GONE: readonly Fact[] = [
  { type: 'VerifyingStarted', parkAfterwards: null },
  { type: 'Looked', begunAt: NOW, proofsNeeded: 1, secrets: { [keyOf('db-1')]: { kind: 'gone', detail: null } } },
  { type: 'Settled', state: 'gone', reason: null },
];

it.each<[string, readonly Fact[], readonly string[]]>([
  ['was proven gone comes back under it', GONE, ['returned db-1']],
  ['was left where it was is none of ours', [{ type: 'Settled', state: 'restored', reason: 'blocked' }], []],
])('H54: an unlinked namesake of a secret that %s', (_what, facts, found) => {
  const namesake = anUnlinkedSecret('db-1', { id: 'another-id' });
  expect(findInProject(after(PLANNED, NOW, ...facts), 'scope', [namesake], NOW).map(({ kind, name }) => `${kind} ${name}`)).toEqual(found);
});
