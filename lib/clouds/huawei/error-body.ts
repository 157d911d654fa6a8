import { fieldsOf, readJson } from '../http/json.ts';

/** A refusal's own words. `text` can quote the signed headers, so it is searched for a quota and goes no further. */
export interface ErrorBody {
  readonly code: string | null;
  readonly text: string;
}

const NO_ERROR: ErrorBody = { code: null, text: '' };
const CODE = /^[A-Za-z]{2,12}\.[0-9]{3,8}$/;

/** The code when it has a code's form: anything else may be a piece of the request and is dropped. */
export const readCode = (value: unknown): string | null => (typeof value === 'string' && CODE.test(value.trim()) ? value.trim() : null);

const readText = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * The four shapes in use: flat, flat from the gateway, nested under `error`, and IAM's, which carries a status in place
 * of a code; the camel-case spelling of the vendor's own clients too. HTML, an empty body and the rest have no code.
 */
export const readErrorBody = (body: string | null): ErrorBody => {
  const outer = body === null ? null : fieldsOf(readJson(body));
  if (outer === null) return NO_ERROR;
  const fields = fieldsOf(outer.get('error')) ?? outer;
  return {
    code: readCode(fields.get('error_code')) ?? readCode(fields.get('errorCode')) ?? readCode(fields.get('code')),
    text: readText(fields.get('error_msg')) || readText(fields.get('errorMsg')) || readText(fields.get('message')),
  };
};
