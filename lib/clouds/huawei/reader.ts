import * as z from 'zod/mini';
import type { Answer, CsmsReader, CsmsVersion, ListOptions } from '../../ports/clouds.ts';
import type { CsmsSecret, CsmsStage } from '../../saga/seen.ts';
import { fieldsOf, readEach, readJson } from '../http/json.ts';
import { BODY_TOO_LARGE, callCsms } from './call.ts';
import type { CsmsScope, ReadBody } from './call.ts';
import { LIST_SECRETS, LIST_VERSIONS, SHOW_SECRET, SHOW_STAGE } from './operations.ts';
import { readPages } from './pages.ts';
import type { Listing } from './pages.ts';
import { readSecret } from './secret.ts';
import { readTime } from './times.ts';

/** The largest page the reply's count allows, then two that the vendor's own clients use. */
const LIMITS = [1_000, 100, 50] as const;

/** A page that was refused for its limit, or larger than is read: a smaller one may do. */
const asksTooMuch = ({ verdict }: Answer<unknown>): boolean =>
  (verdict.kind === 'terminal' && verdict.code === 'CSMS.0002') || (verdict.kind === 'unknown' && verdict.code === BODY_TOO_LARGE);

/** The secret of a reply, if it is the one asked for. */
export const secretNamed =
  (name: string): ReadBody<CsmsSecret> =>
  (body) => {
    const secret = readSecret(fieldsOf(readJson(body))?.get('secret'));
    return secret?.name === name ? { value: secret } : null;
  };

const StageReply = z.object({ stage: z.object({ name: z.string(), version_id: z.string().check(z.minLength(1)), secret_name: z.nullish(z.string()) }) });

const readStage =
  (secretName: string, stage: string): ReadBody<CsmsStage> =>
  (body) => {
    const read = StageReply.safeParse(readJson(body));
    if (!read.success) return null;
    const { name, version_id: versionId, secret_name: owner } = read.data.stage;
    return name === stage && (owner ?? secretName) === secretName ? { value: { secretName, stage, versionId } } : null;
  };

const Version = z.object({ id: z.string().check(z.minLength(1)), create_time: z.optional(z.unknown()), version_stages: z.nullish(z.array(z.unknown())) });

const readVersion = (value: unknown): CsmsVersion | null => {
  const read = Version.safeParse(value);
  if (!read.success) return null;
  const createTime = readTime(read.data.create_time);
  const stages = readEach(read.data.version_stages ?? [], (stage) => (typeof stage === 'string' ? stage : null));
  return createTime === null || stages === null ? null : { versionId: read.data.id, createTime, stages };
};

/** Tells rows apart by id: a page whose rows were all seen before gives no new one. By name too, so that none is hidden by another that has its id. */
const SECRETS: Listing<CsmsSecret> = { operation: LIST_SECRETS, path: {}, rowsUnder: 'secrets', readRow: readSecret, id: ({ id, name }) => `${id} ${name}` };

const versionsOf = (name: string): Listing<CsmsVersion> => ({
  operation: LIST_VERSIONS,
  path: { secret_name: name },
  rowsUnder: 'version_metadatas',
  readRow: readVersion,
  id: (version) => version.versionId,
});

/** Reads of one project's CSMS; every verdict as classify and the page reader give it. */
export const createCsmsReader = (scope: CsmsScope): CsmsReader => {
  // Which limit the service takes is not documented; what it took once it takes again.
  let accepted = 0;

  const list = async (options: ListOptions): Promise<Answer<readonly CsmsSecret[]>> => {
    let requests = 0;
    for (;;) {
      const tried = accepted;
      const answer = await readPages(scope, SECRETS, LIMITS[tried] ?? 50, options);
      requests += answer.requests;
      if (!asksTooMuch(answer) || tried === LIMITS.length - 1) return { ...answer, requests };
      // Of several lists at once, each found out about the limit it tried and no more.
      accepted = Math.max(accepted, tried + 1);
    }
  };

  return {
    list,
    show: (name, { signal }) => callCsms(scope, SHOW_SECRET, { path: { secret_name: name }, signal }, secretNamed(name)),
    showStage: (name, stage, { signal }) => callCsms(scope, SHOW_STAGE, { path: { secret_name: name, stage_name: stage }, signal }, readStage(name, stage)),
    listVersions: (name, options) => readPages(scope, versionsOf(name), 50, options),
  };
};
