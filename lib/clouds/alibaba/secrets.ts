import * as z from 'zod/mini';
import { SecretId } from '../../../events/ids.ts';
import type { NamespaceId } from '../../../events/ids.ts';
import type { SaeSecret } from '../../saga/seen.ts';
import type { ReadData } from './call.ts';

/** A 64-bit id as number or text; the JSON reader already turned what a number cannot hold into text (H8). */
const WholeNumber = z.pipe(z.pipe(z.union([z.int(), z.string()]), z.transform(String)), SecretId);

const RelateApps = z.nullish(z.array(z.object({ AppId: z.string(), AppName: z.string() })));

/** Milliseconds by the vendor's samples; anything before 2010 or after 2100 is in some other unit (H20). */
const Time = z.int().check(z.minimum(1_262_304_000_000), z.maximum(4_102_444_800_000));

const listOf = (namespaceId: NamespaceId): z.ZodMiniType<readonly SaeSecret[]> =>
  z.pipe(
    z.object({
      Secrets: z.array(
        z.pipe(
          z.object({ SecretId: WholeNumber, SecretName: z.string().check(z.minLength(1)), NamespaceId: z.literal(namespaceId), CreateTime: Time, RelateApps }),
          z.transform((row) => ({
            id: row.SecretId,
            namespaceId,
            name: row.SecretName,
            createTime: row.CreateTime,
            applications: (row.RelateApps ?? []).map((app) => ({ id: app.AppId, name: app.AppName })),
          })),
        ),
      ),
    }),
    z.transform(({ Secrets }) => Secrets),
  );

/** Every row must be readable and of the namespace asked for: absence from this list is taken as a proof. */
export const readList =
  (namespaceId: NamespaceId): ReadData<readonly SaeSecret[]> =>
  (content) => {
    const read = listOf(namespaceId).safeParse(content);
    return read.success && new Set(read.data.map((secret) => secret.id)).size === read.data.length ? { value: read.data } : null;
  };

const Deleted = z.nullish(z.object({ SecretId: z.nullish(WholeNumber) }));

/** The reply echoes the id; when it names another one, nothing is known about ours (H24). */
export const readDeletion =
  (secretId: SecretId): ReadData<null> =>
  (content) => {
    const read = Deleted.safeParse(content);
    return read.success && (read.data?.SecretId ?? secretId) === secretId ? { value: null } : null;
  };
