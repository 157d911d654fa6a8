import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openState } from '../../../lib/adapters/sqlite/state.ts';
import { accountOf } from '../../../lib/clouds/account.ts';
import { readCloudSettings } from '../../../lib/clouds/settings.ts';
import { LOCAL_KEYS, begin } from '../../cli/probate.ts';
import { anEvent } from '../../events/builders.ts';
import { aDatabase, linked } from '../builders.ts';
import { aFolder, aSite, swift, told } from '../harness.ts';

/** Spoils what has to be read before anything can be listed, so that no plan can be made. */
const spoilPace = async (state: string): Promise<void> => {
  const opened = openState(state);
  const id = `csms/${accountOf(readCloudSettings(LOCAL_KEYS), 'csms').account}`;
  const before = await opened.ledger.read('pace', id);
  await opened.ledger.write({ kind: 'pace', id, version: (before?.version ?? 0) + 1, body: 'spoilt', wakeAt: null });
  opened.close();
};

it('H17: an event that its queue gave up is told as not accepted, with its dead letter, and run asks for a person as status does', async () => {
  const { file } = await aSite();
  const state = join(aFolder(), 'state');
  const common = ['--policy', file('own-policy.json', swift()), '--state', state, '--json'];
  const embedded = ['run', ...common, '--embed', '--seed', file('seed.json', { secrets: [linked(1, 'orders')] }), '--fast-forward'];
  await spoilPace(state);
  const { code, result } = told(await begin([...embedded, file('event.json', anEvent([aDatabase(1), aDatabase(2)], { id: 'orders' }))]).ended);
  expect(result).toMatchObject({ events: [{ id: 'orders', accepted: false, reason: expect.stringMatching(/^not-taken-in: 2 of its 2 instances have no saga/) }], sagas: [], parkedMessages: 1 });
  expect(code).toBe(3);
  expect((await begin(['status', ...common]).ended).code).toBe(3);
  // What lay there before is no news of the next run.
  expect(told(await begin(embedded).ended)).toMatchObject({ code: 0, result: { events: [], parkedMessages: 0 } });
});

it('H17: a saga whose messages are given up one after the other ends the run, and asks for a person', async () => {
  const { file } = await aSite();
  const state = join(aFolder(), 'state');
  const embedded = ['run', '--policy', file('own-policy.json', swift()), '--state', state, '--json', '--embed', '--seed', file('seed.json', { secrets: [linked(1, 'orders')] }), '--fast-forward'];
  const waiting = told(await begin([...embedded, '--approve', `sha256:${'0'.repeat(64)}`, file('event.json', anEvent([aDatabase(1)], { id: 'orders' }))]).ended);
  expect(waiting.result.sagas.map(({ reason }) => reason)).toEqual(['approval']);
  await spoilPace(state);
  const { code, result } = told(await begin([...embedded, '--approve', waiting.result.sagas[0]?.planDigest ?? '']).ended);
  expect([code, result.sagas.map((saga) => saga.state), result.totals.byOutcome]).toEqual([3, ['planned'], { kept: 1 }]);
  expect(result.parkedMessages).toBeGreaterThan(0);
});
