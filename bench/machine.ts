import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';

/** What the figures were measured on, as far as it says something of them; asked for before anything is measured. */
export const machineFacts = (): Readonly<Record<string, unknown>> => ({
  node: process.version,
  platform: `${platform()} ${arch()}`,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGB: Math.round(totalmem() / 2 ** 30),
  /** Of the minute before: above 0 somebody else was at work too. */
  loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
});

interface Ticks {
  readonly stolen: number;
  readonly all: number;
}

/** proc_stat(5): the first line sums all processors; the eighth figure is what the host gave to others. */
const readTicks = (): Ticks => {
  if (platform() !== 'linux') return { stolen: 0, all: 0 };
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const figures = line.split(/\s+/).slice(1, 9).map(Number);
  return { stolen: figures[7] ?? 0, all: figures.reduce((sum, figure) => sum + figure, 0) };
};

/** Starts counting; the answer tells which share of the processors' time, 0 to 1, the host has kept for others since. */
export const watchSteal = (): (() => number) => {
  const before = readTicks();
  return () => {
    const after = readTicks();
    return after.all === before.all ? 0 : (after.stolen - before.stolen) / (after.all - before.all);
  };
};

/** Clock ticks of proc_pid_stat(5): Linux counts 100 a second for user space, whatever its own timer does. */
const TICK_MICROS = 10_000;

/** CPU time a process has used so far, its threads included; null where no /proc tells. */
export const cpuMicrosOf = (pid: number): number | null => {
  if (platform() !== 'linux') return null;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
};
