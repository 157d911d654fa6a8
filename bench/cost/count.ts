import { join } from 'node:path';
import type { Child } from '../child.ts';
import { inPlace } from '../place.ts';
import { startWorker } from '../settle/start.ts';
import { type PolicyDocument, type Workload, policyWith, seedOf, unhindered } from '../workload.ts';
import type { Bill } from './bill.ts';
import type { CostAsks } from './worker.ts';

const WORKER = new URL('worker.ts', import.meta.url);

/** What a function finds there; by it the workflow tells what happens in CloudWatch's form. */
const ON_LAMBDA = { AWS_LAMBDA_FUNCTION_NAME: 'probate-bench', PROBATE_STAGE: 'bench' };

const counted = (workload: Workload, policy: PolicyDocument, ask: (worker: Child<CostAsks>) => Promise<Bill>): Promise<Bill> =>
  inPlace(async (directory, csms) => {
    await csms.hold(seedOf(workload));
    const worker = await startWorker<CostAsks>(WORKER, join(directory, 'state'), csms, policy, ON_LAMBDA);
    const bill = await ask(worker);
    await worker.stop();
    return bill;
  });

/** What one instance is billed for that comes alone, under the default policy but for the mode and the proofs. */
export const countAlone = (proofs: number): Promise<Bill> => {
  const workload = { salt: 'alone', instances: 1 };
  return counted(workload, policyWith({ verify: { proofs } }), (worker) => worker.ask('alone', workload));
};

export const TOGETHER = 100;

/** What a hundred are billed for that come at once, each with an event of its own, and no pace holding them up. */
export const countTogether = (): Promise<Bill> => {
  const workload = { salt: 'together', instances: TOGETHER };
  return counted(workload, unhindered(), (worker) => worker.ask('together', workload));
};
