/** For each line it is told, opens a state of that name at the moment that stands after it, and says so. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openState } from '../../../lib/adapters/sqlite/state.ts';

const [directory = ''] = process.argv.slice(2);
process.stdout.write('waiting\n');
for await (const line of createInterface({ input: process.stdin })) {
  const [name = '', at = '0'] = line.split(' ');
  while (Date.now() < Number(at)); // Only a busy wait brings processes to the same millisecond.
  openState(join(directory, name)).close();
  process.stdout.write(`opened ${name}\n`);
}
