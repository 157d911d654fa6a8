import { readFileSync } from 'node:fs';

/** What of a .cpuprofile is read here (https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile). */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string }; readonly children?: readonly number[] }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface PartTime {
  /** A module of ours, a package, or what V8 calls its own work. */
  readonly part: string;
  readonly milliseconds: number;
  /** Of the time in which anything ran. */
  readonly share: number;
}

const ROOT = new URL('../..', import.meta.url).href;
const PACKAGE = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/;
/** Sagas are listed only to count how they ended, when a round is over; the profiler's own start is no work of theirs either. */
const NOT_MEASURED = new Set(['(idle)', 'listSagas', 'beginProfile']);

const partOf = (url: string): string | null => PACKAGE.exec(url)?.[1] ?? (url.startsWith(ROOT) ? url.slice(ROOT.length) : null);

/** Where the time went, the most expensive part first: each moment counts for the nearest module of ours, or package, on its stack. */
export const timeByPart = (file: string): PartTime[] => {
  const { nodes, samples, timeDeltas }: CpuProfile = JSON.parse(readFileSync(file, 'utf8'));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));

  /** The names on the stack, innermost first, and the nearest part among them; the innermost name where there is none. */
  const stackOf = (leaf: number): { readonly names: readonly string[]; readonly part: string } => {
    const names: string[] = [];
    let part: string | null = null;
    for (let id: number | undefined = leaf; id !== undefined; id = parents.get(id)) {
      const { functionName = '', url = '' } = byId.get(id)?.callFrame ?? {};
      names.push(functionName);
      part ??= partOf(url);
    }
    return { names, part: part ?? names[0] ?? '' };
  };

  const stacks = new Map(nodes.map(({ id }) => [id, stackOf(id)]));
  const micros = new Map<string, number>();
  for (const [index, leaf] of samples.entries()) {
    const stack = stacks.get(leaf);
    if (stack === undefined || stack.names.some((name) => NOT_MEASURED.has(name))) continue;
    micros.set(stack.part, (micros.get(stack.part) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const all = [...micros.values()].reduce((sum, one) => sum + one, 0);
  return [...micros].map(([part, time]) => ({ part, milliseconds: time / 1_000, share: time / all })).sort((a, b) => b.milliseconds - a.milliseconds);
};
