import { PROJECT } from '../events/builders.ts';

/** A policy as people write it: what has no default, and what a test wants different. */
export const aPolicy = (fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  mode: 'recoverable',
  scopes: [
    { cloud: 'huawei', region: 'cn-north-4', projectId: PROJECT },
    { cloud: 'alibaba', region: 'cn-beijing', namespaceId: 'cn-beijing:test' },
  ],
  ...fields,
});
