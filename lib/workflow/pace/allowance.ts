import type { Ledger } from '../../ports/ledger.ts';
import type { Sight } from '../../saga/input.ts';
import { changeItem } from '../records/item.ts';

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
export interface Allowance {
  allow(asked: readonly Allowed[], now: number): Promise<NonNullable<Sight['allowance']>>;
}

interface Asking {
  readonly secrets: number;
  readonly secretsPerHour: number;
  readonly granted: (isGranted: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/** Sagas that ask while the ledger is being written are answered together by its next write, first come first served. */
export const makeAllowance = (ledger: Ledger): Allowance => {
  const waiting = new Map<string, Asking[]>();

  const answer = async (id: string, asking: readonly Asking[]): Promise<void> => {
    const grants = await changeItem<Counted, boolean[]>(ledger, 'quota', id, (counted) => {
      const before = counted?.secrets ?? 0;
      let sum = before;
      const granted = asking.map(({ secrets, secretsPerHour }) => {
        const isGranted = sum + secrets <= secretsPerHour;
        if (isGranted) sum += secrets;
        return isGranted;
      });
      return { body: sum === before ? null : { secrets: sum }, answer: granted };
    });
    asking.forEach(({ granted }, index) => granted(grants[index] === true));
  };

  const answerAll = async (id: string): Promise<void> => {
    for (let asking = waiting.get(id) ?? []; asking.length > 0; asking = waiting.get(id) ?? []) {
      waiting.set(id, []);
      await answer(id, asking).catch((error: unknown) => asking.forEach(({ failed }) => failed(error)));
    }
    waiting.delete(id);
  };

  const ask = (id: string, secrets: number, secretsPerHour: number): Promise<boolean> =>
    new Promise((granted, failed) => {
      const asking = { secrets, secretsPerHour, granted, failed };
      const others = waiting.get(id);
      waiting.set(id, [...(others ?? []), asking]);
      if (others === undefined) void answerAll(id);
    });

  return {
    allow: async (asked, now) => {
      const hour = Math.floor(now / HOUR_MS);
      for (const { cloud, account, secrets, secretsPerHour } of asked) {
        if (secrets > 0 && !(await ask(`${cloud}/${account}/${hour}`, secrets, secretsPerHour))) return { granted: false, until: (hour + 1) * HOUR_MS };
      }
      return { granted: true };
    },
  };
};
