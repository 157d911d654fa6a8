import { auditCalls } from './call-audit.ts';
import { auditEnd } from './end-audit.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './findings.ts';
import type { Life } from './life.ts';

/** Holds what the clouds saw and what they hold against what had to become of every instance; all of it is looked at from outside. */
export const audit = (life: Omit<Life, 'finished' | 'state'>, evidence: Evidence): Finding[] => [...auditCalls(life, evidence.intents), ...auditEnd(life, evidence)];
