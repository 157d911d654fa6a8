import { afterAll } from 'vitest';
import type { Clouds } from '../../lib/ports/clouds.ts';
import { cloudsAt } from './clients.ts';
import { type LoopbackCloud, startCloud } from './loopback-cloud.ts';

/** A cloud on the loopback address and clients that call it, for the tests of one file; both end with them. */
export const aCalledCloud = async (): Promise<{ readonly cloud: LoopbackCloud; readonly clouds: Clouds }> => {
  const cloud = await startCloud();
  const clouds = cloudsAt(cloud.endpoint);
  afterAll(async () => {
    await clouds.close();
    await cloud.close();
  });
  return { cloud, clouds };
};
