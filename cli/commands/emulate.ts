import { Argument, type Command, InvalidArgumentError } from 'commander';
import type { Service } from '../../local/emulators/emulator.ts';
import type { Run } from '../terminal/terminal.ts';
import type { EmulateOptions } from './emulate-cloud.ts';

const SERVICES: readonly Service[] = ['csms', 'sae'];

const portNumber = (text: string): number => {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('It must be a port, 0 to 65535.');
  return Number(text);
};

const AFTER_HELP = `
Its first line is {"service","endpoint"}. IAM's tokens are served with csms. It takes the credentials in the
environment, else local-ak and local-sk, and runs until Ctrl-C. GET ENDPOINT/_emulator/journal shows what it was asked.

Examples:
  $ npx probate emulate csms --port 4510 --seed cli/demo/seed.json
  $ HUAWEICLOUD_CSMS_ENDPOINT=http://127.0.0.1:4510 npx probate run ...

Exit codes: 2 bad input; 130 ended by Ctrl-C.`;

/** Adds the command `emulate csms|sae`. */
export const addEmulate = (program: Command, run: Run): void => {
  program
    .command('emulate')
    .summary('run one emulated cloud on this machine')
    .description('Runs an emulator of one cloud on a loopback port.')
    .addArgument(new Argument('<service>', 'which cloud').choices(SERVICES))
    .option('--port <number>', 'the port; 0 picks one', portNumber, 0)
    .option('--seed <file>', 'what it holds at the start')
    .option('--faults <file>', 'what goes wrong, and when')
    .addHelpText('after', AFTER_HELP)
    .action((service: Service, options: EmulateOptions) =>
      run(async (terminal) => {
        // Loaded only here: the emulators would double the time every other command needs to start.
        const { emulate } = await import('./emulate-cloud.ts');
        return emulate(terminal, service, options);
      }),
    );
};
