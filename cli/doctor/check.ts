/** One thing the doctor looked at. */
export interface Check {
  readonly name: string;
  /** `not checked` is no failure: something before it failed, or nothing harmless could tell. */
  readonly result: 'passed' | 'failed' | 'not checked';
  readonly detail: string;
  /** What to do about a failure; null where there is nothing to do. */
  readonly remedy: string | null;
}

export const passed = (name: string, detail: string): Check => ({ name, result: 'passed', detail, remedy: null });
export const failed = (name: string, detail: string, remedy: string): Check => ({ name, result: 'failed', detail, remedy });
export const notChecked = (name: string, detail: string): Check => ({ name, result: 'not checked', detail, remedy: null });
