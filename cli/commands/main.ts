import { EXIT, type ExitCode, firstThatApplies } from '../terminal/exit.ts';
import { explain } from '../terminal/explain.ts';
import { watchInterrupts } from '../terminal/interrupt.ts';
import { outliveReaders } from '../terminal/streams.ts';
import { type Terminal, processTerminal } from '../terminal/terminal.ts';
import { buildProgram } from './program.ts';

/** As everywhere in the environment, blank counts as absent; commander would take it for a value. */
const dropBlankDefaults = (env: NodeJS.ProcessEnv): void => {
  for (const name of ['PROBATE_POLICY', 'PROBATE_STATE', 'PROBATE_STACK', 'PROBATE_STAGE']) if (env[name]?.trim() === '') delete env[name];
};

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
  const happened: ExitCode[] = [];
  const happens = (...codes: readonly ExitCode[]): void => {
    happened.push(...codes);
    process.exitCode = firstThatApplies(happened);
  };
  outliveReaders(happens);
  dropBlankDefaults(process.env);
  const interrupted = watchInterrupts();
  const code = await runCommand(processTerminal(interrupted), argv);
  happens(code, ...(interrupted.aborted ? [EXIT.interrupted] : []));
};
