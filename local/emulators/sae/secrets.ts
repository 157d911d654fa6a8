import * as z from 'zod/mini';
import type { Content } from './content.ts';
import { relateApps, violationOf } from './dependents.ts';
import type { Content as ReplyContent } from './formats.ts';
import { keyOf, type Secret } from './records.ts';
import { invalidParameter, noSuchSecret, success, wrongParameter, type Answer } from './replies.ts';
import { withNamespace, withParameters, type Request } from './request.ts';

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;
const TYPES = new Set(['Opaque', 'kubernetes.io/dockerconfigjson', 'kubernetes.io/tls']);
const LARGEST_LONG = 9_223_372_036_854_775_807n;

const view = (secret: Secret, { content, unknowns }: Request): { readonly [name: string]: ReplyContent } => ({
  SecretId: BigInt(secret.id),
  SecretName: secret.name,
  SecretType: secret.type,
  NamespaceId: secret.namespaceId,
  RelateApps: relateApps(content, secret, unknowns),
  CreateTime: secret.createTime,
  UpdateTime: secret.updateTime,
});

const inAnyNamespace = ({ secrets }: Content, id: string): Secret | undefined => [...secrets.values()].find((secret) => secret.id === id);

const withSecret = (request: Request, namespaceId: string, sent: string, carryOut: (secret: Secret) => Answer): Answer => {
  if (!/^[0-9]{1,19}$/.test(sent) || BigInt(sent) > LARGEST_LONG) return invalidParameter('SecretId');
  const id = BigInt(sent).toString();
  return withNamespace(request, namespaceId, () => {
    const { content, unknowns } = request;
    const secret = content.secrets.get(keyOf({ namespaceId, id })) ?? (unknowns.namespaceMismatch === 'erased' ? inAnyNamespace(content, id) : undefined);
    return secret === undefined ? noSuchSecret(id) : carryOut(secret);
  });
};

const Texts = z.record(z.string(), z.string());

/** SecretData has been met in three shapes: the map itself, or the map as a JSON text under SecretData or Data (section 2). */
const readSecretData = (text: string): Record<string, string> | null => {
  try {
    const map = Texts.safeParse(JSON.parse(text));
    if (!map.success) return null;
    const [only, ...others] = Object.entries(map.data);
    if (only === undefined || others.length > 0 || (only[0] !== 'SecretData' && only[0] !== 'Data') || !only[1].trimStart().startsWith('{')) return map.data;
    const inner = Texts.safeParse(JSON.parse(only[1]));
    return inner.success ? inner.data : null;
  } catch {
    return null;
  }
};

/** ListSecrets: all of a namespace at once, no pages, no filter, no values. */
export const listSecrets = (request: Request): Answer =>
  withParameters(request, ['NamespaceId'], ({ NamespaceId }) => {
    const { content, fault, now, unknowns } = request;
    if (unknowns.unknownNamespace === 'emptyList' && content.namespaces.get(NamespaceId) === undefined) return success({ Secrets: [] });
    return withNamespace(request, NamespaceId, () => {
      const shown = fault.staleListSeconds === undefined ? content.secrets.values() : content.secrets.asOf(now - fault.staleListSeconds * 1000);
      const rows = [...shown].filter(({ namespaceId }) => namespaceId === NamespaceId);
      const kept = fault.dropPage === true ? rows.slice(0, Math.floor(rows.length / 2)) : rows;
      return success({ Secrets: kept.map((secret) => view(secret, request)) });
    });
  });

export const describeSecret = (request: Request): Answer =>
  withParameters(request, ['NamespaceId', 'SecretId'], ({ NamespaceId, SecretId }) =>
    withSecret(request, NamespaceId, SecretId, (secret) => success({ ...view(secret, request), SecretData: secret.value })),
  );

export const createSecret = (request: Request): Answer =>
  withParameters(request, ['NamespaceId', 'SecretName', 'SecretType', 'SecretData'], ({ NamespaceId, SecretName, SecretType, SecretData }) =>
    withNamespace(request, NamespaceId, () => {
      const { content, now } = request;
      if (!NAME.test(SecretName)) return wrongParameter('SecretName', 'it must begin with a letter and hold letters, digits, hyphens and underscores');
      if (!TYPES.has(SecretType)) return wrongParameter('SecretType', 'it is not a type of secret');
      const value = readSecretData(SecretData);
      if (value === null) return wrongParameter('SecretData', 'it is not a JSON object of texts');
      for (const { namespaceId, name } of content.secrets.values()) {
        if (namespaceId === NamespaceId && name === SecretName) return wrongParameter('SecretName', 'it exists already');
      }
      const secret: Secret = { namespaceId: NamespaceId, id: content.nextSecretId(), name: SecretName, type: SecretType, createTime: now, updateTime: now, value };
      content.secrets.put(keyOf(secret), secret);
      return success({ SecretId: BigInt(secret.id) }, { did: 'created', names: [secret.id], note: null });
    }),
  );

export const updateSecret = (request: Request): Answer =>
  withParameters(request, ['NamespaceId', 'SecretId', 'SecretData'], ({ NamespaceId, SecretId, SecretData }) =>
    withSecret(request, NamespaceId, SecretId, (secret) => {
      const value = readSecretData(SecretData);
      if (value === null) return wrongParameter('SecretData', 'it is not a JSON object of texts');
      request.content.secrets.put(keyOf(secret), { ...secret, value, updateTime: request.now });
      return success({ SecretId: BigInt(secret.id) }, { did: 'updated', names: [secret.id], note: null });
    }),
  );

/** DeleteSecret: one secret, at once and for ever, unless something depends on it (section 3.1). */
export const deleteSecret = (request: Request): Answer =>
  withParameters(request, ['NamespaceId', 'SecretId'], ({ NamespaceId, SecretId }) =>
    withSecret(request, NamespaceId, SecretId, (secret) => {
      const violation = violationOf(request.content, secret, request.unknowns);
      if (violation !== null) return violation;
      request.content.secrets.remove(keyOf(secret));
      const note = secret.namespaceId === NamespaceId ? null : `it stood in ${secret.namespaceId}`;
      return success({ SecretId: BigInt(secret.id) }, { did: 'erased', names: [secret.id], note });
    }),
  );
