import * as z from 'zod/mini';
import type { CsmsSecret } from '../../saga/seen.ts';
import { fieldsOf, readJson } from '../http/json.ts';
import { readTime } from './times.ts';

const Secret = z.object({
  id: z.string().check(z.minLength(1)),
  name: z.string().check(z.minLength(1)),
  state: z.string().check(z.minLength(1)),
  create_time: z.optional(z.unknown()),
  scheduled_delete_time: z.optional(z.unknown()),
  secret_type: z.optional(z.unknown()),
  rotation_config: z.optional(z.unknown()),
});

type Link = Pick<CsmsSecret, 'link' | 'unreadableLink'>;

const NO_LINK: Link = { link: null, unreadableLink: null };

/** The vendor's GaussDB-FG is TaurusDB's type, not GaussDB's; plain RDS is the retired spelling of RDS-FG. */
const PRODUCTS: ReadonlyMap<unknown, 'RDS' | 'TaurusDB'> = new Map([
  ['RDS', 'RDS'],
  ['RDS-FG', 'RDS'],
  ['GaussDB-FG', 'TaurusDB'],
]);

/** null when it is nested too deep to be written down. */
const textOf = (config: unknown): string | null => {
  if (typeof config === 'string') return config;
  try {
    return JSON.stringify(config);
  } catch {
    return null;
  }
};

/** null when not even the text of a link that cannot be read can be kept. */
const readLink = (type: unknown, config: unknown): Link | null => {
  const instanceType = PRODUCTS.get(type);
  const absent = config === null || config === undefined || config === '';
  if (absent && instanceType === undefined) return NO_LINK;
  const fields = typeof config === 'string' ? fieldsOf(readJson(config)) : null;
  const instanceId = fields?.get('InstanceId');
  if (instanceType !== undefined && typeof instanceId === 'string' && instanceId.trim() !== '') return { link: { instanceId, instanceType }, unreadableLink: null };
  // A secret of another type whose configuration names no instance has no link; any other may have one we cannot read.
  if (instanceType === undefined && fields !== null && !fields.has('InstanceId')) return NO_LINK;
  const unreadableLink = absent ? '' : textOf(config);
  return unreadableLink === null ? null : { link: null, unreadableLink };
};

/** One Secret object, null when it cannot be trusted; all fields but the ones a plan rests on are left behind here. */
export const readSecret = (value: unknown): CsmsSecret | null => {
  const read = Secret.safeParse(value);
  if (!read.success) return null;
  const { id, name, state } = read.data;
  const createTime = readTime(read.data.create_time);
  // Samples show a date beside ENABLED too: only a pending secret has one that counts.
  const eraseAt = state === 'PENDING_DELETE' ? readTime(read.data.scheduled_delete_time) : null;
  const link = readLink(read.data.secret_type, read.data.rotation_config);
  if (createTime === null || (state === 'PENDING_DELETE' && eraseAt === null) || link === null) return null;
  return { id, name, state, createTime, eraseAt, ...link };
};
