/** What an auditor has to say; `wrong` breaks a rule of the design, `raced` is what no rule can prevent, counted apart. */
export type Kind = 'wrong' | 'raced' | 'lost' | 'stuck' | 'mismatch';

export interface Finding {
  readonly kind: Kind;
  readonly at: number;
  readonly what: string;
}

export interface Findings {
  readonly all: readonly Finding[];
  add(kind: Kind, what: string): void;
}

export const createFindings = (now: () => number): Findings => {
  const all: Finding[] = [];
  return {
    all,
    add: (kind, what) => {
      all.push({ kind, at: now(), what });
    },
  };
};

export const isFault = ({ kind }: Finding): boolean => kind !== 'raced';
