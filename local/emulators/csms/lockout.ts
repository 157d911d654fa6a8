/** Five failures in a row are let pass, the sixth locks the key for five minutes (contracts/huawei-csms.md, section 4, Lockout). */
const FAILURES_BEFORE_LOCK = 5;
const LOCKED_MS = 5 * 60 * 1000;

export interface Lockout {
  locked(now: number): boolean;
  /** Counts one failure and answers whether the key is locked by it. */
  failed(now: number): boolean;
  succeeded(): void;
}

export const createLockout = (): Lockout => {
  let failures = 0;
  let lockedUntil = 0;
  return {
    locked: (now) => now < lockedUntil,
    failed: (now) => {
      failures += 1;
      if (failures <= FAILURES_BEFORE_LOCK) return false;
      lockedUntil = now + LOCKED_MS;
      failures = 0;
      return true;
    },
    succeeded: () => {
      failures = 0;
    },
  };
};
