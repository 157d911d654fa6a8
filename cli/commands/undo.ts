import type { Command } from 'commander';
import type { UndoOptions } from '../run/undo-saga.ts';
import type { Run } from '../terminal/terminal.ts';
import { withCommonOptions } from './options.ts';

const AFTER_HELP = `
Cancels the scheduled deletions a saga made, and says plainly what cannot be undone. What batch-delete, a deletion at
once or SAE has erased is gone for good: nothing can bring it back.

Example:
  $ npx probate undo 'huawei:cn-north-4:PROJECT:RDS:INSTANCE#1'

Exit codes: 0 "undone", only when everything is back; 2 bad input; 3 "partly", with what is gone, unknown or still tried;
130 interrupted.`;

/** Adds the command `undo SAGA`. */
export const addUndo = (program: Command, run: Run): void => {
  withCommonOptions(program.command('undo'))
    .summary('cancel the scheduled deletions a saga made')
    .description('Cancels the scheduled deletions a saga made.')
    .argument('<saga>', 'the saga id, as run prints it')
    .option('--embed', 'use the emulated clouds kept in the state')
    .addHelpText('after', AFTER_HELP)
    .action((saga: string, options: UndoOptions) =>
      run(async (terminal) => {
        const { undoSaga } = await import('../run/undo-saga.ts');
        return undoSaga(terminal, saga, options);
      }),
    );
};
