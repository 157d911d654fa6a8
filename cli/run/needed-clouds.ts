import type { DecommissionEvent } from '../../events/decommission.ts';
import type { Problem } from '../../events/problems.ts';
import { endpointProblems } from '../../lib/clouds/endpoints.ts';
import { type CloudSettings, missing } from '../../lib/clouds/settings.ts';
import type { SettingProblem } from '../../lib/clouds/settings-problem.ts';
import type { Api } from '../../lib/ports/clouds.ts';
import { requestOf } from '../../lib/saga/instance.ts';
import type { Policy } from '../../lib/saga/policy.ts';
import { type Saga, isTerminal } from '../../lib/saga/saga.ts';

/** The clouds that these events, the open sagas and the one asked for by its id name; no other needs credentials (interfaces.md, Environment). */
export const neededApis = (events: readonly DecommissionEvent[], sagas: readonly Saga[], asked: string): Set<Api> => {
  const needed = new Set<Api>();
  for (const named of events.flatMap(({ data }) => data.instances)) {
    if (named.cloud === 'huawei') needed.add('csms');
    if (requestOf(named).copies.length > 0) needed.add('sae');
  }
  for (const saga of sagas.filter((one) => !isTerminal(one) || one.sagaId === asked)) {
    if (saga.instance.cloud === 'huawei') needed.add('csms');
    if (saga.request.copies.length > 0) needed.add('sae');
  }
  return needed;
};

/** A setting that is wrong, told like a problem of a file. */
export const settingProblem = ({ variable, problem, remedy }: SettingProblem): Problem => ({ file: 'environment', path: variable, message: problem, remedy });

/** What keeps these clouds from being called under this policy; empty when nothing does. */
export const cloudProblems = (settings: CloudSettings, policy: Policy, needed: ReadonlySet<Api>): Problem[] => {
  const lacking = [...needed].map((api) => missing(settings, api)).filter((problem) => problem !== null);
  const regionsOf = (cloud: 'huawei' | 'alibaba'): Policy['scopes'][number]['region'][] =>
    policy.scopes.filter((scope) => scope.cloud === cloud).map(({ region }) => region);
  const regions = { csms: regionsOf('huawei'), sae: regionsOf('alibaba') };
  return [...lacking, ...endpointProblems(settings, regions)].map(settingProblem);
};
