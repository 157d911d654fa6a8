import { createHash } from 'node:crypto';
import type { Timeline } from './timeline.ts';

/** What happened, line by line; the same seed gives the same lines, byte for byte. */
export interface Trace {
  line(who: string, what: string): void;
  readonly lines: readonly string[];
  digest(): string;
}

export const createTrace = (timeline: Timeline): Trace => {
  const lines: string[] = [];
  return {
    lines,
    line: (who, what) => {
      lines.push(`${(timeline.now() / 1_000).toFixed(3).padStart(12)} ${who.padEnd(10)} ${what}`);
    },
    digest: () => createHash('sha256').update(lines.join('\n')).digest('hex'),
  };
};
