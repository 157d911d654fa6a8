import * as z from 'zod/mini';

/** A CloudFormation template as far as every template has the same form. */
export const Template = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z._default(z.record(z.string(), z.unknown()), {}) })),
  Conditions: z._default(z.record(z.string(), z.unknown()), {}),
});
export type Template = z.infer<typeof Template>;
export type Resource = Template['Resources'][string];

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands at a path of keys; undefined where the path ends early. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((found, key) => (Array.isArray(found) && typeof key === 'number' ? found[key] : isObject(found) ? found[key] : undefined), value);

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** The resource that `!GetAtt Name.Attribute` or `!Ref Name` means; null for anything else. */
export const targetOf = (value: unknown): string | null => {
  const attribute = at(value, 'Fn::GetAtt', 0);
  if (typeof attribute === 'string') return attribute;
  const reference = at(value, 'Ref');
  return typeof reference === 'string' ? reference : null;
};

/** Every resource of a type with its logical name. */
export const ofType = ({ Resources }: Template, type: string): [string, Resource][] => Object.entries(Resources).filter(([, { Type }]) => Type === type);

/** A list's entries, those of both branches where a condition decides. */
export const branches = (value: unknown): unknown[] =>
  listOf(value).flatMap((entry) => {
    const choice = at(entry, 'Fn::If');
    return Array.isArray(choice) ? choice.slice(1).flatMap(branches) : at(entry, 'Ref') === 'AWS::NoValue' ? [] : [entry];
  });
