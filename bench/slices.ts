export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
};

/** How much was done in one slice, how long it took, and what CPU time its process spent on it. */
export interface Slice {
  readonly count: number;
  readonly seconds: number;
  readonly cpuMicros: number;
}

export const rateOf = ({ count, seconds }: Slice): number => count / seconds;
export const cpuEach = ({ count, cpuMicros }: Slice): number => cpuMicros / count;

/** The slices of each side, one a round. */
export type Rounds<Side extends string> = ReadonlyMap<Side, readonly Slice[]>;

/**
 * Runs every side once a round, each round beginning with another side: what a machine does to one slice it does to its
 * neighbours too, so that their ratio holds where their figures do not.
 */
export const interleave = async <Side extends string>(sides: readonly (readonly [name: Side, run: (round: number) => Promise<Slice>])[], rounds: number): Promise<Rounds<Side>> => {
  const slices = new Map<Side, Slice[]>(sides.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const first = round % sides.length;
    for (const [name, run] of [...sides.slice(first), ...sides.slice(0, first)]) slices.get(name)?.push(await run(round));
  }
  return slices;
};

type Figure = (slice: Slice) => number;

const figuresOf = <Side extends string>(rounds: Rounds<Side>, figure: Figure, side: Side): number[] => (rounds.get(side) ?? []).map(figure);

export const medianOf = <Side extends string>(rounds: Rounds<Side>, figure: Figure, side: Side): number => median(figuresOf(rounds, figure, side));

/** The median over the rounds of one figure of `side` by the same figure of `floor`. */
export const ratioOf = <Side extends string>(rounds: Rounds<Side>, figure: Figure, side: Side, floor: Side): number => {
  const floors = figuresOf(rounds, figure, floor);
  return median(figuresOf(rounds, figure, side).map((value, round) => value / (floors[round] ?? Number.NaN)));
};
