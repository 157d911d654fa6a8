import type { Call, Saga } from './saga.ts';

/** The counter a call's failures run up; a success of that very step sets it back to zero (design.md, Retry). */
export const stepName = (op: Call['op'], key: string): string => `${op} ${key}`;
export const stepOf = ({ op, key }: Pick<Call, 'op' | 'key'>): string => stepName(op, key);

/** One step's counter set back to zero. */
export const withoutFailures = (saga: Saga, step: string): Saga => {
  const { [step]: _cleared, ...failures } = saga.failures;
  return { ...saga, failures };
};

/** The counter that failing reads of one look run up. */
export const lookStep = (purpose: string): string => `look ${purpose}`;

/** The counters of looks set back to zero, after something that only a complete look can have led to. */
export const withoutLookFailures = (saga: Saga): Saga => ({
  ...saga,
  failures: Object.fromEntries(Object.entries(saga.failures).filter(([step]) => !step.startsWith(lookStep('')))),
});
