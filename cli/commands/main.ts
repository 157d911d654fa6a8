import { EXIT, type ExitCode, firstThatApplies } from '../terminal/exit.ts';
import { explain } from '../terminal/explain.ts';
import { watchInterrupts } from '../terminal/interrupt.ts';
import { type Terminal, processTerminal } from '../terminal/terminal.ts';
import { buildProgram } from './program.ts';

const runCommand = async (terminal: Terminal, argv: readonly string[]): Promise<ExitCode> => {
  let code: ExitCode = EXIT.settled;
  const program = buildProgram(terminal, async (work) => {
    code = await work(terminal);
  });
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    return explain(terminal, error, argv.includes('--json'));
  }
};

/** Runs one command line (`process.argv` as Node gives it) and sets this process's exit code; it never rejects. */
export const main = async (argv: readonly string[]): Promise<void> => {
  // A reader that went away (`| head`) is no fault.
  process.stdout.on('error', () => process.exit(process.exitCode ?? EXIT.settled));
  const interrupted = watchInterrupts();
  const code = await runCommand(processTerminal(interrupted), argv);
  process.exitCode = firstThatApplies(interrupted.aborted ? [code, EXIT.interrupted] : [code]);
};
