import { type Result, isMet } from './result.ts';

const figure = (value: unknown): string => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value));

const lines = (result: Result): string[] => {
  const { name, ratio, goal, better, detail } = result;
  const bound = `${better === 'higher' ? '≥' : '≤'} ${goal}`;
  return [
    `${name.padEnd(28)}${String(ratio).padStart(9)}   ${bound.padEnd(8)}${isMet(result) ? 'met' : 'MISSED'}`,
    ...Object.entries(detail).map(([key, value]) => `  ${key.padEnd(26)}${figure(value)}`),
  ];
};

/** Each ratio with its goal, and below it what it was made of. */
export const tableOf = (results: readonly Result[]): string => {
  const missed = results.filter((result) => !isMet(result)).map(({ name }) => name);
  const sum = missed.length === 0 ? `all ${results.length} goals met` : `${results.length - missed.length} of ${results.length} goals met; missed: ${missed.join(', ')}`;
  return `${results.flatMap(lines).join('\n')}\n\n${sum}\n`;
};
