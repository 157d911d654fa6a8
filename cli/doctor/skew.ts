import { wallClock } from '../../lib/adapters/wall-clock.ts';
import { readEndpoint } from '../../lib/clouds/http/endpoint.ts';
import { type Proxies, createTransport } from '../../lib/clouds/http/transport.ts';
import { type Check, failed, notChecked, passed } from './check.ts';

/**
 * The vendors refuse a signature that is 15 minutes off, and a schedule is known as ours by a date within 5 minutes
 * (design.md, Every step): a minute leaves room for both.
 */
const LARGEST_SKEW_MS = 60_000;
const DEADLINE_MS = 10_000;

/** How far this machine's clock is from a cloud's, by the Date of its answer to an unsigned request for nothing; `now` is real time. */
export const checkSkew = async (name: string, endpoint: string, proxies: Proxies, now: () => number): Promise<Check> => {
  const read = readEndpoint(endpoint);
  if (read.kind === 'refused') return failed(name, `${endpoint} ${read.reason}`, 'mend the endpoint');
  const transport = createTransport(endpoint, proxies, wallClock);
  try {
    const before = now();
    const outcome = await transport.send({ method: 'GET', path: '/', headers: {}, body: null }, AbortSignal.timeout(DEADLINE_MS));
    const middle = (before + now()) / 2;
    if (outcome.kind === 'fault') return failed(name, `${endpoint} cannot be reached: ${outcome.code}`, 'check the network, the proxy variables and the endpoint');
    const theirs = Date.parse(outcome.header('date'));
    if (Number.isNaN(theirs)) return notChecked(name, `${endpoint} tells no time`);
    const skew = Math.round((middle - theirs) / 1_000);
    return Math.abs(middle - theirs) <= LARGEST_SKEW_MS ? passed(name, `${Math.abs(skew)} s off`) : failed(name, `this machine is ${Math.abs(skew)} s ${skew > 0 ? 'ahead' : 'behind'}`, 'set the clock, by NTP');
  } finally {
    await transport.close();
  }
};
