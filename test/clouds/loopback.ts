import type { Server } from 'node:net';

/** Listens on a free port of the loopback address, and says which. */
export const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
};

export const stop = async (server: Server): Promise<void> => {
  await new Promise((resolve) => {
    server.close(resolve);
  });
};
