import type { Quota } from '../../saga/verdict.ts';
import { LONGEST_WAIT_SECONDS } from '../../ports/clouds.ts';

const LIMIT = /limit:\s*([0-9]{1,9})\s*,\s*time:\s*([0-9]{1,6})\s*(second|minute|hour|day)/i;
const SECONDS: ReadonlyMap<string, number> = new Map([
  ['second', 1],
  ['minute', 60],
  ['hour', 3_600],
  ['day', 86_400],
]);

/** The same rate over a window that can be waited out; rounded to fewer calls, but for the one that a quota allows at least. */
const waitable = ({ calls, perSeconds }: Quota): Quota =>
  perSeconds <= LONGEST_WAIT_SECONDS ? { calls, perSeconds } : { calls: Math.max(1, Math.floor((calls * LONGEST_WAIT_SECONDS) / perSeconds)), perSeconds: LONGEST_WAIT_SECONDS };

/** The gateway tells its limit only in prose: `limit:10,time:1 minute` (contracts/huawei-csms.md, section 4). */
export const readQuota = (text: string): Quota | null => {
  const [, calls = '0', count = '0', unit = ''] = LIMIT.exec(text) ?? [];
  const perSeconds = Number(count) * (SECONDS.get(unit.toLowerCase()) ?? 0);
  return Number(calls) > 0 && perSeconds > 0 ? waitable({ calls: Number(calls), perSeconds }) : null;
};
