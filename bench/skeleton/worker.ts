import { readFileSync } from 'node:fs';
import { answerAsks } from '../child.ts';
import { type Replayed, replay } from './replay.ts';
import type { Trace } from './trace.ts';

let trace: Trace | null = null;

const asks = {
  load: async (file: string): Promise<void> => {
    trace = JSON.parse(readFileSync(file, 'utf8'));
  },
  replay: async (directory: string): Promise<Replayed> => {
    if (trace === null) throw new Error('there is no trace to replay yet');
    return replay(trace, directory);
  },
};
export type SkeletonAsks = typeof asks;
answerAsks(asks);
