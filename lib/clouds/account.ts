import { createHmac } from 'node:crypto';
import type { Api } from '../ports/clouds.ts';
import { sha256 } from '../saga/canonical.ts';
import { missing } from './settings.ts';
import type { CloudSettings, HuaweiCredentials } from './settings.ts';
import type { AlibabaKey } from './alibaba/signer.ts';
import { CloudSettingsRefused } from './settings-problem.ts';

const fingerprint = (id: string): string => sha256(id).slice(0, 12);

/** Changes with the secret half too, so that a corrected key is another one; nothing of the secret can be read off it. */
const keyFingerprint = (id: string, secret: string): string => createHmac('sha256', secret).update(id).digest('hex').slice(0, 12);

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
 * The account whose budget a call is paid from and a fingerprint of its credentials, 12 hex digits each. An access key
 * does not tell whose it is, so its id stands for the account; of a user the account is the domain.
 */
export const accountOf = (settings: CloudSettings, api: Api): { readonly account: string; readonly keyFingerprint: string } => {
  if (api === 'sae') {
    const { accessKeyId, accessKeySecret } = alibabaKey(settings);
    return { account: `alibaba-${fingerprint(accessKeyId)}`, keyFingerprint: keyFingerprint(accessKeyId, accessKeySecret) };
  }
  const credentials = huaweiCredentials(settings);
  if (credentials.kind === 'user') {
    const { domain, user } = credentials;
    // Without the password: people choose those, and could be found out by trying. A corrected one asks for `resume`.
    return { account: `huawei-${fingerprint(domain)}`, keyFingerprint: fingerprint(`${domain}/${user}`) };
  }
  const { accessKey, secretKey } = credentials;
  return { account: `huawei-${fingerprint(accessKey)}`, keyFingerprint: keyFingerprint(accessKey, secretKey) };
};
