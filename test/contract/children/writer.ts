/** Sends batches and writes items for ever, and says after each what is stored; its end is a kill. */
import { openState } from '../../../lib/adapters/sqlite/state.ts';

const [directory = '', stride = '1'] = process.argv.slice(2);
const { queue, ledger } = openState(directory);

for (let round = 0; ; round += 1) {
  const bodies = Array.from({ length: Number(stride) }, (_, index) => `${round}.${index}`);
  await queue.send(round % 2 === 0 ? 'decommissions' : 'deletions', bodies.map((body) => ({ body, delaySeconds: 0 })));
  process.stdout.write(`sent ${round}\n`);
  await ledger.write({ kind: 'saga', id: 'counter', version: round + 1, body: `round ${round}`, wakeAt: null });
  process.stdout.write(`written ${round}\n`);
}
