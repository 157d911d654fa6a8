import type { Command } from 'commander';
import type { DemoOptions } from '../demo/demo.ts';
import type { Run } from '../terminal/terminal.ts';

const AFTER_HELP = `
Sends sample events through the real workflow on this machine: queues and ledger in a SQLite file, the functions as
deployed, and emulators of both clouds that are seeded so that every ending appears. Nothing outside is reached.

Examples:
  $ npx probate demo
  $ npx probate demo --json | head -50        the result document, with the emulators' journals

Exit codes: 0 every sample ended as it should; 1 one did not; 130 interrupted.`;

/** Adds the command `demo`. */
export const addDemo = (program: Command, run: Run): void => {
  program
    .command('demo')
    .summary('see every ending on emulated clouds, within a minute')
    .description('Shows what Probate does, on emulated clouds.')
    .option('--state <dir>', 'keep the state there; a temporary one otherwise')
    .option('--json', 'print one JSON document on standard output')
    .addHelpText('after', AFTER_HELP)
    .action((options: DemoOptions) =>
      run(async (terminal) => {
        const { demo } = await import('../demo/demo.ts');
        return demo(terminal, options);
      }),
    );
};
