import { UNKNOWNS } from '../../local/emulators/unknowns.ts';
import { Disproved, LeftOut, REACHES, type Case, type Reach, type Tidied } from './case.ts';

/** What came of one case. `held`: as the contract says, or one of the answers it leaves open. */
export type Finding = { readonly kind: 'held'; readonly saw: string } | { readonly kind: 'failed'; readonly why: string } | { readonly kind: 'left-out'; readonly why: string };

const REMEDY: Readonly<Record<Exclude<Reach, 'nothing'>, string>> = {
  'own-secrets': 'makes and erases secrets of its own: set PROBATE_CONFORMANCE_WRITE=1',
  'whole-project': 'may erase every secret of the project: set PROBATE_CONFORMANCE_WRITE=whole-project',
};

const asFinding = (error: unknown): Finding => {
  if (error instanceof Disproved) return { kind: 'failed', why: error.message };
  if (error instanceof LeftOut) return { kind: 'left-out', why: error.message };
  throw error;
};

const judged = <Target>({ settles }: Case<Target>, saw: string): Finding => {
  if (settles === null || UNKNOWNS[settles].choices.includes(saw)) return { kind: 'held', saw };
  return { kind: 'failed', why: `saw ${saw}, which is none of the answers ${settles} foresees` };
};

/** Puts one case to a cloud, as far as `allowed` lets it, and takes away what it made, whatever came of it. */
export const carryOut = async <Target extends Tidied>(one: Case<Target>, target: Target, allowed: Reach): Promise<Finding> => {
  if (one.reach !== 'nothing' && REACHES.indexOf(one.reach) > REACHES.indexOf(allowed)) return { kind: 'left-out', why: REMEDY[one.reach] };
  let finding: Finding;
  try {
    finding = judged(one, await one.observe(target));
  } catch (error) {
    finding = asFinding(error);
  } finally {
    const left = await target.tidy();
    if (left.length > 0) finding = { kind: 'failed', why: `could not take away again: ${left.join(', ')}` };
  }
  return finding;
};
