import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RAILS } from '../../lib/saga/rails.ts';
import { SEEDED_BUGS } from './bugs/all.ts';
import { type Guard, type Mutant, mutated } from './mutant.ts';
import { RAILS_TAKEN_AWAY } from './rails/all.ts';
import { ROOT } from './sandbox.ts';

const ALL: readonly Mutant[] = [...RAILS_TAKEN_AWAY, ...SEEDED_BUGS];

const filesOf = (guard: Guard): readonly string[] => {
  switch (guard.by) {
    case 'tests':
      return guard.files;
    case 'types':
      return [guard.file];
    case 'simulation':
      return [];
  }
};

describe('H65: the proof of the proof', () => {
  it.each(ALL)('$name stands at one place of $file', (mutant) => {
    const text = readFileSync(join(ROOT, mutant.file), 'utf8');
    expect(mutated(text, mutant)).not.toBeNull();
    expect(mutated(text, mutant)).not.toBe(text);
  });

  it('asks tests that there are', () => {
    expect(ALL.flatMap(({ guard }) => filesOf(guard)).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('takes away every rail that judges a plan', () => {
    expect(RAILS_TAKEN_AWAY.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(RAILS).map((name) => `plan-rail-${name}`)));
  });

  it('makes at least 25 slips, and calls no two mutants alike', () => {
    expect(SEEDED_BUGS.length).toBeGreaterThanOrEqual(25);
    expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
  });
});
