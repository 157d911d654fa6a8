import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { unknownSettings } from '../../lib/workflow/wiring/setting.ts';
import { BadInput } from '../terminal/bad-input.ts';
import type { Run, Terminal } from '../terminal/terminal.ts';
import { addCheck } from './check.ts';
import { addDemo } from './demo.ts';
import { addEmulate } from './emulate.ts';
import { addHold } from './hold.ts';
import { addKeep } from './keep.ts';
import { addParked } from './parked.ts';
import { addPause } from './pause.ts';
import { addPlan } from './plan.ts';
import { addReport } from './report.ts';
import { addRun } from './run.ts';
import { addSend } from './send.ts';
import { addStatus } from './status.ts';
import { addUndo } from './undo.ts';
import { addVerifyEvidence } from './verify-evidence.ts';

const AFTER_HELP = `
Examples:
  $ npx probate demo                                     every ending, on emulated clouds of this machine
  $ npx probate check --policy policy.json event.json    is this event good, and what would be done?
  $ npx probate plan --policy policy.json event.json     what would be deleted, and the plan's digest
  $ npx probate status                                   where everything is, and what needs you
  $ npx probate COMMAND --help                           all about one command

Defaults from the environment:
  PROBATE_POLICY   --policy        PROBATE_STACK   --stack (embedded or aws)
  PROBATE_STATE    --state         PROBATE_STAGE   the stage in the names of queues and table on AWS

Exit codes: 0 settled, or waits for a date; 1 a fault of Probate's own, or of AWS or the disk under it;
2 bad input, nothing was called; 3 something needs a person; 130 interrupted.`;

/** Throws BadInput for variables that bear Probate's name and that nothing reads. */
const refuseUnknownSettings = ({ env }: Terminal): void => {
  const unknown = unknownSettings(env).map(({ name, remedy }) => ({ file: 'environment', path: name, message: "is no variable of Probate's", remedy }));
  if (unknown.length > 0) throw new BadInput(unknown);
};

/** The command `probate` with all it knows; commander throws instead of exiting, and `explain` says what it found. */
export const buildProgram = (terminal: Terminal, run: Run): Command => {
  const program = new Command('probate')
    .description(manifest.description)
    .version(manifest.version)
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => undefined })
    .addHelpText('after', AFTER_HELP)
    .hook('preAction', () => refuseUnknownSettings(terminal));
  addDemo(program, run);
  addRun(program, run);
  addPlan(program, run);
  addUndo(program, run);
  addStatus(program, run);
  addHold(program, run);
  addPause(program, run);
  addSend(program, run);
  addParked(program, run);
  addKeep(program, run);
  addReport(program, run);
  addVerifyEvidence(program, run);
  addCheck(program, run);
  addEmulate(program, run);
  return program;
};
