import * as fc from 'fast-check';
import type { Canned } from './loopback-cloud.ts';

/** Replies as no contract has them: wrong types, wrong statuses, cut short, nested, huge, or not JSON at all. */

export type WildValue = null | boolean | number | string | readonly WildValue[] | { readonly [key: string]: WildValue | undefined };

const status = fc.oneof(
  { weight: 6, arbitrary: fc.constant(200) },
  { weight: 1, arbitrary: fc.constant(204) },
  { weight: 5, arbitrary: fc.constantFrom(201, 202, 206, 301, 302, 304, 400, 401, 403, 404, 408, 409, 413, 418, 429, 494, 500, 502, 503, 504, 599) },
);

const wildScalar: fc.Arbitrary<WildValue> = fc.oneof(
  fc.constantFrom(null, true, false, '', ' ', '0', '200', 0, -1, 1, 1e11, 1_581_507_580_000, 1e300, '空', 'success', 'Success'),
  fc.integer(),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

const wildValue: fc.Arbitrary<WildValue> = fc.oneof(wildScalar, fc.array(wildScalar, { maxLength: 3 }), fc.dictionary(fc.string({ maxLength: 8 }), wildScalar, { maxKeys: 3 }));

/** A right reply in which single fields were replaced or taken away. */
const damaged = (right: WildValue): fc.Arbitrary<WildValue> => {
  if (typeof right !== 'object' || right === null) return fc.oneof({ weight: 12, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: wildValue });
  const whole: fc.Arbitrary<WildValue> = Array.isArray(right)
    ? fc.tuple(...right.map(damaged))
    : fc.record(Object.fromEntries(Object.entries(right).map(([key, value]) => [key, damaged(value ?? null)])), { requiredKeys: [] });
  return fc.oneof({ weight: 12, arbitrary: whole }, { weight: 1, arbitrary: wildValue });
};

const nest = (depth: number): string => `${'{"error":'.repeat(depth)}1${'}'.repeat(depth)}`;

const noJson = fc.oneof(
  fc.constantFrom('', ' ', '\n', '<html><head></head><body><Code>200</Code></body></html>', '<Error><Code>', '{"error_code":', 'null', '[]', '""', '{}', '\u0000', '{"__proto__":{"Success":true}}'),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(nest(3), nest(20_000), '['.repeat(20_000), ' '.repeat(300_000), `{"secrets":[${'{},'.repeat(5_000)}{}]}`),
);

const cutShort = (text: string): fc.Arbitrary<string> => fc.oneof({ weight: 6, arbitrary: fc.constant(text) }, { weight: 1, arbitrary: fc.nat({ max: text.length }).map((at) => text.slice(0, at)) });

const fault = fc.oneof({ weight: 40, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: fc.constantFrom('reset', 'cut') }, { weight: 1, arbitrary: fc.constantFrom('stall', 'silence') });

/** `rights` are bodies of successes, `codes` the vendor's error codes. */
export const wildReply = (rights: readonly WildValue[], codes: readonly string[]): fc.Arbitrary<Canned> => {
  const code = fc.constantFrom(...codes, 'NOBODY.9999', 'Nobody.ListedThis');
  const error: fc.Arbitrary<WildValue> = fc.oneof(
    fc.record({ error_code: code, error_msg: wildScalar }),
    fc.record({ error: fc.record({ error_code: code, error_msg: wildScalar }) }),
    fc.record({ error: fc.record({ code: fc.constantFrom(401, 403, 500), message: wildScalar }) }),
    fc.record({ Code: code, Message: wildScalar, Success: wildScalar }, { requiredKeys: [] }),
    fc.record({ Code: wildScalar, ErrorCode: code, Message: wildScalar, Success: fc.constantFrom(true, false, null, 'true') }, { requiredKeys: [] }),
  );
  const right = fc.constantFrom(...rights).chain(damaged);
  const body = fc.oneof(
    { weight: 5, arbitrary: right.map((value) => JSON.stringify(value)).chain(cutShort) },
    { weight: 3, arbitrary: error.map((value) => JSON.stringify(value)).chain(cutShort) },
    { weight: 3, arbitrary: noJson },
    { weight: 1, arbitrary: fc.json() },
  );
  return fc.record({ status, body, fault }).map(({ status, body, fault }) => (fault === undefined ? { status, body } : { status, body, fault }));
};
