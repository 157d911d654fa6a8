import * as z from 'zod/mini';
import type { Unknowns } from '../unknowns.ts';
import type { Outgoing } from '../wire.ts';
import { keyOf, type Secret } from './records.ts';
import { notFound, ok, refused, textOf, type ServiceCode } from './replies.ts';
import { isDeletable, isPending, type Request } from './request.ts';

/** BatchDeleteSecrets (contracts/huawei-csms.md, section 3): conditions, not names; at once and for ever. */

const Conditions = z.object({ instance_id: z.nullish(z.string()), instance_type: z.nullish(z.string()) });

const TYPES = new Set(['RDS', 'TaurusDB', 'GaussDB', 'APIG']);
const LARGEST_BOUNDED_BATCH = 100;

interface Selection {
  readonly selects: (secret: Secret) => boolean;
  readonly note: string | null;
}

const given = (condition: string | null | undefined, { blankSelector }: Unknowns): string | null =>
  condition === null || condition === undefined || (blankSelector === 'absent' && condition.trim() === '') ? null : condition;

const selection = (fields: z.infer<typeof Conditions>, unknowns: Unknowns): Selection | null => {
  const id = given(fields.instance_id, unknowns);
  let type = given(fields.instance_type, unknowns);
  if (type !== null && !TYPES.has(type)) {
    if (unknowns.unknownInstanceType === 'refused') return null;
    if (unknowns.unknownInstanceType === 'ignored') type = null;
  }
  if (id !== null && type !== null) {
    return unknowns.bothConditions === 'and'
      ? { selects: ({ instance }) => instance?.id === id && instance.type === type, note: null }
      : { selects: ({ instance }) => instance?.id === id || instance?.type === type, note: `either condition: every ${type} secret of the project with it` };
  }
  if (id !== null) return { selects: ({ instance }) => instance?.id === id, note: 'no instance_type: every secret linked to the id, of any type' };
  if (type !== null) return { selects: ({ instance }) => instance?.type === type, note: `no instance_id: every ${type} secret of the project` };
  switch (unknowns.emptyBatchBody) {
    case 'everything':
      return { selects: () => true, note: 'no instance_id and no instance_type: every secret of the project' };
    case 'linked':
      return { selects: ({ instance }) => instance !== null, note: 'no instance_id and no instance_type: every secret linked to any instance' };
    case 'refused':
      return null;
  }
};

const refusalOf = (secret: Secret, unknowns: Unknowns): ServiceCode | null =>
  isPending(secret) ? 'CSMS.0107' : isDeletable(secret, unknowns) ? null : 'CSMS.0109';

export const batchDelete = ({ body, route, content, unknowns }: Request): Outgoing => {
  if (body !== undefined && body !== null && (typeof body !== 'object' || Array.isArray(body))) return refused('CSMS.0004');
  const fields = Conditions.safeParse(body ?? {});
  if (!fields.success) return refused('CSMS.0002');
  const selected = selection(fields.data, unknowns);
  if (selected === null) return refused('CSMS.0002');

  const matched = [...content.secrets.values()].filter((secret) => secret.projectId === route.projectId && selected.selects(secret));
  const secrets = unknowns.batchBound === 'first100' ? matched.slice(0, LARGEST_BOUNDED_BATCH) : matched;
  if (secrets.length === 0) {
    switch (unknowns.batchNoMatch) {
      case 'emptyLists':
        return ok({ total: 0, success_secrets: [], failed_secrets: [] });
      case 'nullLists':
        return ok({ total: 0, success_secrets: null, failed_secrets: null });
      case 'notFound':
        return notFound(unknowns);
    }
  }
  const kept = secrets.filter((secret) => refusalOf(secret, unknowns) !== null);
  const whole = unknowns.batchFailure === 'atomic' && kept.length > 0;
  const erased = whole ? [] : secrets.filter((secret) => refusalOf(secret, unknowns) === null);
  for (const secret of erased) content.secrets.remove(keyOf(secret));
  const names = erased.map(({ name }) => name);
  const failed = (whole ? secrets : kept).map((secret) => {
    const code = refusalOf(secret, unknowns) ?? 'CSMS.0003';
    return { secret_name: secret.name, error_msg: `${code}: ${textOf(code)}` };
  });
  const effect = names.length === 0 ? null : ({ did: 'erased', names, note: selected.note } as const);
  return ok({ total: secrets.length, success_secrets: names, failed_secrets: failed }, effect);
};
