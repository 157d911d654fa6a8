/** Receives what there is, hides it for an hour, says so, and then holds on to it until it is killed or its input ends. */
import { openState } from '../../../lib/adapters/sqlite/state.ts';

const [directory = ''] = process.argv.slice(2);
const { queue } = openState(directory);

const messages = await queue.receive('deletions', { max: 10, visibilitySeconds: 3_600, waitSeconds: 20 });
process.stdout.write(`received ${messages.map(({ body }) => body).join(' ')}\n`);
for await (const line of process.stdin) process.stdout.write(`heard ${String(line)}`);
