import type { Case } from '../case.ts';
import type { SaeTarget } from '../sae/target.ts';
import { SAE_DELETIONS } from './sae-deletions.ts';
import { SAE_READS } from './sae-reads.ts';

export const SAE_CASES: readonly Case<SaeTarget>[] = [...SAE_READS, ...SAE_DELETIONS];
