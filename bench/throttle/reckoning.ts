/** One call as the cloud saw it: when (epoch ms), and whether it was over the quota. */
export interface Answered {
  readonly at: number;
  readonly rejected: boolean;
}

export interface Rate {
  readonly calls: number;
  readonly perSeconds: number;
}

const accepted = (answered: readonly Answered[]): Answered[] => answered.filter(({ rejected }) => !rejected);

/** Which share of the calls a quota allows in that time were made. */
export const share = (answered: readonly Answered[], seconds: number, { calls, perSeconds }: Rate): number => accepted(answered).length / ((seconds / perSeconds) * calls);

/** Rejected calls for each that was not. */
export const waste = (answered: readonly Answered[]): number => {
  const made = accepted(answered).length;
  return (answered.length - made) / made;
};

/** Long enough that calls held up and made in one burst are not taken for speed. */
const WINDOW_MS = 4_000;
/** Of a window's calls, so that one late timer is no standstill. */
const FULL = 0.9;

/** Seconds from that moment until four seconds begin in which calls are made at full speed; null when none do. */
export const fullSpeedAfter = (answered: readonly Answered[], from: number, { calls, perSeconds }: Rate): number | null => {
  const needed = ((WINDOW_MS / 1_000 / perSeconds) * calls) * FULL;
  const times = accepted(answered).map(({ at }) => at).filter((at) => at >= from);
  const start = times.find((at, index) => {
    const last = times[index + Math.ceil(needed) - 1];
    return last !== undefined && last < at + WINDOW_MS;
  });
  return start === undefined ? null : (start - from) / 1_000;
};
