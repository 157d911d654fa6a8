import type { Unknowns } from '../unknowns.ts';
import type { Content } from './content.ts';
import type { Content as ReplyContent } from './formats.ts';
import type { Dependent, Secret } from './records.ts';
import { dependencyViolation, type Answer } from './replies.ts';

const using = ({ dependents }: Content, { namespaceId, id }: Secret): Dependent[] =>
  [...dependents.values()].filter((dependent) => dependent.namespaceId === namespaceId && dependent.uses.includes(id));

/** RelateApps of a secret: what a reader can know before the delete is tried. */
export const relateApps = (content: Content, secret: Secret, { jobsInRelateApps, emptyRelateApps }: Unknowns): ReplyContent => {
  const related = using(content, secret)
    .filter(({ listed, kind }) => listed && (kind === 'application' || jobsInRelateApps === 'shown'))
    .map(({ id, name }) => ({ AppId: id, AppName: name }));
  if (related.length > 0) return related;
  switch (emptyRelateApps) {
    case 'absent':
      return undefined;
    case 'null':
      return null;
    case 'list':
      return [];
  }
};

const named = (dependents: readonly Dependent[], first: Dependent, { dependentNamed }: Unknowns): string => {
  switch (dependentNamed) {
    case 'name':
      return first.name;
    case 'id':
      return first.id;
    case 'allNames':
      return dependents
        .filter(({ kind }) => kind === first.kind)
        .map(({ name }) => name)
        .join(',');
  }
};

/** The delete's own check, which sees what no list shows; null when nothing depends on the secret. */
export const violationOf = (content: Content, secret: Secret, unknowns: Unknowns): Answer | null => {
  const holding = using(content, secret).filter(({ goneAt }) => goneAt === null || unknowns.deletingApplication === 'blocks');
  const firstKind = unknowns.firstDependency === 'Job' ? 'job' : 'application';
  const first = holding.find(({ kind }) => kind === firstKind) ?? holding[0];
  return first === undefined ? null : dependencyViolation(first.kind, named(holding, first, unknowns));
};
