import { expect, it } from 'vitest';
import { settle, UNKNOWNS, UnknownsDocument } from '../../../local/emulators/unknowns.ts';

const named = Object.entries(UNKNOWNS);

it.each(named)('%s has a default among its choices and says why', (_name, { choices, default: fallback, why }) => {
  expect(choices).toContain(fallback);
  expect(new Set(choices).size).toBeGreaterThan(1);
  expect(why.length).toBeGreaterThan(20);
});

it('a seed that names none gets every default, and one that names all gets what it names', () => {
  expect(settle({})).toEqual(Object.fromEntries(named.map(([name, { default: fallback }]) => [name, fallback])));
  const last = Object.fromEntries(named.map(([name, { choices }]) => [name, choices.at(-1)]));
  expect(settle(UnknownsDocument.parse(last))).toEqual(last);
});
