import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** Which process numbers can be compared with ours: two containers may share a state and each have a process 7. */
export const processSpace = (): string => (process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : process.platform);

const fromProc = (pid: number): string | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc_pid_stat(5): the name in parentheses may hold anything, so fields are counted from its end; state is the
    // third field, the start in ticks since boot the 22nd. A zombie (Z) has died, only its parent has not looked yet.
    const [state = '', ...later] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? null : `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${later[18] ?? ''}`;
  } catch (fault) {
    // Only these two say that there is no such process; taking any other fault for a death would free a living one's messages.
    if (fault instanceof Error && 'code' in fault && (fault.code === 'ENOENT' || fault.code === 'ESRCH')) return null;
    throw fault;
  }
};

const fromPs = (pid: number): string | null => {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || null;
  } catch {
    return null;
  }
};

/** When the process started, in words that differ between any two processes that ever had this number; null when there is none. */
export const processStart = (pid: number): string | null => (process.platform === 'linux' ? fromProc(pid) : fromPs(pid));
