/** Which of the two tiers the sites of a test file stand on (design.md, Two tiers). */
export interface Tier {
  /** What a new site's commands find in their environment. */
  readonly site: () => Readonly<Record<string, string>>;
  /** Makes what a site's first command would have made. */
  readonly prepare: (env: Readonly<Record<string, string>>) => Promise<void>;
  readonly movesTime: boolean;
}

let chosen: Tier = { site: () => ({}), prepare: async () => undefined, movesTime: true };

export const chosenTier = (): Tier => chosen;

/** For the whole test file; called before its tests are named. */
export const chooseTier = (tier: Tier): void => {
  chosen = tier;
};
