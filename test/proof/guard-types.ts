import { runNode } from './child.ts';
import type { Ruling } from './ruling.ts';

const LIMIT_SECONDS = 120;
/** A patch may leave an import behind that nothing needs any more. */
const COMPILER = ['node_modules/typescript/bin/tsc', '--noUnusedLocals', 'false', '--noUnusedParameters', 'false', '--pretty', 'false'] as const;

/** What the type checker refuses, a line each; null when its time was over. */
const complaints = async (root: string): Promise<readonly string[] | null> => {
  const { code, out } = await runNode(COMPILER, root, LIMIT_SECONDS);
  if (code === null) return null;
  return code === 0 ? [] : out.split('\n').filter((line) => line.includes(': error TS'));
};

/** Whether everything compiles; only a complaint about `stated`, the file that states what must not, counts as red. */
export const checkTypes = async (root: string, stated?: string): Promise<Ruling> => {
  const lines = await complaints(root);
  if (lines === null) return { kind: 'timed-out' };
  const [first] = lines;
  if (first === undefined) return { kind: 'green' };
  const refused = stated === undefined ? undefined : lines.find((line) => line.startsWith(`${stated}(`));
  return refused === undefined ? { kind: 'broken', why: first } : { kind: 'red', by: refused };
};
