import { createHash } from 'node:crypto';
import type { Api } from '../ports/clouds.ts';
import { missing } from './settings.ts';
import type { CloudSettings, HuaweiCredentials } from './settings.ts';
import type { AlibabaKey } from './alibaba/signer.ts';
import { CloudSettingsRefused } from './settings-problem.ts';

const fingerprint = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 12);

const refusal = (settings: CloudSettings, api: Api): CloudSettingsRefused => {
  const problem = missing(settings, api);
  return new CloudSettingsRefused(problem === null ? [] : [problem]);
};

/** The Huawei credentials; throws CloudSettingsRefused when there are none. */
export const huaweiCredentials = (settings: CloudSettings): HuaweiCredentials => {
  if (settings.huawei === null) throw refusal(settings, 'csms');
  return settings.huawei;
};

/** The Alibaba key pair; throws CloudSettingsRefused when there is none. */
export const alibabaKey = (settings: CloudSettings): AlibabaKey => {
  if (settings.alibaba === null) throw refusal(settings, 'sae');
  return settings.alibaba;
};

/**
 * The account whose budget a call is paid from and a fingerprint of its key: the first 12 hex digits of a SHA-256 over
 * the access key id, or over domain and user. A key does not tell whose it is; of a user the account is the domain.
 */
export const accountOf = (settings: CloudSettings, api: Api): { readonly account: string; readonly keyFingerprint: string } => {
  if (api === 'sae') {
    const keyFingerprint = fingerprint(alibabaKey(settings).accessKeyId);
    return { account: `alibaba-${keyFingerprint}`, keyFingerprint };
  }
  const credentials = huaweiCredentials(settings);
  if (credentials.kind === 'user') return { account: `huawei-${fingerprint(credentials.domain)}`, keyFingerprint: fingerprint(credentials.domain, credentials.user) };
  const keyFingerprint = fingerprint(credentials.accessKey);
  return { account: `huawei-${keyFingerprint}`, keyFingerprint };
};
