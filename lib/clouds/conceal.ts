import { inspect } from 'node:util';

const STRUCK_OUT = '***';

/**
 * The same object, which an inspection and JSON show without the content of these fields: whoever logs it whole must not
 * tell a secret (H58). By name they are read as before, and a copy by spreading has them, in plain sight again.
 */
export const conceal = <T extends object>(holder: T, fields: readonly (keyof T & string)[]): T => {
  const shown = (): object => ({ ...holder, ...Object.fromEntries(fields.map((field) => [field, STRUCK_OUT])) });
  return Object.defineProperties(holder, { [inspect.custom]: { value: shown }, toJSON: { value: shown } });
};
