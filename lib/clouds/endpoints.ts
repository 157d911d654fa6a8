import type { Region } from '../../events/ids.ts';
import type { Api } from '../ports/clouds.ts';
import { endpointIn } from './http/endpoint.ts';
import { ENDPOINT_VARIABLES } from './settings.ts';
import type { CloudSettings, EndpointVariable } from './settings.ts';
import type { SettingProblem } from './settings-problem.ts';

/** Huawei's European region is a site of its own (contracts/huawei-csms.md, section 6). */
const huaweiDomain = (region: Region): string => (region.startsWith('eu-west-101') ? 'myhuaweicloud.eu' : 'myhuaweicloud.com');

const vendorEndpoint = (variable: EndpointVariable, region: Region): string => {
  switch (variable) {
    case 'HUAWEICLOUD_CSMS_ENDPOINT':
      return `https://kms.${region}.${huaweiDomain(region)}`;
    case 'HUAWEICLOUD_IAM_ENDPOINT':
      return `https://iam.${region}.${huaweiDomain(region)}`;
    case 'ALIBABA_CLOUD_SAE_ENDPOINT':
      return `https://sae.${region}.aliyuncs.com`;
  }
};

/** The endpoint for a region: the override with `{region}` filled in, else the vendor's own. */
export const endpointFor = (settings: CloudSettings, variable: EndpointVariable, region: Region): string => {
  const override = settings.endpoints[variable];
  return override === null ? vendorEndpoint(variable, region) : endpointIn(override, region);
};

const apiOf = (variable: EndpointVariable): Api => (variable === 'ALIBABA_CLOUD_SAE_ENDPOINT' ? 'sae' : 'csms');

/**
 * An override without `{region}` sends every region's calls to one place, so with two regions in the policy's scopes it
 * is a mistake. `regions` are those of the scopes, by API.
 */
export const endpointProblems = (settings: CloudSettings, regions: Readonly<Record<Api, readonly Region[]>>): readonly SettingProblem[] =>
  ENDPOINT_VARIABLES.filter((variable) => {
    const override = settings.endpoints[variable];
    return override !== null && !override.includes('{region}') && new Set(regions[apiOf(variable)]).size > 1;
  }).map((variable) => ({ variable, problem: 'names one endpoint, but the scopes name several regions', remedy: 'put {region} where the region belongs' }));
