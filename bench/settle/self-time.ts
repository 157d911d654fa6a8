import { readFileSync } from 'node:fs';

/** What of a .cpuprofile is read here (https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile). */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  readonly name: string;
  readonly milliseconds: number;
  /** Of the time in which anything ran. */
  readonly share: number;
}

const NOT_RUNNING = new Set(['(idle)', '(program)', '(root)']);

const placeOf = (url: string): string => url.split('/').slice(-3).join('/');

/** Where the time went, function by function and without what each called, the most expensive first. */
export const selfTimes = (file: string): SelfTime[] => {
  const { nodes, samples, timeDeltas }: CpuProfile = JSON.parse(readFileSync(file, 'utf8'));
  const names = new Map(nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [id, url === '' ? functionName : `${functionName || '(anonymous)'} ${placeOf(url)}:${lineNumber + 1}`]));
  const micros = new Map<string, number>();
  for (const [index, node] of samples.entries()) {
    const name = names.get(node) ?? '';
    if (!NOT_RUNNING.has(name)) micros.set(name, (micros.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const all = [...micros.values()].reduce((sum, one) => sum + one, 0);
  return [...micros].map(([name, time]) => ({ name, milliseconds: time / 1_000, share: time / all })).sort((a, b) => b.milliseconds - a.milliseconds);
};
