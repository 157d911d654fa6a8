import { fieldsOf, readJson } from '../http/json.ts';
import { meaningOf } from '../operation.ts';
import type { Operation } from '../operation.ts';

/** A refusal's own words. `message` can echo what was signed: only the name of a blocker is ever taken from it. */
export interface ErrorBody {
  readonly code: string | null;
  readonly message: string;
}

const CODE = /^[A-Za-z][A-Za-z0-9]{1,63}(\.[A-Za-z0-9]{1,63}){0,4}$/;
/** What ErrorCode holds when there is no error; 空 has no code's form to begin with. */
const NO_ERROR: ReadonlySet<string> = new Set(['success', 'Success', 'Null', 'null', 'OK']);

const readCode = (value: unknown): string | null => {
  const text = typeof value === 'string' ? value.trim() : '';
  return CODE.test(text) && !NO_ERROR.has(text) ? text : null;
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['amp', '&'],
]);

const elementText = (xml: string, name: string): string => {
  const [, text = ''] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return text.replaceAll(/&([a-z]+);/g, (whole, entity: string) => ENTITIES.get(entity) ?? whole);
};

/**
 * Two elements of a fixed, flat document are all that is wanted of XML, which the gateway sends when it overlooks our
 * Accept header; a parser would bring entities and external references that a reply must not have.
 */
const fromXml = (body: string): ErrorBody => {
  // Sought from both ends: a pattern over the whole of it would try every beginning against every end.
  const start = body.indexOf('<Error>');
  const error = start === -1 ? '' : body.slice(start, body.lastIndexOf('</Error>') + 1);
  return { code: readCode(elementText(error, 'Code')), message: elementText(error, 'Message') };
};

/**
 * The refusal in a body: the gateway's JSON, in either spelling of its keys, its XML, or the service's own envelope,
 * where the code may stand in ErrorCode, Code or even Message. Of several the first one that is listed wins; Message
 * counts only when it is a listed code and nothing else.
 */
export const readErrorBody = (operation: Operation, body: string | null): ErrorBody => {
  const text = (body ?? '').trim();
  if (text.startsWith('<')) return fromXml(text);
  const fields = fieldsOf(readJson(text)) ?? new Map<string, unknown>();
  const field = (name: string): unknown => fields.get(name) ?? fields.get(`${name.charAt(0).toLowerCase()}${name.slice(1)}`);
  const message = textOf(field('Message'));
  const codes = [field('ErrorCode'), field('Code')].map(readCode).filter((code) => code !== null);
  const listed = [...codes, readCode(message)].find((code) => code !== null && meaningOf(operation, code) !== null);
  return { code: listed ?? codes[0] ?? null, message };
};
