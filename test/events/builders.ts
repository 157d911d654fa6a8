import { type DecommissionEvent, EVENT_TYPE } from '../../events/decommission.ts';
import { parseEvents } from '../../events/parse.ts';

export const PROJECT = '0123456789abcdef0123456789abcdef';
export const DATABASE = '2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01';

/** Documents as people write them: plain JSON, not yet judged. */
export const aHuaweiInstance = (fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  cloud: 'huawei',
  region: 'cn-north-4',
  projectId: PROJECT,
  instanceId: DATABASE,
  instanceType: 'RDS',
  ...fields,
});

export const anAlibabaInstance = (fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  cloud: 'alibaba',
  region: 'cn-beijing',
  namespaceId: 'cn-beijing:test',
  secretIds: ['17', '18'],
  ...fields,
});

export const aCopy = (secretId: string): Record<string, unknown> => ({ cloud: 'alibaba', region: 'cn-beijing', namespaceId: 'cn-beijing:test', secretId });

export const anEvent = (instances: readonly unknown[], fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => {
  const { specversion = '1.0', type = EVENT_TYPE, source = 'urn:cmdb:prod', id = 'evt-0001', time, ...rest } = fields;
  return { specversion, type, source, id, ...(time === undefined ? {} : { time }), data: { instances, ...rest } };
};

/** The event a document stands for; fails the test that hands in one which is refused. */
export const accepted = (document: unknown): DecommissionEvent => {
  const parsed = parseEvents(JSON.stringify(document), 'event.json');
  if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.problems));
  const [event] = parsed.value;
  if (event === undefined) throw new Error('no event');
  return event;
};
