/** Documented in seconds, sent in milliseconds; what is below this can only be seconds (contracts/huawei-csms.md, section 2). */
const FIRST_MILLISECONDS = 1e11;
/** 1 January 2010 and 2100: the service is younger, and nothing is scheduled later. */
const EARLIEST = 1_262_304_000_000;
const LATEST = 4_102_444_800_000;

/** A vendor's time as epoch milliseconds, null when it is no time at all (H20). */
export const readTime = (value: unknown): number | null => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return null;
  const milliseconds = value < FIRST_MILLISECONDS ? value * 1_000 : value;
  return milliseconds >= EARLIEST && milliseconds < LATEST ? milliseconds : null;
};
