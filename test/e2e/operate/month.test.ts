import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { eventMessage } from '../../../events/split.ts';
import { parseEvents } from '../../../events/parse.ts';
import { openState } from '../../../lib/adapters/sqlite/state.ts';
import { csmsCredentials } from '../../../local/emulators/credentials.ts';
import { startCsmsEmulator } from '../../../local/emulators/csms/server.ts';
import type { Seed } from '../../../local/emulators/seed.ts';
import { begin } from '../../cli/probate.ts';
import { anEvent } from '../../events/builders.ts';
import { aDatabase, databaseId, linked, sagaIdOf, unlinked } from '../builders.ts';
import { aFolder, aSite, swift, told } from '../harness.ts';

const DAY_MS = 86_400_000;

/** A command on embedded clouds, all in one folder, with its one document. */
const onEmbedded = async (policy: Readonly<Record<string, unknown>>, seed: Seed) => {
  const { file } = await aSite({ policy });
  const state = join(aFolder(), 'state');
  const common = ['--policy', file('embedded-policy.json', policy), '--state', state, '--json'];
  const seedFile = file('seed.json', seed);
  return {
    state,
    file,
    run: async (events: readonly unknown[], ...args: readonly string[]) =>
      told(await begin(['run', ...common, '--embed', '--seed', seedFile, ...args, ...(events.length === 0 ? [] : [file('events.json', events)])]).ended),
    command: async (name: string, ...args: readonly string[]) => {
      const { code, out, err } = await begin([name, ...common, ...args]).ended;
      if (out === '') throw new Error(err);
      const document: unknown = JSON.parse(out);
      return { code, document };
    },
    /** Adds secrets to the emulated cloud while no command runs. */
    plant: async (more: Seed) => {
      const emulator = await startCsmsEmulator({ credentials: csmsCredentials({}), persistTo: join(state, 'csms.db') });
      const answer = await fetch(`${emulator.endpoint}/_emulator/seed`, { method: 'POST', body: JSON.stringify(more) });
      expect(answer.status).toBe(200);
      await emulator.close();
    },
  };
};

const monthly = swift({ mode: 'recoverable', recoveryWindowDays: 30, soakSeconds: 29 * 86_400 });

it('thirty days pass in seconds: quarantine, soak, purge, and the proof at the erasing date', async () => {
  const { run } = await onEmbedded(monthly, { secrets: [linked(1, 'db-1'), linked(1, 'db-2'), unlinked('named')] });
  const { code, result } = await run([anEvent([aDatabase(1, { secretNames: ['named'] })])], '--fast-forward');
  expect(code).toBe(0);
  const [saga] = result.sagas;
  expect(saga).toMatchObject({ state: 'gone', undoUntil: null });
  expect(saga?.secrets.map(({ name, outcome }) => `${name} ${outcome}`).sort()).toEqual(['db-1 deleted', 'db-2 deleted', 'named deleted']);
  const days = (Date.parse(saga?.finishedAt ?? '') - Date.parse(saga?.startedAt ?? '')) / DAY_MS;
  // The cloud counts its window from whole seconds.
  expect(days).toBeGreaterThan(30 - 1_000 / DAY_MS);
  expect(days).toBeLessThan(31);
});

it('H48: a queue that is lost in the middle loses nothing; the ledger wakes the saga at its date', async () => {
  const { run, state, command } = await onEmbedded(monthly, { secrets: [linked(1, 'db-1')] });
  const first = await run([anEvent([aDatabase(1)])]);
  expect(first.result.sagas).toMatchObject([{ state: 'quarantined', reason: 'soak' }]);
  const opened = openState(state);
  for (const queue of ['deletions', 'verifications', 'compensations'] as const) {
    const messages = await opened.queue.receive(queue, { max: 100, visibilitySeconds: 60, waitSeconds: 0 });
    await opened.queue.acknowledge(queue, messages.map(({ receipt }) => receipt));
  }
  opened.clock.advance(29 * DAY_MS);
  opened.close();
  // The emulators were not told of the time, so the secrets are still there: only the dates of the saga have come.
  const swept = await command('sweep', '--embed');
  expect(swept.document).toMatchObject({ sagas: [{ state: 'verifying', reason: 'pending' }] });
});

const Findings = z.object({ findings: z.array(z.object({ kind: z.string(), name: z.string() })) });

it('H49: a secret that comes back after the month is reported by sweep and status, which ask for a person, and left alone', async () => {
  const { run, plant, command } = await onEmbedded(monthly, { secrets: [linked(1, 'db-1')] });
  await run([anEvent([aDatabase(1)])], '--fast-forward');
  await plant({ secrets: [linked(1, 'db-1'), linked(1, 'late')] });
  const swept = await command('sweep', '--embed');
  expect(swept.code).toBe(3);
  const status = await command('status');
  expect(status.code).toBe(3);
  expect(Findings.parse(status.document).findings.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(['late late', 'returned db-1']);
  const { result } = await run([], '--fast-forward');
  expect(result.sagas).toEqual([]);
});

it('an event that was given up by its queue is seen by parked, sent round by replay, and carried out by run', async () => {
  const { run, state, command } = await onEmbedded(swift(), { secrets: [linked(1, 'db-1')] });
  await run([]);
  const event = anEvent([aDatabase(1)], { id: 'evt-lost' });
  const parsed = parseEvents(JSON.stringify(event), 'test');
  const body = parsed.kind === 'parsed' && parsed.value[0] !== undefined ? eventMessage(parsed.value[0]) : '';
  const opened = openState(state);
  await opened.queue.send('decommissions', [{ body, delaySeconds: 0 }]);
  for (const message of await opened.queue.receive('decommissions', { max: 1, visibilitySeconds: 60, waitSeconds: 0 })) await opened.queue.deadLetter('decommissions', message, 'received 5 times');
  opened.close();
  expect(await command('parked')).toMatchObject({ code: 3, document: { parked: [{ kind: 'message', name: 'evt-lost', reason: 'received 5 times', instances: [databaseId(1)] }] } });
  expect(await command('replay', '--filter', 'event=evt-lots')).toMatchObject({ code: 0, document: { replayed: [] } });
  expect(await command('replay', '--filter', 'event=evt-lost', '--reason', 'mended')).toMatchObject({ code: 0, document: { replayed: [{ fate: 'sent' }] } });
  const { result } = await run([]);
  expect(result.sagas).toMatchObject([{ sagaId: sagaIdOf(1), state: 'gone' }]);
  expect(await command('parked')).toMatchObject({ code: 0, document: { parked: [] } });
});
