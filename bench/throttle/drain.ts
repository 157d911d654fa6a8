import { setTimeout as wait } from 'node:timers/promises';
import { join } from 'node:path';
import type { EmulatedCsms } from '../emulator/csms.ts';
import { inPlace } from '../place.ts';
import { type Measured, rounded } from '../result.ts';
import { SETTLE, startWorker } from '../settle/start.ts';
import type { SettleAsks } from '../settle/worker.ts';
import { type PolicyDocument, type Workload, policyWith, seedOf, unhindered } from '../workload.ts';
import { type Answered, fullSpeedAfter, share, waste } from './reckoning.ts';

const WORKERS = 3;
const QUOTA = { calls: 20, perSeconds: 1 };
/** Twice the quota, so that it has to be found out. */
const PACE = { calls: 40, perSeconds: 1 };
/** Far above the pace: from then on only the pace bounds. */
const LIFTED = { calls: 200, perSeconds: 1 };
const DRAIN_SECONDS = 40;
const WATCH_SECONDS = 15;
/** More than can be worked off in that time: there is a backlog to the end. */
const BACKLOG: Workload = { salt: 'backlog', instances: 600 };

const policy = (): PolicyDocument => {
  const { limits, verify } = unhindered();
  return policyWith({ ...(limits === undefined ? {} : { limits }), ...(verify === undefined ? {} : { verify }), pace: { csms: PACE } });
};

const answers = async (csms: EmulatedCsms): Promise<Answered[]> => (await csms.journal()).map(({ at, status }) => ({ at, rejected: status === 429 }));

/**
 * Three worker processes on one state drain one backlog against a quota that their policy does not know; then the quota is
 * lifted. Judged by what the emulator was asked, every call of the account counted.
 */
export const measureThrottling = (): Promise<{ 'throttle-quota-used': Measured; 'throttle-waste': Measured; 'throttle-recovery': Measured }> =>
  inPlace(async (directory, csms) => {
    await csms.hold(seedOf(BACKLOG));
    await csms.faults({ rules: [{ match: { operation: '*' }, effect: { quota: QUOTA } }] });
    const workers = await Promise.all(Array.from({ length: WORKERS }, () => startWorker<SettleAsks>(SETTLE, join(directory, 'state'), csms, policy())));
    await workers[0]?.ask('send', BACKLOG);
    await wait(DRAIN_SECONDS * 1_000);
    const liftedAt = Date.now();
    await csms.faults({ rules: [{ match: { operation: '*' }, effect: { quota: LIFTED } }] });
    await wait(WATCH_SECONDS * 1_000);
    const all = await answers(csms);
    await Promise.all(workers.map((worker) => worker.stop()));

    const drain = all.filter(({ at }) => at < liftedAt);
    const recovery = fullSpeedAfter(all, liftedAt, PACE);
    const [first] = drain;
    const seconds = (liftedAt - (first?.at ?? liftedAt)) / 1_000;
    const counts = { accepted: drain.filter(({ rejected }) => !rejected).length, rejected: drain.filter(({ rejected }) => rejected).length, seconds: rounded(seconds), quota: QUOTA, pace: PACE, workers: WORKERS };
    return {
      'throttle-quota-used': { ratio: share(drain, seconds, QUOTA), detail: counts },
      'throttle-waste': { ratio: waste(drain), detail: counts },
      'throttle-recovery': {
        ratio: (recovery ?? WATCH_SECONDS) / 10,
        detail: { seconds: recovery === null ? `not within ${WATCH_SECONDS}` : rounded(recovery), fullSpeed: PACE, acceptedPerSecond: perSecond(all, liftedAt) },
      },
    };
  });

const perSecond = (all: readonly Answered[], from: number): number[] =>
  Array.from({ length: WATCH_SECONDS }, (_, second) => all.filter(({ at, rejected }) => !rejected && Math.floor((at - from) / 1_000) === second).length);
