import { wallClock } from '../../lib/adapters/wall-clock.ts';
import { type Transport, createTransport } from '../../lib/clouds/http/transport.ts';

/** A cloud on this machine, opened for the cases. */
export interface Emulated<Target> {
  readonly target: Target;
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

const NO_PROXIES = { http: '', https: '', none: '' };

/** Opens a running emulator as a target; closing the one ends the other. */
export const openEmulated = <Target>(emulator: { readonly endpoint: string; close(): Promise<void> }, open: (transport: Transport) => Target): Emulated<Target> => {
  const transport = createTransport(emulator.endpoint, NO_PROXIES, wallClock);
  return {
    target: open(transport),
    endpoint: emulator.endpoint,
    close: async () => {
      await transport.close();
      await emulator.close();
    },
  };
};
