import { createClouds } from '../../lib/clouds/clouds.ts';
import { endpointFor } from '../../lib/clouds/endpoints.ts';
import { type CloudSettings, missing } from '../../lib/clouds/settings.ts';
import { wallClock } from '../../lib/adapters/wall-clock.ts';
import type { Api } from '../../lib/ports/clouds.ts';
import type { Controls } from '../../lib/saga/controls.ts';
import type { Policy, Scope } from '../../lib/saga/policy.ts';
import { type Check, failed, notChecked, passed } from './check.ts';
import { uncheckedDeletions } from './permissions.ts';
import { endsTheKey } from './refusals.ts';
import { type Known, checkScope } from './scopes.ts';
import { checkSkew } from './skew.ts';

const apiOf = ({ cloud }: Scope): Api => (cloud === 'huawei' ? 'csms' : 'sae');
const VARIABLE = { csms: 'HUAWEICLOUD_CSMS_ENDPOINT', sae: 'ALIBABA_CLOUD_SAE_ENDPOINT' } as const;

/** What the examination of the clouds rests on. */
export interface Examined {
  readonly settings: CloudSettings;
  readonly policy: Policy;
  readonly controls: Controls;
  readonly knownOf: (scope: Scope) => Promise<Known>;
}

const checkApi = async (api: Api, scopes: readonly Scope[], { settings, policy, controls, knownOf }: Examined): Promise<Check[]> => {
  const credentials = `credentials of ${api}`;
  const lacking = missing(settings, api);
  if (lacking !== null) return [failed(credentials, `${lacking.variable} ${lacking.problem}`, lacking.remedy)];
  const clouds = createClouds(settings, wallClock);
  try {
    const { keyFingerprint } = clouds.account(api);
    if (controls.closedKeys.includes(keyFingerprint)) return [failed(credentials, 'this key was refused before and is closed', 'mend the key, then npx probate resume')];
    const checks: Check[] = [passed(credentials, `key ${keyFingerprint}`)];
    for (const region of new Set(scopes.map((scope) => scope.region))) {
      checks.push(await checkSkew(`clock of ${api} in ${region}`, endpointFor(settings, VARIABLE[api], region), settings.proxies, () => wallClock.now()));
    }
    for (const scope of scopes) {
      if (checks.some(endsTheKey)) checks.push(notChecked(`list of ${scope.cloud === 'huawei' ? scope.projectId : scope.namespaceId}`, 'the key was refused: it is not tried again'));
      else checks.push(...(await checkScope(clouds, scope, policy.mode, await knownOf(scope))));
    }
    const cloud = api === 'csms' ? 'huawei' : 'alibaba';
    return [...checks, ...uncheckedDeletions(cloud, policy.mode)];
  } finally {
    await clouds.close();
  }
};

/** Everything about the clouds of the policy's scopes that can be told without any effect on them. */
export const checkClouds = async (examined: Examined): Promise<Check[]> => {
  const byApi = Map.groupBy(examined.policy.scopes, apiOf);
  const checks: Check[] = [];
  for (const [api, scopes] of byApi) checks.push(...(await checkApi(api, scopes, examined)));
  return checks;
};
