import { InstanceId, NamespaceId, ProjectId, SecretId } from '../../../events/ids.ts';
import { SagaId } from '../../../events/messages.ts';
import { wholeTargets } from '../../saga/controls.ts';
import { csmsKey, saeKey, secretsOfStages } from '../../saga/instance.ts';
import type { Saga } from '../../saga/saga.ts';

/** What a person points at: a saga, an instance (or namespace), or one secret; `key` is what a hold on it is kept under. */
export interface Target {
  readonly kind: 'saga' | 'instance' | 'secret';
  readonly key: string;
}

/** The forms a target is written in (interfaces.md, `hold`). */
export const TARGET_FORMS = 'a saga id, an instance id, alibaba/NAMESPACE, huawei/PROJECT/SECRET-NAME or alibaba/NAMESPACE/SECRET-ID';

const secretOrNamespace = (text: string): Target | null => {
  const [cloud = '', scope = '', name, ...more] = text.split('/');
  if (more.length > 0) return null;
  if (cloud === 'alibaba' && NamespaceId.safeParse(scope).success) {
    if (name === undefined) return { kind: 'instance', key: text };
    return SecretId.safeParse(name).success ? { kind: 'secret', key: text } : null;
  }
  // A name outside the form that goes into URLs can be held all the same: it may stand in a list.
  return cloud === 'huawei' && ProjectId.safeParse(scope).success && name !== undefined && name !== '' ? { kind: 'secret', key: text } : null;
};

/** A target from how people write it; null when it has none of the forms. */
export const parseTarget = (text: string): Target | null => {
  if (SagaId.safeParse(text).success) return { kind: 'saga', key: text };
  return InstanceId.safeParse(text).success ? { kind: 'instance', key: text } : secretOrNamespace(text);
};

/** Every secret a saga may touch, or was asked to, or a stage of it, by key. */
const secretKeysOf = ({ instance, request, secrets }: Saga): string[] => [
  ...new Set([
    ...Object.keys(secrets),
    ...(instance.cloud === 'huawei' ? request.secretNames.map((name) => csmsKey(instance.projectId, name)) : []),
    ...secretsOfStages(instance, request.stages).map(({ key }) => key),
    ...request.copies.map(({ namespaceId, secretId }) => saeKey(namespaceId, secretId)),
  ]),
];

/** Everything a saga answers to. */
export const targetsOf = (saga: Saga): string[] => [...new Set([...wholeTargets(saga), ...secretKeysOf(saga)])];

/** Whether a saga is, belongs to, or may touch that target. */
export const concerns = (saga: Saga, { key }: Target): boolean => targetsOf(saga).includes(key);
