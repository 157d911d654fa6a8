import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Outgoing } from '../wire.ts';
import { linkIn } from './link.ts';
import { keyOf, wholeSeconds, type Secret } from './records.ts';
import { ok, refused } from './replies.ts';
import { isDeletable, isPending, withBody, withSecret, type Request } from './request.ts';
import { secretView } from './views.ts';

/** Quotas and forms of contracts/huawei-csms.md, sections 1 and 5. */
const SECRETS_PER_PROJECT = 5000;
const LARGEST_VALUE_BYTES = 64 * 1024;
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const LINKED_TYPES = new Set(['RDS-FG', 'GaussDB-FG']);
export const DEFAULT_KEY_ID = '00000000-0000-4000-8000-00000000c5a5';

const isBase64 = (text: string): boolean => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);

export const Value = {
  secret_string: z.nullish(z.string().check(z.maxLength(LARGEST_VALUE_BYTES))),
  secret_binary: z.nullish(z.string().check(z.maxLength(LARGEST_VALUE_BYTES), z.refine(isBase64))),
};
export const hasOneValue = (fields: { readonly secret_string?: string | null | undefined; readonly secret_binary?: string | null | undefined }): boolean =>
  (fields.secret_string ?? null) === null ? (fields.secret_binary ?? null) !== null : (fields.secret_binary ?? null) === null;

const HOURS_PER: Readonly<Record<string, number>> = { d: 24, h: 1, m: 1 / 60, s: 1 / 3600 };
const isRotationPeriod = (text: string): boolean => {
  const match = /^([1-9][0-9]{0,9})([dhms])$/.exec(text);
  const hours = Number(match?.[1] ?? 0) * (HOURS_PER[match?.[2] ?? ''] ?? 0);
  return hours >= 6 && hours <= 8760;
};

const Changeable = {
  kms_key_id: z.nullish(z.uuid()),
  description: z.nullish(z.string().check(z.maxLength(2048))),
  auto_rotation: z.nullish(z.boolean()),
  rotation_period: z.nullish(z.string().check(z.refine(isRotationPeriod))),
  event_subscriptions: z.nullish(z.array(z.string()).check(z.maxLength(1))),
  rotation_func_urn: z.nullish(z.string()),
};

const New = z
  .object({
    name: z.string().check(z.regex(NAME)),
    ...Value,
    ...Changeable,
    secret_type: z.nullish(z.enum(['COMMON', 'RDS', 'RDS-FG', 'GaussDB-FG'])),
    rotation_config: z.nullish(z.string().check(z.maxLength(1024))),
    enterprise_project_id: z.nullish(z.string().check(z.minLength(1), z.maxLength(36))),
  })
  .check(
    z.refine(hasOneValue),
    z.refine(({ auto_rotation, rotation_period }) => auto_rotation !== true || typeof rotation_period === 'string'),
    z.refine(({ secret_type, rotation_config }) => !LINKED_TYPES.has(secret_type ?? '') || linkIn(secret_type ?? '', rotation_config ?? null) !== null),
  );

export const createSecret = (request: Request): Outgoing =>
  withBody(request, New, (fields) => {
    const { content, route, unknowns } = request;
    const { projectId } = route;
    // Which code a taken name gets stands on no page at hand; 0002 is the one for a bad parameter.
    if (content.secrets.get(keyOf({ projectId, name: fields.name })) !== undefined) return refused('CSMS.0002');
    let held = 0;
    for (const secret of content.secrets.values()) if (secret.projectId === projectId) held += 1;
    if (held >= SECRETS_PER_PROJECT) return refused('CSMS.0202');
    const now = wholeSeconds(request.now);
    const secretType = fields.secret_type ?? 'COMMON';
    const secret: Secret = {
      projectId,
      id: randomUUID(),
      name: fields.name,
      state: 'ENABLED',
      kmsKeyId: fields.kms_key_id ?? DEFAULT_KEY_ID,
      description: fields.description ?? '',
      createTime: now,
      updateTime: now,
      deleteAt: null,
      secretType,
      autoRotation: fields.auto_rotation ?? false,
      rotationPeriod: fields.rotation_period ?? null,
      rotationConfig: fields.rotation_config ?? null,
      rotationFuncUrn: fields.rotation_func_urn ?? null,
      eventSubscriptions: fields.event_subscriptions ?? [],
      enterpriseProjectId: fields.enterprise_project_id ?? '0',
      instance: linkIn(secretType, fields.rotation_config ?? null),
      versions: [{ id: 'v1', createTime: now, expireTime: null, stages: ['SYSCURRENT'], secretString: fields.secret_string ?? null, secretBinary: fields.secret_binary ?? null }],
      versionCount: 1,
      stageTimes: { SYSCURRENT: now },
      clingingStages: [],
    };
    content.secrets.put(keyOf(secret), secret);
    return ok({ secret: secretView(secret, unknowns) }, { did: 'created', names: [secret.name], note: null });
  });

export const showSecret = (request: Request): Outgoing => withSecret(request, (secret) => ok({ secret: secretView(secret, request.unknowns) }));

export const updateSecret = (request: Request): Outgoing =>
  withSecret(request, (secret) => {
    if (isPending(secret)) return refused(request.unknowns.pendingUse);
    return withBody(request, z.object(Changeable), (fields) => {
      const updated: Secret = {
        ...secret,
        kmsKeyId: fields.kms_key_id ?? secret.kmsKeyId,
        description: fields.description ?? secret.description,
        autoRotation: fields.auto_rotation ?? secret.autoRotation,
        rotationPeriod: fields.rotation_period ?? secret.rotationPeriod,
        eventSubscriptions: fields.event_subscriptions ?? secret.eventSubscriptions,
        rotationFuncUrn: fields.rotation_func_urn ?? secret.rotationFuncUrn,
        updateTime: wholeSeconds(request.now),
      };
      request.content.secrets.put(keyOf(secret), updated);
      return ok({ secret: secretView(updated, request.unknowns) }, { did: 'updated', names: [secret.name], note: null });
    });
  });

/** DeleteSecret: at once and for ever; 200 without a body, unlike a stage's 204. */
export const deleteSecret = (request: Request): Outgoing =>
  withSecret(request, (secret) => {
    if (isPending(secret) && request.unknowns.deletePending === 'refused') return refused('CSMS.0107');
    if (!isPending(secret) && !isDeletable(secret, request.unknowns)) return refused('CSMS.0109');
    request.content.secrets.remove(keyOf(secret));
    return ok(null, { did: 'erased', names: [secret.name], note: isPending(secret) ? 'it was pending deletion' : null });
  });
