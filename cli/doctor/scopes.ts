import { isUrlName } from '../../lib/saga/plan.ts';
import type { Scope } from '../../lib/saga/policy.ts';
import { type Saga, isTerminal, liveSchedules } from '../../lib/saga/saga.ts';
import type { Answer, CallOptions, CloudReaders, CsmsReader } from '../../lib/ports/clouds.ts';
import type { CsmsSecret } from '../../lib/saga/seen.ts';
import type { Inventory } from '../../lib/workflow/findings.ts';
import { type Check, failed, notChecked, passed } from './check.ts';

/** What the doctor holds a list against. */
export interface Known {
  readonly sagas: readonly Saga[];
  readonly inventory: Inventory;
  readonly largestShrinkPercent: number;
  readonly now: number;
}

const DEADLINE_MS = 60_000;
const options = (): CallOptions => ({ signal: AbortSignal.timeout(DEADLINE_MS) });

/** Whether further calls with the same key could harm: five bad signatures lock one. */
export const endsTheKey = ({ result, detail }: Check): boolean => result === 'failed' && detail.startsWith('unauthenticated');

const answered = <T>(name: string, answer: Answer<T>, tell: (value: T) => Check): Check => {
  if ('value' in answer) return tell(answer.value);
  const { verdict } = answer;
  const detail = `${verdict.kind} ${'code' in verdict ? verdict.code : ''}`.trim();
  switch (verdict.kind) {
    case 'unauthenticated':
      return failed(name, detail, 'the key is wrong, expired or locked: set the right one; nothing was tried twice');
    case 'terminal':
      return failed(name, detail, 'grant the permission this call needs, or mend the scope in the policy');
    case 'throttled':
    case 'retryable':
    case 'unknown':
      return failed(name, detail, 'the cloud or the way to it is not well: try again later');
    case 'alreadyGone':
    case 'pending':
    case 'notPending':
    case 'blocked':
      return failed(name, detail, 'this answer is none of a list: report it');
  }
};

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
  if (good !== null && count < good.secrets * (1 - largestShrinkPercent / 100)) return failed(name, `${count} secrets, ${good.secrets} at ${new Date(good.at).toISOString()}`, remedy);
  return count === 0 ? passed(name, 'no secret is listed: either there is none, or the key sees none of them') : passed(name, `${count} ${count === 1 ? 'secret is' : 'secrets are'} listed`);
};

const checkReads = async (name: string, reader: CsmsReader, list: readonly CsmsSecret[]): Promise<Check> => {
  const readable = list.map((secret) => secret.name).find(isUrlName);
  if (readable === undefined) return notChecked(name, 'there is no secret to read');
  const shown = answered(name, await reader.show(readable, options()), () => passed(name, 'by name'));
  if (shown.result !== 'passed') return shown;
  return answered(name, await reader.listVersions(readable, options()), () => passed(name, 'by name, and its versions'));
};

/** What the reads of one scope tell; nothing is changed, and after a refused key no further call is made. */
export const checkScope = async (clouds: CloudReaders, scope: Scope, known: Known): Promise<Check[]> => {
  const id = scope.cloud === 'huawei' ? scope.projectId : scope.namespaceId;
  const list = `list of ${id}`;
  if (scope.cloud === 'alibaba') {
    const answer = await clouds.saeReader(scope.region).list(scope.namespaceId, options());
    return [answered(list, answer, (secrets) => visibility(list, secrets.length, known, null))];
  }
  const reader = clouds.csmsReader(scope.region, scope.projectId);
  const answer = await reader.list(options());
  const listed = answered(list, answer, (secrets) => visibility(list, secrets.length, known, invisible(secrets, known, scope.projectId)));
  return 'value' in answer ? [listed, await checkReads(`secrets of ${id}`, reader, answer.value)] : [listed];
};
