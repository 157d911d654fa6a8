import { EXIT } from './exit.ts';

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : error.message);

/**
 * Keeps a command at work when nobody reads what it says: a reader that went away (`| head`, a closed terminal) is no
 * fault and must not end a run between two calls. A result that could not be written for another reason (a full disk) is
 * lost, which `lost` is told with the exit code to end with.
 */
export const outliveReaders = (lost: (code: typeof EXIT.fault) => void): void => {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: Error) => {
    if (codeOf(error) === 'EPIPE') return;
    process.stderr.write(`probate: standard output cannot be written (${codeOf(error)}): what it was to hold is lost\n`);
    lost(EXIT.fault);
  });
};
