import type { Seed } from '../../local/emulators/seed.ts';
import { inSae, linked, unlinked } from '../e2e/builders.ts';

type SeedSecret = NonNullable<Seed['secrets']>[number];

const DAY_MS = 86_400_000;
const EACH = 4;

/** Beyond every instance that is drawn. */
const OTHERS = 900_000;

/** A date that no time lives to see. */
export const farOff = (now: number): number => Math.floor((now + 60 * DAY_MS) / 1_000) * 1_000;

/** Secrets that no event names, of every kind an instance has: whatever happens, they stand in the end as they stood. */
export const bystanders = (now: number): SeedSecret[] =>
  Array.from({ length: EACH }, (_, index) => {
    const number = OTHERS + index;
    return [
      unlinked(`bystander-${index}`, { stages: ['reader'] }),
      linked(number, `bystander-rds-${index}`),
      linked(number, `bystander-gauss-${index}`, { instance: { id: `${'f'.repeat(31)}${index}in14`, type: 'GaussDB' } }),
      unlinked(`bystander-leaving-${index}`, { state: 'PENDING_DELETE', deleteAt: farOff(now) }),
      inSae(String(number), `bystander_${index}`),
    ];
  }).flat();
