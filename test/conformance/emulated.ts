import { wallClock } from '../../lib/adapters/wall-clock.ts';
import { type Transport, createTransport } from '../../lib/clouds/http/transport.ts';
import type { Opened } from './case.ts';

const NO_PROXIES = { http: '', https: '', none: '' };

/** Opens a running emulator as a target; closing the one ends the other. */
export const openEmulated = <Target>(emulator: { readonly endpoint: string; close(): Promise<void> }, open: (transport: Transport) => Target): Opened<Target> => {
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
