import { EXIT } from './exit.ts';

/**
 * Watches for Ctrl-C and SIGTERM: the first aborts the signal, so that the command ends gracefully, the second ends this
 * process at once with 130. What is in the ledger survives both (interfaces.md, Command).
 */
export const watchInterrupts = (): AbortSignal => {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    process.stderr.write('probate: stopping; once more to stop at once\n');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
};
