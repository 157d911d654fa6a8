import * as z from 'zod/mini';
import { Region } from '../../events/ids.ts';
import type { Api } from '../ports/clouds.ts';
import type { AlibabaKey } from './alibaba/signer.ts';
import { conceal } from './conceal.ts';
import { endpointIn, readEndpoint } from './http/endpoint.ts';
import type { Proxies } from './http/transport.ts';
import type { HuaweiKey } from './huawei/signer.ts';
import type { HuaweiUser } from './huawei/token.ts';
import { CloudSettingsRefused } from './settings-problem.ts';
import type { SettingProblem } from './settings-problem.ts';

/** A key that signs, or a user whom IAM gives tokens; with both set the key is used. */
export type HuaweiCredentials = ({ readonly kind: 'key' } & HuaweiKey) | ({ readonly kind: 'user' } & HuaweiUser);

/** What reaches the clouds: credentials, null where there are none, and endpoint overrides, null for the vendor's own. */
export interface CloudSettings {
  readonly huawei: HuaweiCredentials | null;
  readonly alibaba: AlibabaKey | null;
  /** By variable; each may contain `{region}`. */
  readonly endpoints: Readonly<Record<EndpointVariable, string | null>>;
  readonly proxies: Proxies;
}

/** The variables that override an endpoint; each may hold `{region}`. */
export const ENDPOINT_VARIABLES = ['HUAWEICLOUD_CSMS_ENDPOINT', 'HUAWEICLOUD_IAM_ENDPOINT', 'ALIBABA_CLOUD_SAE_ENDPOINT'] as const;
/** One of them; where it is not set the vendor's own endpoint of the region is called. */
export type EndpointVariable = (typeof ENDPOINT_VARIABLES)[number];

/** A blank variable counts as absent. A header cannot carry what lies outside visible ASCII, and a key that ends in a line break was copied badly. */
const Text = z.pipe(
  z.optional(z.string()),
  z.transform((text) => (text === undefined || text.trim() === '' ? null : text)),
);
const Credential = Text.check(z.refine((text) => text === null || /^[\x21-\x7e]+$/.test(text), 'contains white space or something other than ASCII|set it again without them'));
const Proxy = Text.check(z.refine((text) => text === null || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)), 'is not an http or https URL|give the proxy as http://host:port'));

const SAMPLE_REGION = Region.parse('cn-north-4');

const Endpoint = Text.check(
  z.superRefine((text, context) => {
    if (text === null) return;
    const read = readEndpoint(endpointIn(text, SAMPLE_REGION));
    if (read.kind === 'refused') context.addIssue(`${read.reason}|give it as https://host[:port], with {region} where the region belongs`);
  }),
);

const Environment = z.object({
  HUAWEICLOUD_SDK_AK: Credential,
  HUAWEICLOUD_SDK_SK: Credential,
  HUAWEICLOUD_SDK_SECURITY_TOKEN: Credential,
  HUAWEICLOUD_IAM_DOMAIN: Text,
  HUAWEICLOUD_IAM_USER: Text,
  HUAWEICLOUD_IAM_PASSWORD: Text,
  HUAWEICLOUD_CSMS_ENDPOINT: Endpoint,
  HUAWEICLOUD_IAM_ENDPOINT: Endpoint,
  ALIBABA_CLOUD_ACCESS_KEY_ID: Credential,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: Credential,
  ALIBABA_CLOUD_SECURITY_TOKEN: Credential,
  ALIBABA_CLOUD_SAE_ENDPOINT: Endpoint,
  HTTP_PROXY: Proxy,
  HTTPS_PROXY: Proxy,
  NO_PROXY: Text,
});
type Environment = z.infer<typeof Environment>;
type Variable = keyof Environment;

/** A set of variables that only work together: a problem for each one missing while another is there. */
const incomplete = (environment: Environment, together: readonly Variable[], anchors: readonly Variable[] = together): SettingProblem[] => {
  const present = anchors.filter((variable) => environment[variable] !== null);
  if (present.length === 0) return [];
  return together.filter((variable) => environment[variable] === null).map((variable) => ({ variable, problem: `is missing beside ${present.join(', ')}`, remedy: 'set it, or unset the others' }));
};

const HUAWEI_KEY = ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK'] as const;
const HUAWEI_USER = ['HUAWEICLOUD_IAM_DOMAIN', 'HUAWEICLOUD_IAM_USER', 'HUAWEICLOUD_IAM_PASSWORD'] as const;
const ALIBABA_KEY = ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'] as const;

const huaweiCredentials = (environment: Environment): HuaweiCredentials | null => {
  const { HUAWEICLOUD_SDK_AK: accessKey, HUAWEICLOUD_SDK_SK: secretKey, HUAWEICLOUD_SDK_SECURITY_TOKEN: securityToken } = environment;
  if (accessKey !== null && secretKey !== null) return conceal({ kind: 'key' as const, accessKey, secretKey, securityToken }, ['accessKey', 'secretKey', 'securityToken']);
  const { HUAWEICLOUD_IAM_DOMAIN: domain, HUAWEICLOUD_IAM_USER: user, HUAWEICLOUD_IAM_PASSWORD: password } = environment;
  return domain !== null && user !== null && password !== null ? conceal({ kind: 'user' as const, domain, user, password }, ['password']) : null;
};

const alibabaKey = (environment: Environment): AlibabaKey | null => {
  const { ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret, ALIBABA_CLOUD_SECURITY_TOKEN: securityToken } = environment;
  return accessKeyId !== null && accessKeySecret !== null ? conceal({ accessKeyId, accessKeySecret, securityToken }, ['accessKeyId', 'accessKeySecret', 'securityToken']) : null;
};

const asProblem = ({ path, message }: z.core.$ZodIssue): SettingProblem => {
  const [problem = '', remedy = 'set it again'] = message.split('|');
  return { variable: path.join('.'), problem, remedy };
};

/** Proxy variables are commonly spelled in lower case too, and that spelling wins. */
const withProxies = (env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string | undefined>> => ({
  ...env,
  HTTP_PROXY: env['http_proxy'] ?? env['HTTP_PROXY'],
  HTTPS_PROXY: env['https_proxy'] ?? env['HTTPS_PROXY'],
  NO_PROXY: env['no_proxy'] ?? env['NO_PROXY'],
});

/**
 * The clouds' settings from environment variables (interfaces.md, Environment). Throws CloudSettingsRefused with every
 * problem at once: a malformed value, or half a set of credentials. Having none is no problem here; see `missing`.
 */
export const readCloudSettings = (env: Readonly<Record<string, string | undefined>>): CloudSettings => {
  const read = Environment.safeParse(withProxies(env));
  if (!read.success) throw new CloudSettingsRefused(read.error.issues.map(asProblem));
  const environment = read.data;
  const huaweiKeyProblems = incomplete(environment, HUAWEI_KEY, [...HUAWEI_KEY, 'HUAWEICLOUD_SDK_SECURITY_TOKEN']);
  const problems = [
    ...huaweiKeyProblems,
    // The user is only looked at when there is no key.
    ...(environment.HUAWEICLOUD_SDK_AK === null ? incomplete(environment, HUAWEI_USER) : []),
    ...incomplete(environment, ALIBABA_KEY, [...ALIBABA_KEY, 'ALIBABA_CLOUD_SECURITY_TOKEN']),
  ];
  if (problems.length > 0) throw new CloudSettingsRefused(problems);
  const { HUAWEICLOUD_CSMS_ENDPOINT, HUAWEICLOUD_IAM_ENDPOINT, ALIBABA_CLOUD_SAE_ENDPOINT, HTTP_PROXY, HTTPS_PROXY, NO_PROXY } = environment;
  return {
    huawei: huaweiCredentials(environment),
    alibaba: alibabaKey(environment),
    endpoints: { HUAWEICLOUD_CSMS_ENDPOINT, HUAWEICLOUD_IAM_ENDPOINT, ALIBABA_CLOUD_SAE_ENDPOINT },
    // A proxy's URL may carry a password.
    proxies: conceal({ http: HTTP_PROXY ?? '', https: HTTPS_PROXY ?? '', none: NO_PROXY ?? '' }, ['http', 'https']),
  };
};

/** What has to be set before a call of this API can be made; null when it can. */
export const missing = (settings: CloudSettings, api: Api): SettingProblem | null => {
  const problem = 'is not set, and this cloud is needed';
  if (api === 'csms' && settings.huawei === null) {
    return { variable: HUAWEI_KEY.join(', '), problem, remedy: `set both, or ${HUAWEI_USER.join(', ')}` };
  }
  if (api === 'sae' && settings.alibaba === null) return { variable: ALIBABA_KEY.join(', '), problem, remedy: 'set both' };
  return null;
};
