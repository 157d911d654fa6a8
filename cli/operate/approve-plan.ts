import { readControls } from '../../lib/workflow/records/controls.ts';
import { sagaResult } from '../../lib/workflow/result.ts';
import { approve } from '../../lib/workflow/stops/stops.ts';
import type { StateOptions } from '../commands/options.ts';
import { withStack } from '../run/open-stack.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { onCommandLine } from '../terminal/command-line.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { who } from '../terminal/who.ts';
import { findSaga } from './find.ts';

/** `approve SAGA DIGEST`: lets the plan with that digest go on; BadInput when the saga stands at another one or waits for none. */
export const approvePlan = async (terminal: Terminal, asked: string, digest: string, options: StateOptions): Promise<ExitCode> => {
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new BadInput([onCommandLine('digest', `is ${JSON.stringify(digest)}`, 'give a digest as plan and status print it: sha256: and 64 hex digits')]);
  return withStack(options, 'existing', async (store) => {
    const sagaId = await findSaga(store, asked);
    const approval = await approve(store, sagaId, digest, who());
    if (approval.kind === 'refused') throw new BadInput([onCommandLine('digest', `cannot be approved for ${sagaId}: ${approval.why}`, approval.remedy)]);
    if (options.json === true) writeJson(terminal, { answer: approval.kind, sagas: [sagaResult(approval.saga, await readControls(store.ledger), store.clock.now())] });
    else terminal.out(`${approval.kind === 'approved' ? 'approved' : 'approved already'}: ${sagaId}; it goes on with npx probate run, or the next sweep\n`);
    return EXIT.settled;
  });
};
