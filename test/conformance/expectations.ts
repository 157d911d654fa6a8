import * as z from 'zod/mini';
import type { HttpReply } from '../../lib/clouds/http/message.ts';
import type { Answer } from '../../lib/ports/clouds.ts';
import type { Verdict } from '../../lib/saga/verdict.ts';
import { Disproved } from './case.ts';

/** A verdict in few words; codes only, since a refusal's text can quote what was signed. */
export const inWords = (verdict: Verdict): string => ('code' in verdict ? `${verdict.kind} (${verdict.code})` : verdict.kind);

/** The value of an answer that must be a success. */
export const done = <T>(answer: Answer<T>): T => {
  if ('value' in answer) return answer.value;
  throw new Disproved(`was to be done, is ${inWords(answer.verdict)}`);
};

/** Passes when the answer's verdict is of that kind, and of one of the codes where any are named; gives it in words. */
export const expectVerdict = ({ verdict }: Answer<unknown>, kind: Verdict['kind'], ...codes: readonly string[]): string => {
  const fits = verdict.kind === kind && (codes.length === 0 || ('code' in verdict && codes.includes(verdict.code)));
  if (!fits) throw new Disproved(`was to be ${kind}${codes.length === 0 ? '' : ` (${codes.join(' or ')})`}, is ${inWords(verdict)}`);
  return inWords(verdict);
};

export const expectThat = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new Disproved(otherwise);
};

const Code = z.union([
  z.pipe(z.object({ error_code: z.string() }), z.transform((body) => body.error_code)),
  z.pipe(z.object({ ErrorCode: z.string().check(z.regex(/^[A-Z][A-Za-z]+\./)) }), z.transform((body) => body.ErrorCode)),
  z.pipe(z.object({ Code: z.string() }), z.transform((body) => body.Code)),
]);

/** The body of a reply as JSON, null where it is none. */
export const jsonOf = ({ body }: HttpReply): unknown => {
  try {
    const value: unknown = JSON.parse(body ?? '');
    return value;
  } catch {
    return null;
  }
};

/** The error code in a reply, or `no code`. */
export const codeOf = (reply: HttpReply): string => Code.safeParse(jsonOf(reply)).data ?? 'no code';

export const statusAndCode = (reply: HttpReply): string => `${reply.status} ${codeOf(reply)}`;
