import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `import x, { A, type B, C as D } from 'package';` as the sources write it, types left out. */
const IMPORT = /^import (?!type\b)(?:(\w+)(?:, )?)?(?:\{([^}]*)\})? ?from '([^.'][^']*)';$/gm;

/** zod is the one package taken as a namespace, of which a bundle keeps the members that are used. */
const ZOD = "import * as z from 'zod/mini';";
/** These are types, and keep nothing. */
const MEMBER = /\bz\.(?!core\b|infer\b|input\b|output\b)(\w+(?:\.[a-z]\w*)?)/g;

const namesIn = (clause: string): string[] =>
  clause
    .split(',')
    .map((name) => name.trim().split(' as ')[0] ?? '')
    .filter((name) => name !== '' && !name.startsWith('type '));

const isOurs = (input: string): boolean => input.endsWith('.ts') && !input.includes('node_modules/');

/**
 * A module that imports of each package just what our own modules among a bundle's inputs import of it, and does nothing
 * with it: bundled the same way, it is what those packages cost whatever we do.
 */
export const thirdPartyModule = (root: string, inputs: readonly string[]): string => {
  const used = new Map<string, Set<string>>();
  const members = new Set<string>();
  for (const input of inputs.filter(isOurs)) {
    const source = readFileSync(join(root, input), 'utf8');
    for (const [, whole, clause = '', from = ''] of source.matchAll(IMPORT)) {
      if (from.startsWith('node:')) continue;
      const names = used.get(from) ?? new Set();
      used.set(from, names);
      for (const name of [...(whole === undefined ? [] : ['default']), ...namesIn(clause)]) names.add(name);
    }
    if (source.includes(ZOD)) for (const [, member = ''] of source.matchAll(MEMBER)) members.add(member);
  }
  const lines = [...used].map(([from, names], place) => `import { ${[...names].map((name) => `${name} as p${place}_${name}`).join(', ')} } from '${from}';`);
  const kept = [...used.values()].flatMap((names, place) => [...names].map((name) => `p${place}_${name}`));
  return `${[ZOD, ...lines].join('\n')}\nexport const kept: readonly unknown[] = [${[...kept, ...[...members].map((member) => `z.${member}`)].join(', ')}];\n`;
};
