import type { Failure } from '../../lib/saga/verdict.ts';
import { type Check, failed } from './check.ts';

/** Whether further calls with the same key could harm: five bad signatures lock one. */
export const endsTheKey = ({ result, detail }: Check): boolean => result === 'failed' && detail.startsWith('unauthenticated');

/** An answer that was not the one asked for, as a failed check; `grant` is what to do where something is not permitted. */
export const checkOfFailure = (name: string, verdict: Failure, grant: string): Check => {
  const detail = `${verdict.kind} ${'code' in verdict ? verdict.code : ''}`.trim();
  switch (verdict.kind) {
    case 'unauthenticated':
      return failed(name, detail, 'the key is wrong, expired or locked: set the right one; nothing was tried twice');
    case 'terminal':
      return failed(name, detail, grant);
    case 'throttled':
    case 'retryable':
    case 'unknown':
      return failed(name, detail, 'the cloud or the way to it is not well: try again later');
    case 'alreadyGone':
    case 'pending':
    case 'notPending':
    case 'blocked':
      return failed(name, detail, 'this call has no such answer: report it');
  }
};
