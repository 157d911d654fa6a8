import { standOnAws } from '../on-aws.ts';

// The same cases as on one machine. Imported after the tier is chosen, since they ask for it as they are named.
standOnAws();
await import('../interfaces/modes.test.ts');
