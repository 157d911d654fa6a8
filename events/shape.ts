import * as z from 'zod/mini';

type Schema = z.core.$ZodType;

/** Where in a document: keys and array positions from the root. */
export type Path = readonly PropertyKey[];

/** Whether a value is a JSON object, not an array and not null. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An own field of a value, undefined where there is none; what it inherits is not seen. */
export const fieldOf = (value: unknown, key: PropertyKey): unknown => {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const field: unknown = Reflect.get(value, key);
  return field;
};

/** The value at a place of a document, undefined where the document does not reach. */
export const valueAt = (document: unknown, path: Path): unknown => {
  let value = document;
  for (const key of path) value = fieldOf(value, key);
  return value;
};

/** The schema under what only wraps it: optional, default and transform say nothing about the form of the input. */
const bare = (schema: Schema): Schema => {
  if (schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniDefault || schema instanceof z.ZodMiniPrefault) return bare(schema.def.innerType);
  return schema instanceof z.ZodMiniPipe ? bare(schema.def.in) : schema;
};

const chosen = (schema: Schema, input: unknown): Schema | null => {
  if (!(schema instanceof z.ZodMiniDiscriminatedUnion)) return schema;
  const { discriminator, options } = schema._zod.def;
  const tag = fieldOf(input, discriminator);
  const fits = (option: Schema): boolean => {
    const field = option instanceof z.ZodMiniObject ? option.shape[discriminator] : undefined;
    return field instanceof z.ZodMiniLiteral && field.def.values.some((value) => value === tag);
  };
  return options.find(fits) ?? null;
};

/** The schema that judges the place `path` of `document`, or null where the schema says nothing about that place. */
export const schemaAt = (root: Schema, document: unknown, path: Path): Schema | null => {
  let schema: Schema | null = chosen(bare(root), document);
  let value = document;
  for (const key of path) {
    value = fieldOf(value, key);
    const inner: Schema | undefined = schema instanceof z.ZodMiniArray ? schema.def.element : schema instanceof z.ZodMiniObject ? schema.shape[String(key)] : undefined;
    schema = inner === undefined ? null : chosen(bare(inner), value);
  }
  return schema;
};

/** The keys an object may have at that place; empty where no object belongs. */
export const keysAt = (root: Schema, document: unknown, path: Path): readonly string[] => {
  const schema = schemaAt(root, document, path);
  return schema instanceof z.ZodMiniObject ? Object.keys(schema.shape) : [];
};
