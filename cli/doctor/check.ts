/** One thing the doctor looked at. */
export interface Check {
  readonly name: string;
  /** `not checked` is no failure: something before it failed, or nothing harmless could tell. */
  readonly result: 'passed' | 'failed' | 'not checked';
  readonly detail: string;
  /** What to do about a failure; null where there is nothing to do. */
  readonly remedy: string | null;
}

/** A check that found nothing wrong. */
export const passed = (name: string, detail: string): Check => ({ name, result: 'passed', detail, remedy: null });
/** A check that failed, and what to do about it. */
export const failed = (name: string, detail: string, remedy: string): Check => ({ name, result: 'failed', detail, remedy });
/** What could not be told, and why. */
export const notChecked = (name: string, detail: string): Check => ({ name, result: 'not checked', detail, remedy: null });
