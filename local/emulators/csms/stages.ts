import * as z from 'zod/mini';
import type { Outgoing } from '../wire.ts';
import { keyOf, wholeSeconds, type Secret } from './records.ts';
import { notFound, ok, refused } from './replies.ts';
import { isPending, withBody, withSecret, type Request } from './request.ts';
import { stageView } from './views.ts';

export const STAGES_PER_SECRET = 12;
export const STAGE_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const VERSION_ID = /^v[0-9]{0,63}$/;
const INTERNAL = new Set(['SYSCURRENT', 'SYSPREVIOUS']);

/** A stage sits on one version only; when SYSCURRENT moves, SYSPREVIOUS takes the place it left. */
export const movingStages = (secret: Secret, stages: readonly string[], versionId: string, now: number): Secret => {
  const left = secret.versions.find((version) => version.stages.includes('SYSCURRENT'))?.id;
  const previous = stages.includes('SYSCURRENT') && left !== undefined && left !== versionId ? left : null;
  const versions = secret.versions.map((version) => {
    const others = version.stages.filter((stage) => !stages.includes(stage) && !(previous !== null && stage === 'SYSPREVIOUS'));
    return { ...version, stages: [...others, ...(version.id === versionId ? stages : []), ...(version.id === previous ? ['SYSPREVIOUS'] : [])] };
  });
  const moved = previous === null ? stages : [...stages, 'SYSPREVIOUS'];
  return { ...secret, versions, stageTimes: { ...secret.stageTimes, ...Object.fromEntries(moved.map((stage) => [stage, now])) } };
};

const holderOf = ({ versions }: Secret, stage: string): string | null => versions.find(({ stages }) => stages.includes(stage))?.id ?? null;

const setStage = (request: Request, secret: Secret, stage: string, versionId: string): Outgoing => {
  if (!secret.versions.some(({ id }) => id === versionId)) return notFound(request.unknowns);
  if (holderOf(secret, stage) === null && Object.keys(secret.stageTimes).length >= STAGES_PER_SECRET) return refused('CSMS.0203');
  const updated = movingStages(secret, [stage], versionId, wholeSeconds(request.now));
  request.content.secrets.put(keyOf(secret), updated);
  return ok({ stage: stageView(updated, stage, versionId, request.unknowns) }, { did: 'stageSet', names: [secret.name], note: stage });
};

const usable = (request: Request, carryOut: (secret: Secret) => Outgoing): Outgoing =>
  withSecret(request, (secret) => (isPending(secret) ? refused(request.unknowns.pendingUse) : carryOut(secret)));

const New = z.object({ name: z.string().check(z.regex(STAGE_NAME)), version_id: z.string().check(z.regex(VERSION_ID)) });
const Moved = z.object({ version_id: z.string().check(z.regex(VERSION_ID)) });

export const createStage = (request: Request): Outgoing =>
  usable(request, (secret) =>
    withBody(request, New, ({ name, version_id }) => (holderOf(secret, name) === null ? setStage(request, secret, name, version_id) : refused('CSMS.0002'))),
  );

/** UpdateSecretStage makes the stage where it is missing. */
export const updateStage = (request: Request): Outgoing =>
  usable(request, (secret) =>
    withBody(request, Moved, ({ version_id }) => (STAGE_NAME.test(request.route.part) ? setStage(request, secret, request.route.part, version_id) : refused('CSMS.0002'))),
  );

export const showStage = (request: Request): Outgoing =>
  withSecret(request, (secret) => {
    const versionId = holderOf(secret, request.route.part);
    return versionId === null ? notFound(request.unknowns) : ok({ stage: stageView(secret, request.route.part, versionId, request.unknowns) });
  });

/** DeleteSecretStage: a success without a body; the two stages of the service itself never go. */
export const deleteStage = (request: Request): Outgoing =>
  usable(request, (secret) => {
    const stage = request.route.part;
    const status = Number(request.unknowns.stageDeleteStatus);
    if (INTERNAL.has(stage)) return refused('CSMS.0105');
    if (holderOf(secret, stage) === null) return notFound(request.unknowns);
    if (request.unknowns.stageDelete === 'leavesOnce' && !secret.clingingStages.includes(stage)) {
      request.content.secrets.put(keyOf(secret), { ...secret, clingingStages: [...secret.clingingStages, stage] });
      return ok(null, null, status);
    }
    const { [stage]: _gone, ...stageTimes } = secret.stageTimes;
    const updated: Secret = {
      ...secret,
      versions: secret.versions.map((version) => ({ ...version, stages: version.stages.filter((one) => one !== stage) })),
      stageTimes,
      clingingStages: secret.clingingStages.filter((one) => one !== stage),
    };
    request.content.secrets.put(keyOf(secret), updated);
    return ok(null, { did: 'stageRemoved', names: [secret.name], note: stage }, status);
  });
