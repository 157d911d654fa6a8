import type { CollectionTag, ScalarTag, Tags } from 'yaml';
import { isMap, isSeq } from 'yaml';

// CloudFormation's short forms (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html):
// `!GetAtt Queue.Arn` is `{ "Fn::GetAtt": ["Queue", "Arn"] }`, `!Ref` and `!Condition` alone keep their name as it is.
const NAMES = ['And', 'Base64', 'Cidr', 'Condition', 'Equals', 'FindInMap', 'GetAZs', 'GetAtt', 'If', 'ImportValue', 'Join', 'Not', 'Or', 'Ref', 'Select', 'Split', 'Sub', 'Transform'] as const;

const longForm = (name: string, value: unknown): Record<string, unknown> => {
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name !== 'GetAtt' || typeof value !== 'string') return { [`Fn::${name}`]: value };
  const dot = value.indexOf('.');
  return { 'Fn::GetAtt': [value.slice(0, dot), value.slice(dot + 1)] };
};

const scalar = (name: string): ScalarTag => ({ tag: `!${name}`, resolve: (text) => longForm(name, text) });

const collection = (name: string, kind: 'map' | 'seq'): CollectionTag => ({
  tag: `!${name}`,
  collection: kind,
  resolve: (node) => longForm(name, isMap(node) || isSeq(node) ? node.toJSON() : node),
});

/** For `yaml`: every short form of CloudFormation is read into its long form. */
export const cloudFormationTags: Tags = NAMES.flatMap((name) => [scalar(name), collection(name, 'map'), collection(name, 'seq')]);
