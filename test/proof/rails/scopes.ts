import type { Mutant } from '../mutant.ts';

const file = 'lib/saga/rails.ts';
const guard = { by: 'tests', files: ['test/saga/rails.test.ts'] } as const;

/** Where anything may be deleted at all, and what never is wherever it stands. */
export const SCOPE_RAILS: readonly Mutant[] = [
  { name: 'scope-of-the-instance', about: 'H3', file, from: 'if (!isAllowed(policy, instance.cloud, instance.region, own))', to: `if (own === '')`, guard },
  {
    name: 'scope-of-a-copy',
    about: 'H3, H9',
    file,
    from: `secret.cloud === 'alibaba' && !isAllowed(policy, 'alibaba', secret.region, secret.scope)`,
    to: `secret.scope === ''`,
    guard,
  },
  {
    name: 'scope-of-a-named-secret',
    about: 'H3',
    file,
    from: 'if (!isAllowed(',
    to: `if (everySecret(judged).every((secret) => secret.cloud === 'alibaba' || secret.linked) && !isAllowed(`,
    guard,
  },
  {
    name: 'scope-of-the-region',
    about: 'H3',
    file,
    from: ' && scope.region === region',
    to: '',
    guard,
  },
  {
    name: 'scope-of-the-default-namespace',
    about: 'H9',
    file,
    from: '(scope.cloud === \'huawei\' ? scope.projectId : scope.namespaceId) === id',
    to: `id.startsWith(scope.cloud === 'huawei' ? scope.projectId : scope.namespaceId)`,
    guard,
  },
  { name: 'protected-stage', about: 'design, Rails', file, from: ', ...plan.stages.map(({ secretName }) => secretName)]', to: ']', guard },
  { name: 'shared-by-link', about: 'H4', file, from: 'link.instanceId !== instance.instanceId', to: `link.instanceId === ''`, guard },
  { name: 'shared-by-plan', about: 'H4', file, from: 'return other === undefined ?', to: `return other !== '' ?`, guard },
];
