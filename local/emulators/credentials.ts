/** What an emulator lets in; `securityToken` is null for permanent keys (contracts: temporary credentials). */
export interface AccessKey {
  readonly id: string;
  readonly secret: string;
  readonly securityToken: string | null;
}

export interface IamUser {
  readonly domain: string;
  readonly name: string;
  readonly password: string;
}

export interface CsmsCredentials {
  readonly accessKey: AccessKey;
  readonly user: IamUser;
}

export interface SaeCredentials {
  readonly accessKey: AccessKey;
}

type Environment = Readonly<Record<string, string | undefined>>;

const LOCAL_KEY: AccessKey = { id: 'local-ak', secret: 'local-sk', securityToken: null };
const LOCAL_USER: IamUser = { domain: 'local-domain', name: 'local-user', password: 'local-password' };

const accessKey = (id: string | undefined, secret: string | undefined, securityToken: string | undefined): AccessKey =>
  id && secret ? { id, secret, securityToken: securityToken || null } : LOCAL_KEY;

/** The key of HUAWEICLOUD_SDK_* and the user of HUAWEICLOUD_IAM_*; whichever is not complete is the local one (interfaces.md, Emulators). */
export const csmsCredentials = (environment: Environment): CsmsCredentials => {
  const { HUAWEICLOUD_IAM_DOMAIN: domain, HUAWEICLOUD_IAM_USER: name, HUAWEICLOUD_IAM_PASSWORD: password } = environment;
  return {
    accessKey: accessKey(environment['HUAWEICLOUD_SDK_AK'], environment['HUAWEICLOUD_SDK_SK'], environment['HUAWEICLOUD_SDK_SECURITY_TOKEN']),
    user: domain && name && password ? { domain, name, password } : LOCAL_USER,
  };
};

/** The key of ALIBABA_CLOUD_*, or the local one when that is not complete (interfaces.md, Emulators). */
export const saeCredentials = (environment: Environment): SaeCredentials => ({
  accessKey: accessKey(
    environment['ALIBABA_CLOUD_ACCESS_KEY_ID'],
    environment['ALIBABA_CLOUD_ACCESS_KEY_SECRET'],
    environment['ALIBABA_CLOUD_SECURITY_TOKEN'],
  ),
});
