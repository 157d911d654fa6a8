import type { Meaning, Operation } from '../../../lib/clouds/operation.ts';

type Listed = readonly [code: string, meaning: Meaning];

const listedBy = ({ codes }: Operation): readonly Listed[] => Object.entries(codes);

const key = ([code, meaning]: Listed): string => `${code} ${meaning}`;

/** What most of the operations list alike. */
const commonCodes = (operations: readonly Operation[]): readonly Listed[] => {
  const all = new Map(operations.flatMap(listedBy).map((listed) => [key(listed), listed]));
  return [...all.values()].filter((listed) => operations.filter((operation) => operation.codes[listed[0]] === listed[1]).length > operations.length / 2);
};

/** What one operation lists otherwise than most, by meaning. */
export const ownCodes = (operation: Operation, operations: readonly Operation[]): ReadonlyMap<Meaning, readonly string[]> => {
  const common = new Set(commonCodes(operations).map(key));
  return byMeaning(listedBy(operation).filter((listed) => !common.has(key(listed))));
};

export const byMeaning = (listed: readonly Listed[]): ReadonlyMap<Meaning, readonly string[]> =>
  new Map([...Map.groupBy(listed, ([, meaning]) => meaning)].map(([meaning, group]) => [meaning, group.map(([code]) => code)]));

/** How many of the common codes an operation does not know: IAM has none of CSMS's own. */
export const lackingCodes = (operation: Operation, operations: readonly Operation[]): number => commonCodes(operations).filter(([code]) => !(code in operation.codes)).length;
