import { RAILS } from '../../../lib/saga/rails.ts';
import type { Mutant } from '../mutant.ts';

/** Every rail of the list that judges a plan, whatever is in it: taken away by taking its line out. */
export const PLAN_RAILS: readonly Mutant[] = Object.entries(RAILS).map(([name, rail]) => ({
  name: `plan-rail-${name}`,
  about: 'H65',
  file: 'lib/saga/rails.ts',
  from: `  ${name}: ${rail.name},\n`,
  to: '',
  guard: { by: 'tests', files: ['test/saga/rails.test.ts'], titled: `by the rail ${name} for` },
}));
