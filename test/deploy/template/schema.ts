import type { PropertyType, ResourceProperties, SpecDatabase } from '@aws-cdk/service-spec-types';
import { type Template, isObject } from './template.ts';

/** Values CloudFormation works out itself; what they give is not known here, what they name is checked in references.ts. */
const isComputed = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  const [key, ...others] = Object.keys(value);
  return others.length === 0 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'));
};

const wants = (holds: boolean, what: string, place: string): string[] => (holds ? [] : [`${place} must be ${what}`]);

/** A template against AWS's own resource schemas: types, properties at every depth, required ones, kinds and listed values. */
export const schemaProblems = (db: SpecDatabase, { Resources }: Template): string[] => {
  const checkObject = (properties: ResourceProperties, value: Readonly<Record<string, unknown>>, place: string): string[] => [
    ...Object.keys(value).flatMap((key) => (Object.hasOwn(properties, key) ? [] : [`${place}.${key} is no property`])),
    ...Object.entries(properties).flatMap(([key, property]) => {
      if (value[key] === undefined) return property.required === true ? [`${place}.${key} is missing`] : [];
      return check(property.type, value[key], `${place}.${key}`);
    }),
  ];

  const check = (type: PropertyType, value: unknown, place: string): string[] => {
    const choice = isObject(value) ? value['Fn::If'] : undefined;
    if (Array.isArray(choice)) return choice.slice(1).flatMap((branch: unknown, index) => check(type, branch, `${place}.Fn::If[${index + 1}]`));
    if (isComputed(value)) return [];
    switch (type.type) {
      case 'string':
        if (type.allowedValues !== undefined && !type.allowedValues.includes(String(value))) return [`${place} must be one of ${type.allowedValues.join(', ')}`];
        return wants(typeof value === 'string', 'a text', place);
      case 'number':
        return wants(typeof value === 'number', 'a number', place);
      case 'integer':
        if (type.allowedValues !== undefined && !type.allowedValues.includes(Number(value))) return [`${place} must be one of ${type.allowedValues.join(', ')}`];
        return wants(Number.isInteger(value), 'a whole number', place);
      case 'boolean':
        return wants(typeof value === 'boolean', 'true or false', place);
      case 'array':
        return Array.isArray(value) ? value.flatMap((entry: unknown, index) => check(type.element, entry, `${place}[${index}]`)) : [`${place} must be a list`];
      case 'map':
        return isObject(value) ? Object.entries(value).flatMap(([key, entry]) => check(type.element, entry, `${place}.${key}`)) : [`${place} must be a map`];
      case 'ref':
        return isObject(value) ? checkObject(db.get('typeDefinition', type.reference).properties, value, place) : [`${place} must be an object`];
      case 'union': {
        const attempts = type.types.map((one) => check(one, value, place));
        return attempts.some((problems) => problems.length === 0) ? [] : (attempts[0] ?? []);
      }
      case 'json':
      case 'tag':
      case 'date-time':
      case 'null':
        return [];
    }
  };

  return Object.entries(Resources).flatMap(([name, { Type, Properties }]) => {
    const [spec] = db.lookup('resource', 'cloudFormationType', 'equals', Type);
    return spec === undefined ? [`${name}: ${Type} is no type of resource`] : checkObject(spec.properties, Properties, name);
  });
};
