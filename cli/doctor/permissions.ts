import { randomUUID } from 'node:crypto';
import { SecretName, StageName } from '../../events/ids.ts';
import type { Answer, CallOptions, CsmsReader, CsmsWriter } from '../../lib/ports/clouds.ts';
import type { Mode } from '../../events/decommission.ts';
import type { Scope } from '../../lib/saga/policy.ts';
import { type Check, notChecked, passed } from './check.ts';
import { checkOfFailure } from './refusals.ts';

const DEADLINE_MS = 15_000;
const options = (): CallOptions => ({ signal: AbortSignal.timeout(DEADLINE_MS) });

/** 122 random bits: nobody has it, had it, or will. */
const aNameNobodyHas = (): string => `probate-doctor-${randomUUID()}`;

/** No page says whether a cloud looks at the permission before the name, so "not found" is no proof that it would have been allowed. */
const ofProbe = (name: string, action: string, answer: Answer<unknown>): Check => {
  if ('value' in answer) return passed(name, `${action} is granted`);
  const { verdict } = answer;
  if (verdict.kind === 'alreadyGone') return notChecked(name, `${action} was not refused for a name that nobody has; whether it would be for another cannot be known`);
  return checkOfFailure(name, verdict, `grant ${action}`);
};

/** Whether stages may be read, tried with one that is not there: one that is there would tell for sure, but a secret need not have any. */
const checkStages = async (projectId: string, reader: CsmsReader, readable: SecretName): Promise<Check> =>
  ofProbe(`stages of ${projectId}`, 'csms:secret:getStage', await reader.showStage(readable, StageName.parse(aNameNobodyHas()), options()));

/**
 * Whether a scheduled deletion could be cancelled, which every quarantine relies on: asked for a name that nobody has, so
 * that nothing can be cancelled by it. A cancellation is the one change that can be asked for without a plan; what deletes
 * is not asked for, whatever the name.
 */
const checkCancelling = async (projectId: string, writer: Pick<CsmsWriter, 'cancel'>): Promise<Check> =>
  ofProbe(`cancelling in ${projectId}`, 'csms:secret:restoreSecret', await writer.cancel(SecretName.parse(aNameNobodyHas()), options()));

/** One project, and what its permissions are tried with. */
export interface Probed {
  readonly projectId: string;
  readonly reader: CsmsReader;
  /** null where nothing is ever scheduled, so that nothing has to be cancelled. */
  readonly writer: Pick<CsmsWriter, 'cancel'> | null;
  /** A secret that can be read; null when there is none. */
  readonly readable: SecretName | null;
}

/** What can be told of a project's further permissions without any effect. */
export const checkPermissions = async ({ projectId, reader, writer, readable }: Probed): Promise<Check[]> => [
  ...(readable === null ? [] : [await checkStages(projectId, reader, readable)]),
  ...(writer === null ? [] : [await checkCancelling(projectId, writer)]),
];

const DELETING = {
  huawei: { recoverable: 'csms:secret:scheduleDeletion, csms:secret:delete, csms:secret:deleteStage', immediate: 'csms:secret:delete, csms:secret:deleteStage' },
  alibaba: { recoverable: 'sae:DeleteSecret', immediate: 'sae:DeleteSecret' },
} as const;

/** What nobody can know before the first deletion: neither cloud has a dry run, and the doctor asks for no deletion, not even of what is not there. */
export const uncheckedDeletions = (cloud: Scope['cloud'], mode: Mode): Check[] =>
  mode === 'plan' ? [] : [notChecked(`deleting at ${cloud}`, `${DELETING[cloud][mode]}: only a deletion would tell, and none is made without a plan`)];
