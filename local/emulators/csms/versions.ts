import * as z from 'zod/mini';
import type { Outgoing } from '../wire.ts';
import { hasOneValue, Value } from './lifecycle.ts';
import { readLimit } from './list.ts';
import { keyOf, wholeSeconds, type Secret, type Version } from './records.ts';
import { notFound, ok, refused } from './replies.ts';
import { isPending, withBody, withSecret, type Request } from './request.ts';
import { movingStages, STAGES_PER_SECRET, STAGE_NAME } from './stages.ts';
import { versionView } from './views.ts';

const VERSIONS_PER_SECRET = 20;

const New = z
  .object({
    ...Value,
    version_stages: z.nullish(z.array(z.string().check(z.regex(STAGE_NAME))).check(z.minLength(1))),
    expire_time: z.nullish(z.int()),
  })
  .check(z.refine(hasOneValue));

/** Above twenty the service drops versions that no stage names, the oldest first (section 2: they count as deprecated). */
const withoutDeprecated = (versions: readonly Version[]): Version[] => {
  const kept = [...versions];
  while (kept.length > VERSIONS_PER_SECRET) {
    const oldest = kept.findIndex(({ stages }) => stages.length === 0);
    if (oldest === -1) break;
    kept.splice(oldest, 1);
  }
  return kept;
};

export const createVersion = (request: Request): Outgoing =>
  withSecret(request, (secret) => {
    if (isPending(secret)) return refused(request.unknowns.pendingUse);
    if (secret.state !== 'ENABLED') return refused('CSMS.0109');
    return withBody(request, New, (fields) => {
      const stages = fields.version_stages ?? ['SYSCURRENT'];
      if (stages.length > STAGES_PER_SECRET) return refused('CSMS.0204');
      if (new Set([...Object.keys(secret.stageTimes), ...stages]).size > STAGES_PER_SECRET) return refused('CSMS.0203');
      if (fields.expire_time !== undefined && fields.expire_time !== null && fields.expire_time <= request.now) return refused('CSMS.0002');
      const now = wholeSeconds(request.now);
      const id = `v${secret.versionCount + 1}`;
      const version: Version = {
        id,
        createTime: now,
        expireTime: fields.expire_time ? wholeSeconds(fields.expire_time) : null,
        stages: [],
        secretString: fields.secret_string ?? null,
        secretBinary: fields.secret_binary ?? null,
      };
      const grown: Secret = { ...secret, versions: [...secret.versions, version], versionCount: secret.versionCount + 1, updateTime: now };
      const staged = movingStages(grown, stages, id, now);
      const updated: Secret = { ...staged, versions: withoutDeprecated(staged.versions) };
      request.content.secrets.put(keyOf(secret), updated);
      const shown = updated.versions.find((one) => one.id === id) ?? version;
      return ok({ version_metadata: versionView(updated, shown, request.unknowns) }, { did: 'versionAdded', names: [secret.name], note: id });
    });
  });

export const listVersions = (request: Request): Outgoing =>
  withSecret(request, (secret) => {
    const limit = readLimit(request.query.get('limit'), request.unknowns);
    if (limit === null) return refused('CSMS.0002');
    const marker = request.query.get('marker') ?? '';
    const start = secret.versions.findIndex(({ id }) => id === marker) + 1;
    const page = secret.versions.slice(start, start + limit);
    const more = start + limit < secret.versions.length;
    return ok({
      version_metadatas: page.map((version) => versionView(secret, version, request.unknowns)),
      page_info: { next_marker: more ? (page.at(-1)?.id ?? null) : null, previous_marker: marker === '' ? null : (page[0]?.id ?? null), current_count: page.length },
    });
  });

/** ShowSecretVersion: the one call that gives a value away, and only of an enabled secret. */
export const showVersion = (request: Request): Outgoing =>
  withSecret(request, (secret) => {
    if (isPending(secret)) return refused(request.unknowns.pendingUse);
    if (secret.state !== 'ENABLED') return refused('CSMS.0109');
    const { part } = request.route;
    const version = secret.versions.find(({ id, stages }) => (part === 'latest' ? stages.includes('SYSCURRENT') : id === part));
    if (version === undefined) return notFound(request.unknowns);
    return ok({
      version: {
        version_metadata: versionView(secret, version, request.unknowns),
        secret_string: version.secretString,
        secret_binary: version.secretBinary,
      },
    });
  });
