import type { Ledger } from '../ports/ledger.ts';
import type { Sight } from '../saga/input.ts';
import { changeItem } from './item.ts';

const HOUR_MS = 3_600_000;

interface Counted {
  readonly secrets: number;
}

export interface Allowed {
  readonly cloud: 'huawei' | 'alibaba';
  readonly account: string;
  readonly secrets: number;
  readonly secretsPerHour: number;
}

/** Counts planned secrets against the cap of the fixed UTC hour, or answers when the next hour begins (interfaces.md, `secretsPerHour`). */
export const allow = async (ledger: Ledger, asked: readonly Allowed[], now: number): Promise<NonNullable<Sight['allowance']>> => {
  const hour = Math.floor(now / HOUR_MS);
  for (const { cloud, account, secrets, secretsPerHour } of asked) {
    if (secrets === 0) continue;
    const granted = await changeItem<Counted, boolean>(ledger, 'quota', `${cloud}/${account}/${hour}`, (counted) => {
      const sum = (counted?.secrets ?? 0) + secrets;
      return sum > secretsPerHour ? { body: null, answer: false } : { body: { secrets: sum }, answer: true };
    });
    if (!granted) return { granted: false, until: (hour + 1) * HOUR_MS };
  }
  return { granted: true };
};
