import * as z from 'zod/mini';
import { runNode } from './child.ts';
import { type Ruling, inShort } from './ruling.ts';

/** Many times what the shyest of the bugs takes to show itself. */
const MOST_SEEDS = 600;
const LIMIT_SECONDS = 240;

/** What first-finding.ts prints. */
const Found = z.nullable(z.object({ seed: z.number(), kind: z.string(), what: z.string() }));

/** Lives through one seed after the other until an auditor has something to say. */
export const simulate = async (root: string): Promise<Ruling> => {
  const { code, out, err } = await runNode(['test/proof/first-finding.ts', String(MOST_SEEDS)], root, LIMIT_SECONDS);
  if (code === null) return { kind: 'timed-out' };
  if (code !== 0) return { kind: 'broken', why: inShort(err) };
  const found = Found.parse(JSON.parse(out));
  return found === null ? { kind: 'green' } : { kind: 'red', by: `simulation, seed ${found.seed}: ${found.kind}: ${inShort(found.what)}` };
};
