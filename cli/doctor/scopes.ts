import type { Mode } from '../../events/decommission.ts';
import type { SecretName } from '../../events/ids.ts';
import type { Answer, CallOptions, Clouds, CsmsReader, CsmsWriter } from '../../lib/ports/clouds.ts';
import { isUrlName } from '../../lib/saga/plan.ts';
import type { Scope } from '../../lib/saga/policy.ts';
import { type Saga, isTerminal } from '../../lib/saga/saga.ts';
import { liveSchedules } from '../../lib/saga/schedules.ts';
import type { CsmsSecret } from '../../lib/saga/seen.ts';
import { iso } from '../../lib/workflow/iso.ts';
import type { Inventory } from '../../lib/workflow/sweep/findings.ts';
import { type Check, failed, notChecked, passed } from './check.ts';
import { checkPermissions } from './permissions.ts';
import { checkOfFailure, endsTheKey } from './refusals.ts';

/** What the doctor holds a list against. */
export interface Known {
  readonly sagas: readonly Saga[];
  readonly inventory: Inventory;
  readonly largestShrinkPercent: number;
  readonly now: number;
}

const DEADLINE_MS = 60_000;
const options = (): CallOptions => ({ signal: AbortSignal.timeout(DEADLINE_MS) });

const answered = <T>(name: string, answer: Answer<T>, tell: (value: T) => Check): Check =>
  'value' in answer ? tell(answer.value) : checkOfFailure(name, answer.verdict, 'grant the permission this call needs, or mend the scope in the policy');

const invisible = (list: readonly CsmsSecret[], { sagas, now }: Known, projectId: string): string | null => {
  const ours = sagas.filter((saga) => !isTerminal(saga)).flatMap(liveSchedules);
  const lost = ours.find(({ target, schedule }) => target.cloud === 'huawei' && target.scope === projectId && (schedule?.eraseAt ?? 0) > now && !list.some(({ id }) => id === target.id));
  return lost === undefined ? null : lost.target.name;
};

/** Whether a list can be believed to be all there is: a key may see only what its own user made, and no answer says so (H46). */
const visibility = (name: string, count: number, { inventory, largestShrinkPercent }: Known, lost: string | null): Check => {
  const remedy = 'give the key the right to see every secret of the scope; then npx probate sweep';
  if (lost !== null) return failed(name, `${lost} is scheduled by an open saga and yet not listed`, remedy);
  const { good } = inventory;
  if (good !== null && count < good.secrets * (1 - largestShrinkPercent / 100)) return failed(name, `${count} secrets, ${good.secrets} at ${iso(good.at)}`, remedy);
  return count === 0 ? passed(name, 'no secret is listed: either there is none, or the key sees none of them') : passed(name, `${count} ${count === 1 ? 'secret is' : 'secrets are'} listed`);
};

const checkReads = async (name: string, reader: CsmsReader, readable: SecretName | null): Promise<Check> => {
  if (readable === null) return notChecked(name, 'there is no secret to read');
  const shown = answered(name, await reader.show(readable, options()), () => passed(name, 'by name'));
  if (shown.result !== 'passed') return shown;
  return answered(name, await reader.listVersions(readable, options()), () => passed(name, 'by name, and its versions'));
};

const checkProject = async (reader: CsmsReader, writer: Pick<CsmsWriter, 'cancel'> | null, projectId: string, known: Known): Promise<Check[]> => {
  const list = `list of ${projectId}`;
  const answer = await reader.list(options());
  const listed = answered(list, answer, (secrets) => visibility(list, secrets.length, known, invisible(secrets, known, projectId)));
  if (endsTheKey(listed)) return [listed];
  const readable = 'value' in answer ? (answer.value.map((secret) => secret.name).find(isUrlName) ?? null) : null;
  const reads = 'value' in answer ? [await checkReads(`secrets of ${projectId}`, reader, readable)] : [];
  return [listed, ...reads, ...(reads.some(endsTheKey) ? [] : await checkPermissions({ projectId, reader, writer, readable }))];
};

/** What one scope tells without any effect on it; after a refused key no further call is made. `mode` is the policy's. */
export const checkScope = async (clouds: Clouds, scope: Scope, mode: Mode, known: Known): Promise<Check[]> => {
  if (scope.cloud === 'huawei') {
    const { region, projectId } = scope;
    // Without quarantines nothing is scheduled that would have to be cancelled.
    return checkProject(clouds.csmsReader(region, projectId), mode === 'recoverable' ? clouds.csmsWriter(region, projectId) : null, projectId, known);
  }
  const list = `list of ${scope.namespaceId}`;
  const answer = await clouds.saeReader(scope.region).list(scope.namespaceId, options());
  return [answered(list, answer, (secrets) => visibility(list, secrets.length, known, null))];
};
