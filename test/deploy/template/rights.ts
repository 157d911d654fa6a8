import { at, branches, isObject, listOf } from './template.ts';

/** A resource by its name in the template, `Ledger/index/due` for a part of one; anything else as it stands. */
const nameOf = (resource: unknown): string => {
  const [reference, sub] = [at(resource, 'Fn::GetAtt'), at(resource, 'Fn::Sub')];
  if (Array.isArray(reference) && reference[1] === 'Arn') return String(reference[0]);
  return typeof sub === 'string' ? sub.replace(/^\$\{(\w+)\.Arn\}/, '$1') : JSON.stringify(resource);
};

/** All that a statement says beside action and resource; nothing for one that simply allows. */
const otherwise = (statement: unknown): string => {
  const { Action: _action, Resource: _resource, Effect: effect, ...others } = isObject(statement) ? statement : {};
  return effect === 'Allow' && Object.keys(others).length === 0 ? '' : ` ${JSON.stringify({ effect, ...others })}`;
};

const linesOf = (statement: unknown): string[] => {
  const resources = listOf(at(statement, 'Resource'));
  return listOf(at(statement, 'Action')).flatMap((action) => (resources.length === 0 ? [undefined] : resources).map((resource) => `${String(action)} ${nameOf(resource)}${otherwise(statement)}`));
};

/** What a role's properties allow, a line for each action and resource, such as `sqs:SendMessage Deletions`. */
export const rightsOf = (role: unknown): string[] => listOf(at(role, 'Policies')).flatMap((policy) => branches(at(policy, 'PolicyDocument', 'Statement')).flatMap(linesOf));
