/** A day in milliseconds; dates are counted in UTC, which knows no other length of it. */
export const DAY_MS = 86_400_000;
