/** Waits for a line, so that all start together, then takes part in a run for messages and for one counter. */
import { once } from 'node:events';
import { openState } from '../../../lib/adapters/sqlite/state.ts';

const [directory = '', wins = '0'] = process.argv.slice(2);
process.stdout.write('waiting\n');
await once(process.stdin, 'data');
const state = openState(directory);
const { queue, ledger } = state;

for (let won = 0; won < Number(wins); ) {
  const version = ((await ledger.read('saga', 'counter'))?.version ?? 0) + 1;
  if ((await ledger.write({ kind: 'saga', id: 'counter', version, body: '{}', wakeAt: null })) === 'written') won += 1;
}
const taken: string[] = [];
for (;;) {
  const messages = await queue.receive('deletions', { max: 7, visibilitySeconds: 3_600, waitSeconds: 0 });
  if (messages.length === 0) break;
  taken.push(...messages.map(({ body }) => body));
  await queue.acknowledge('deletions', messages.map(({ receipt }) => receipt));
}
state.close();
process.stdout.write(`took ${JSON.stringify(taken)}\n`);
process.stdin.destroy();
