import type { Failure } from '../saga/verdict.ts';

/** What an error code means; the verdict it becomes, wherever the status does not say more. */
export type Meaning = Failure['kind'];

/** One call of a vendor's API: how it is made and how its refusals are read. Classification looks nowhere else. */
export interface Operation {
  readonly cloud: 'huawei' | 'alibaba';
  /** As the vendor's documentation names it. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{name}` stands for an encoded path segment. */
  readonly path: string;
  /** Whether it changes something: decides between unknown and retryable when a call's fate is not known. */
  readonly changes: boolean;
  /** Statuses of a success. */
  readonly success: readonly number[];
  /** What the service's own not-found is a proof of: `alreadyGone` where the call names one secret or stage, else nothing. */
  readonly notFound: 'alreadyGone' | 'unknown';
  /** By error code; a code ending in `*` stands for every code that begins like it. */
  readonly codes: Readonly<Record<string, Meaning>>;
}

/** The meaning an operation lists for a code, null when nobody listed it. */
export const meaningOf = (operation: Operation, code: string): Meaning | null => {
  if (Object.hasOwn(operation.codes, code)) return operation.codes[code] ?? null;
  const family = Object.keys(operation.codes).find((listed) => listed.endsWith('*') && code.startsWith(listed.slice(0, -1)));
  return family === undefined ? null : (operation.codes[family] ?? null);
};
