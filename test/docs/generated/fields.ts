import * as z from 'zod/mini';
import { code, table } from './page.ts';

type Schema = z.core.$ZodType;

/** One field of a document: `schema` is its own, without what makes it optional. */
export interface Field {
  readonly path: string;
  readonly schema: Schema;
  readonly form: string;
  readonly isRequired: boolean;
}

/** The form that a schema's own words ask for, when it is given an empty text. */
const inItsWords = (schema: Schema): string | null => {
  const issues = z.safeParse(schema, '').error?.issues ?? [];
  return issues.find(({ message }) => message.startsWith('must be '))?.message.replace(/^must be /, '') ?? null;
};

const textForm = (schema: z.ZodMiniString): string => {
  const { minLength, maxLength } = z.toJSONSchema(schema);
  return maxLength === undefined ? 'a text' : `a text of ${minLength ?? 0} to ${maxLength} characters`;
};

const formOf = (schema: Schema): string => {
  if (schema instanceof z.ZodMiniLiteral) return schema.def.values.map((value) => code(String(value))).join(', ');
  if (schema instanceof z.ZodMiniEnum) return `one of ${schema.options.map((option) => code(String(option))).join(', ')}`;
  if (schema instanceof z.ZodMiniBoolean) return '`true` or `false`';
  if (schema instanceof z.ZodMiniISODateTime) return 'a time with its offset (RFC 3339)';
  if (schema instanceof z.ZodMiniNumber) return `a whole number from ${z.toJSONSchema(schema).minimum ?? 0}`;
  return inItsWords(schema) ?? (schema instanceof z.ZodMiniString ? textForm(schema) : '');
};

const listForm = (schema: z.ZodMiniArray): string => (z.safeParse(schema, []).success ? 'a list' : 'a list, not empty');

/** What tells one form of a union from the others. */
const tagOf = (option: Schema, discriminator: string): string => {
  const tag = option instanceof z.ZodMiniObject ? option.shape[discriminator] : undefined;
  return tag instanceof z.ZodMiniLiteral ? tag.def.values.join(', ') : '';
};

const inside = (schema: Schema, path: string, isRequired: boolean): readonly Field[] => {
  if (schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniDefault || schema instanceof z.ZodMiniPrefault) return inside(schema.def.innerType, path, false);
  if (schema instanceof z.ZodMiniPipe) return inside(schema.def.in, path, isRequired);
  if (schema instanceof z.ZodMiniArray) {
    const { element } = schema.def;
    const isPlain = !(element instanceof z.ZodMiniObject || element instanceof z.ZodMiniDiscriminatedUnion);
    const own: Field = { path, schema, form: isPlain ? `${listForm(schema)}; each ${formOf(element)}` : listForm(schema), isRequired };
    return isPlain ? [own] : [own, ...inside(element, `${path}[]`, true)];
  }
  if (schema instanceof z.ZodMiniDiscriminatedUnion) {
    const { discriminator, options } = schema._zod.def;
    return options.flatMap((option) => inside(option, `${path}(${tagOf(option, discriminator)})`, isRequired));
  }
  if (!(schema instanceof z.ZodMiniObject)) return [{ path, schema, form: formOf(schema), isRequired }];
  const own: readonly Field[] = isRequired ? [] : [{ path, schema, form: 'an object', isRequired }];
  return [...own, ...Object.entries(schema.shape).flatMap(([name, field]) => inside(field, path === '' ? name : `${path}.${name}`, true))];
};

/** Every field of a document, in the schema's order; what only groups others is one too, where it may be left out. */
export const fieldsOf = (schema: Schema): readonly Field[] => inside(schema, '', true);

/** Every field of a document, in the schema's order and words. */
export const fieldsTable = (schema: Schema): string =>
  table(
    ['Field', 'Required', 'Form'],
    fieldsOf(schema).map(({ path, form, isRequired }) => [code(path), isRequired ? 'yes' : 'no', form]),
  );
