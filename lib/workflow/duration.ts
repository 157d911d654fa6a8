const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How people write how long something is. */
export const DURATION_FORMS = '30m, 12h, 7d';

/** Minutes, hours or days as people write them, in milliseconds; null for any other text. */
export const readDuration = (text: string): number | null => {
  const [, amount = '', unit] = /^([0-9]{1,4})([mhd])$/.exec(text) ?? [];
  return unit === 'm' || unit === 'h' || unit === 'd' ? Number(amount) * UNIT_MS[unit] : null;
};
