import { checkTypes } from './guard-types.ts';
import { simulate } from './guard-simulation.ts';
import { runTests } from './guard-tests.ts';
import { type Mutant, mutated } from './mutant.ts';
import type { Ruling } from './ruling.ts';
import type { Sandbox } from './sandbox.ts';

const ask = async (root: string, { guard }: Mutant): Promise<Ruling> => {
  switch (guard.by) {
    case 'tests':
      return (await runTests(root, guard.files, { titled: guard.titled, bail: true })).ruling;
    case 'simulation':
      return simulate(root);
    case 'types':
      return checkTypes(root, guard.file);
  }
};

/** Puts one mutant into the copy and asks its guard. */
export const judgeMutant = (sandbox: Sandbox, mutant: Mutant): Promise<Ruling> => sandbox.during([mutant], () => ask(sandbox.root, mutant));

const unless = (ruling: Ruling, what: string): string | null => {
  switch (ruling.kind) {
    case 'green':
      return null;
    case 'red':
      return `${what}: ${ruling.by}`;
    case 'broken':
      return `${what}: ${ruling.why}`;
    case 'timed-out':
      return `${what}: its time was over`;
  }
};

/** Why the guards cannot be believed: one that is red already, or names tests that there are not. */
export const controlRun = async ({ root }: Sandbox, mutants: readonly Mutant[]): Promise<string | null> => {
  const guards = mutants.map(({ guard }) => guard);
  const files = new Set(guards.flatMap((guard) => (guard.by === 'tests' ? guard.files : [])));
  if (files.size > 0) {
    const { ruling, passed } = await runTests(root, [...files].sort(), { bail: false });
    const titles = guards.flatMap((guard) => (guard.by === 'tests' && guard.titled !== undefined ? [guard.titled] : []));
    const missing = titles.find((titled) => !passed.some((title) => title.includes(titled)));
    const trouble = unless(ruling, 'the tests without any mutant') ?? (missing === undefined ? null : `no test is titled ${missing}`);
    if (trouble !== null) return trouble;
  }
  return guards.some(({ by }) => by === 'simulation') ? unless(await simulate(root), 'the simulation without any mutant') : null;
};

/** Mutants that can stand in the code together, so that one run of the compiler judges many. */
const layersOf = (mutants: readonly Mutant[], textOf: (file: string) => string): Mutant[][] => {
  const layers: { readonly mutants: Mutant[]; readonly texts: Map<string, string> }[] = [];
  for (const mutant of mutants) {
    const fits = layers.find(({ texts }) => mutated(texts.get(mutant.file) ?? textOf(mutant.file), mutant) !== null);
    const layer = fits ?? { mutants: [], texts: new Map<string, string>() };
    if (fits === undefined) layers.push(layer);
    layer.mutants.push(mutant);
    layer.texts.set(mutant.file, mutated(layer.texts.get(mutant.file) ?? textOf(mutant.file), mutant) ?? '');
  }
  return layers.map((layer) => layer.mutants);
};

/** Why the mutants prove nothing: one of them does not compile, and nobody could have made that slip. */
export const compileRun = async (sandbox: Sandbox, mutants: readonly Mutant[], textOf: (file: string) => string): Promise<string | null> => {
  const untyped = mutants.filter(({ guard }) => guard.by !== 'types');
  for (const layer of layersOf(untyped, textOf)) {
    const trouble = await sandbox.during(layer, async () => unless(await checkTypes(sandbox.root), `${layer.length} mutants together do not compile`));
    if (trouble !== null) return trouble;
  }
  return mutants.length > untyped.length ? unless(await checkTypes(sandbox.root), 'the types without any mutant') : null;
};
