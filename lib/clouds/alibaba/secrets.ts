import * as z from 'zod/mini';
import { SecretId } from '../../../events/ids.ts';
import type { NamespaceId } from '../../../events/ids.ts';
import type { SaeSecret } from '../../saga/seen.ts';
import { readEach } from '../http/json.ts';
import type { ReadData } from './call.ts';

/** A 64-bit id as number or text; the JSON reader already turned what a number cannot hold into text (H8). */
const WholeNumber = z.pipe(z.pipe(z.union([z.int(), z.string()]), z.transform(String)), SecretId);

const Application = z.object({ AppId: z.string(), AppName: z.string() });

/** Milliseconds by the vendor's samples; anything before 2010 or after 2100 is in some other unit (H20). */
const Time = z.int().check(z.minimum(1_262_304_000_000), z.maximum(4_102_444_800_000));

const Row = z.object({ SecretId: WholeNumber, SecretName: z.string().check(z.minLength(1)), NamespaceId: z.string(), CreateTime: Time, RelateApps: z.nullish(z.array(z.unknown())) });
const Rows = z.object({ Secrets: z.array(z.unknown()) });

const readApplication = (value: unknown): SaeSecret['applications'][number] | null => {
  const read = Application.safeParse(value);
  return read.success ? { id: read.data.AppId, name: read.data.AppName } : null;
};

const readRow =
  (namespaceId: NamespaceId) =>
  (value: unknown): SaeSecret | null => {
    const read = Row.safeParse(value);
    if (!read.success || read.data.NamespaceId !== namespaceId) return null;
    const { SecretId: id, SecretName: name, CreateTime: createTime, RelateApps } = read.data;
    const applications = readEach(RelateApps ?? [], readApplication);
    return applications === null ? null : { id, namespaceId, name, createTime, applications };
  };

/** Every row must be readable and of the namespace asked for: absence from this list is taken as a proof. */
export const readList =
  (namespaceId: NamespaceId): ReadData<readonly SaeSecret[]> =>
  (content) => {
    const read = Rows.safeParse(content);
    const rows = read.success ? readEach(read.data.Secrets, readRow(namespaceId)) : null;
    return rows !== null && new Set(rows.map((secret) => secret.id)).size === rows.length ? { value: rows } : null;
  };

const Deleted = z.nullish(z.object({ SecretId: z.nullish(WholeNumber) }));

/** The reply echoes the id; when it names another one, nothing is known about ours (H24). */
export const readDeletion =
  (secretId: SecretId): ReadData<null> =>
  (content) => {
    const read = Deleted.safeParse(content);
    return read.success && (read.data?.SecretId ?? secretId) === secretId ? { value: null } : null;
  };
