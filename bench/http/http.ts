import { openState } from '../../lib/adapters/sqlite/state.ts';
import { startChild } from '../child.ts';
import { type Measured, rounded } from '../result.ts';
import { type Slice, cpuEach, interleave, medianOf, rateOf, ratioOf } from '../slices.ts';
import { withDirectory } from '../temporary.ts';
import { CONCURRENCY, type Caller, bare, ours, peer } from './callers.ts';
import type { ServerAsks } from './server.ts';

const WARM_UP_MS = 1_000;
const SLICE_MS = 400;
const ROUNDS = 9;

/** As many calls as can be made in that time, so many of them under way at once. */
const callFor = async ({ call }: Caller, milliseconds: number): Promise<Slice> => {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const until = began + milliseconds;
  let count = 0;
  const one = async (): Promise<void> => {
    while (performance.now() < until) {
      await call();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, one));
  const { user, system } = process.cpuUsage(used);
  return { count, seconds: (performance.now() - began) / 1_000, cpuMicros: user + system };
};

/** Calls a second by those of bare undici, and by those of axios, the same bytes both ways; the server is a process of its own. */
export const measureHttp = (): Promise<{ 'http-client': Measured; 'http-peer': Measured }> =>
  withDirectory(async (directory) => {
    const server = await startChild<ServerAsks>(new URL('server.ts', import.meta.url));
    const origin = await server.ask('origin');
    const state = openState(directory);
    const client = ours(origin, state);
    const watched = server.ask('watch');
    await client.call();
    const received = await watched;
    const callers = { ours: client, undici: bare(origin, received), axios: peer(origin, received) };
    for (const caller of Object.values(callers)) await callFor(caller, WARM_UP_MS);
    const rounds = await interleave(
      [
        ['ours', () => callFor(callers.ours, SLICE_MS)],
        ['undici', () => callFor(callers.undici, SLICE_MS)],
        ['axios', () => callFor(callers.axios, SLICE_MS)],
      ],
      ROUNDS,
    );
    for (const { close } of Object.values(callers)) await close();
    state.close();
    await server.stop();

    const figures = (side: keyof typeof callers): Record<string, number> => ({
      [`${side}PerSecond`]: rounded(medianOf(rounds, rateOf, side)),
      [`${side}CpuMicros`]: rounded(medianOf(rounds, cpuEach, side)),
    });
    const detail = { ...figures('ours'), ...figures('undici'), ...figures('axios'), concurrency: CONCURRENCY, rounds: ROUNDS };
    return {
      'http-client': { ratio: ratioOf(rounds, rateOf, 'ours', 'undici'), detail },
      'http-peer': { ratio: ratioOf(rounds, rateOf, 'ours', 'axios'), detail },
    };
  });
