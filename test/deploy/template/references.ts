import type { SpecDatabase } from '@aws-cdk/service-spec-types';
import { type Template, at, isObject } from './template.ts';

const isPseudo = (name: string): boolean => name.startsWith('AWS::');

/** A reference to something that is not there, or to an attribute its type does not have. */
export const referenceProblems = (db: SpecDatabase, template: Template): string[] => {
  const problems: string[] = [];
  const { Resources, Conditions } = template;

  const checkAttribute = (name: string, attribute: string, place: string): void => {
    const resource = Resources[name];
    if (resource === undefined) {
      problems.push(`${place} names ${name}, which is no resource`);
      return;
    }
    const [spec] = db.lookup('resource', 'cloudFormationType', 'equals', resource.Type);
    if (spec !== undefined && !Object.hasOwn(spec.attributes, attribute)) problems.push(`${place} asks for ${attribute}, which ${resource.Type} does not have`);
  };

  const checkName = (name: string, place: string): void => {
    if (!isPseudo(name) && Resources[name] === undefined) problems.push(`${place} names ${name}, which is no resource`);
  };

  const checkText = (text: string, place: string): void => {
    for (const [, name = '', attribute] of text.matchAll(/\$\{([\w:]+)(?:\.([\w.]+))?\}/g)) {
      if (attribute === undefined) checkName(name, place);
      else checkAttribute(name, attribute, place);
    }
  };

  const visit = (value: unknown, place: string): void => {
    if (Array.isArray(value)) value.forEach((entry, index) => visit(entry, `${place}[${index}]`));
    if (!isObject(value)) return;
    const { Ref: reference } = value;
    if (typeof reference === 'string') checkName(reference, place);
    const { 'Fn::GetAtt': asked } = value;
    const [name, attribute] = [at(asked, 0), at(asked, 1)];
    if (typeof name === 'string' && typeof attribute === 'string') checkAttribute(name, attribute, place);
    else if (asked !== undefined) problems.push(`${place} asks for no attribute of anything`);
    const sub = value['Fn::Sub'];
    if (typeof sub === 'string') checkText(sub, place);
    const condition = at(value, 'Fn::If', 0);
    if (typeof condition === 'string' && !Object.hasOwn(Conditions, condition)) problems.push(`${place} asks for the condition ${condition}, which is not there`);
    for (const [key, inner] of Object.entries(value)) visit(inner, `${place}.${key}`);
  };

  for (const [name, resource] of Object.entries(Resources)) {
    visit(resource.Properties, name);
    const dependencies = resource['DependsOn'];
    for (const dependency of Array.isArray(dependencies) ? dependencies : [dependencies]) if (typeof dependency === 'string') checkName(dependency, `${name}.DependsOn`);
  }
  return problems;
};
