/** A moment (epoch ms) as events, results and reports write it: RFC 3339 in UTC. */
export const iso = (at: number): string => new Date(at).toISOString();

/** The same where there may be no moment. */
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
