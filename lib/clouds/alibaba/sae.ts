import { NamespaceId, SecretId } from '../../../events/ids.ts';
import type { SaeReader, SaeWriter } from '../../ports/clouds.ts';
import { CallRefused } from '../call-refused.ts';
import { callSae } from './call.ts';
import type { SaeScope } from './call.ts';
import { readOrder, readResources } from './changes.ts';
import { CHANGE_ORDER, DELETE_SECRET, LIST_SECRETS, NAMESPACE_RESOURCES } from './operations.ts';
import { readDeletion, readList } from './secrets.ts';

/** Without a namespace SAE would take the region's default one (H9), so the form is held against again, whatever the types say. */
const inNamespace = (namespaceId: NamespaceId): readonly [string, string] => {
  if (!NamespaceId.safeParse(namespaceId).success) throw new CallRefused('the namespace id is not of its documented form');
  return ['NamespaceId', namespaceId];
};

const theSecret = (secretId: SecretId): readonly [string, string] => {
  if (!SecretId.safeParse(secretId).success) throw new CallRefused('the secret id is not a 64-bit whole number');
  return ['SecretId', secretId];
};

const theOrder = (id: string): readonly [string, string] => {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(id)) throw new CallRefused('the change order id is not of its documented form');
  return ['ChangeOrderId', id];
};

/** Reads of one region's SAE (contracts/alibaba-sae.md, section 1); DescribeSecret, which returns values, is not among them. */
export const createSaeReader = (scope: SaeScope): SaeReader => ({
  list: async (namespaceId, { signal }) => callSae(scope, LIST_SECRETS, [inNamespace(namespaceId)], readList(namespaceId), signal),
  namespaceResources: async (namespaceId, { signal }) => callSae(scope, NAMESPACE_RESOURCES, [inNamespace(namespaceId)], readResources(namespaceId), signal),
  changeOrder: async (id, { signal }) => callSae(scope, CHANGE_ORDER, [theOrder(id)], readOrder(id), signal),
});

/** SAE of one region with the one call that changes something; it throws CallRefused, before any connection, on a malformed id. */
export const createSaeWriter = (scope: SaeScope): SaeWriter => ({
  ...createSaeReader(scope),
  delete: async (namespaceId, secretId, { signal }) => callSae(scope, DELETE_SECRET, [inNamespace(namespaceId), theSecret(secretId)], readDeletion(secretId), signal),
});
