import { describe, expect, it } from 'vitest';
import { Region } from '../../events/ids.ts';
import { createClouds } from '../../lib/clouds/clouds.ts';
import { endpointFor, endpointProblems } from '../../lib/clouds/endpoints.ts';
import { missing, readCloudSettings } from '../../lib/clouds/settings.ts';
import { CloudSettingsRefused } from '../../lib/clouds/settings-problem.ts';
import { KEY_ENVIRONMENT, PROJECT, REGION, stillClock, USER_ENVIRONMENT } from './clients.ts';

const problemsOf = (env: Readonly<Record<string, string>>): readonly string[] => {
  try {
    readCloudSettings(env);
    return [];
  } catch (error) {
    if (!(error instanceof CloudSettingsRefused)) throw error;
    for (const value of Object.values(env).filter((text) => text.length > 4)) expect(error.message).not.toContain(value);
    return error.problems.map(({ variable }) => variable);
  }
};

describe('the environment', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['may be empty', {}, []],
    ['may hold both clouds’ keys', KEY_ENVIRONMENT, []],
    ['may hold a user', USER_ENVIRONMENT, []],
    ['counts a blank variable as absent', { HUAWEICLOUD_SDK_AK: '', HUAWEICLOUD_SDK_SK: ' ' }, []],
    ['must not hold half a Huawei key', { HUAWEICLOUD_SDK_AK: 'AKIDEXAMPLE' }, ['HUAWEICLOUD_SDK_SK']],
    ['must not hold the other half', { HUAWEICLOUD_SDK_SK: 'sk-EXAMPLE' }, ['HUAWEICLOUD_SDK_AK']],
    ['must not hold a lone Huawei token', { HUAWEICLOUD_SDK_SECURITY_TOKEN: 'CAISlonely' }, ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK']],
    ['must not hold half a user', { HUAWEICLOUD_IAM_USER: 'sweeper' }, ['HUAWEICLOUD_IAM_DOMAIN', 'HUAWEICLOUD_IAM_PASSWORD']],
    ['does not look at the user when there is a key', { ...KEY_ENVIRONMENT, HUAWEICLOUD_IAM_USER: 'sweeper' }, []],
    ['must not hold half an Alibaba key', { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIEXAMPLE' }, ['ALIBABA_CLOUD_ACCESS_KEY_SECRET']],
    ['must not hold a lone Alibaba token', { ALIBABA_CLOUD_SECURITY_TOKEN: 'CAISlonely' }, ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET']],
    ['must not hold a key with a line break', { HUAWEICLOUD_SDK_AK: 'AKIDEXAMPLE\n', HUAWEICLOUD_SDK_SK: 'sk-EXAMPLE' }, ['HUAWEICLOUD_SDK_AK']],
    ['must not hold an endpoint that is none', { HUAWEICLOUD_CSMS_ENDPOINT: 'kms.example' }, ['HUAWEICLOUD_CSMS_ENDPOINT']],
    ['must not hold a plain http endpoint elsewhere', { ALIBABA_CLOUD_SAE_ENDPOINT: 'http://sae.example' }, ['ALIBABA_CLOUD_SAE_ENDPOINT']],
    ['must not hold one that only looks like loopback', { ALIBABA_CLOUD_SAE_ENDPOINT: 'http://127.0.0.1.example' }, ['ALIBABA_CLOUD_SAE_ENDPOINT']],
    ['must not hold an endpoint of another scheme', { HUAWEICLOUD_IAM_ENDPOINT: 'ftp://127.0.0.1' }, ['HUAWEICLOUD_IAM_ENDPOINT']],
    ['must not hold an endpoint with a path', { HUAWEICLOUD_IAM_ENDPOINT: 'https://iam.example/v3' }, ['HUAWEICLOUD_IAM_ENDPOINT']],
    ['must not hold an endpoint with a password', { HUAWEICLOUD_IAM_ENDPOINT: 'https://me:hidden@iam.example' }, ['HUAWEICLOUD_IAM_ENDPOINT']],
    ['must not hold an endpoint whose {region} is misspelt', { HUAWEICLOUD_CSMS_ENDPOINT: 'https://kms.{Region}.example' }, ['HUAWEICLOUD_CSMS_ENDPOINT']],
    ['must not hold an endpoint with a wildcard', { ALIBABA_CLOUD_SAE_ENDPOINT: 'https://*.aliyuncs.com' }, ['ALIBABA_CLOUD_SAE_ENDPOINT']],
    ['may hold http on loopback', { HUAWEICLOUD_CSMS_ENDPOINT: 'http://127.0.0.1:8080', HUAWEICLOUD_IAM_ENDPOINT: 'http://localhost:1', ALIBABA_CLOUD_SAE_ENDPOINT: 'http://[::1]:2' }, []],
    ['must not hold a proxy that is none', { HTTPS_PROXY: 'proxy:3128' }, ['HTTPS_PROXY']],
    ['is told every problem at once', { HUAWEICLOUD_CSMS_ENDPOINT: 'x', ALIBABA_CLOUD_SAE_ENDPOINT: 'y' }, ['HUAWEICLOUD_CSMS_ENDPOINT', 'ALIBABA_CLOUD_SAE_ENDPOINT']],
  ])('%s', (_, env, variables) => {
    expect(problemsOf(env)).toEqual(variables);
  });

  it('tells what is wrong and what to do', () => {
    expect(() => readCloudSettings({ ALIBABA_CLOUD_SAE_ENDPOINT: 'http://sae.example' })).toThrow(
      'ALIBABA_CLOUD_SAE_ENDPOINT must be https unless its host is a loopback address: give it as https://host[:port], with {region} where the region belongs',
    );
  });
});

describe('missing credentials', () => {
  it('are a problem of the cloud that is used', () => {
    const settings = readCloudSettings({ HUAWEICLOUD_SDK_AK: 'ak', HUAWEICLOUD_SDK_SK: 'sk' });
    expect(missing(settings, 'csms')).toBeNull();
    expect(missing(settings, 'sae')?.variable).toBe('ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET');
    expect(missing(readCloudSettings({}), 'csms')?.variable).toBe('HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK');
    expect(missing(readCloudSettings(USER_ENVIRONMENT), 'csms')).toBeNull();
  });

  it('stop the clients from being made', () => {
    const clouds = createClouds(readCloudSettings({}), stillClock);
    expect(() => clouds.csmsReader(REGION, PROJECT)).toThrow(CloudSettingsRefused);
    expect(() => clouds.saeWriter(REGION)).toThrow(CloudSettingsRefused);
    expect(() => clouds.account('sae')).toThrow(CloudSettingsRefused);
  });
});

describe('an endpoint', () => {
  const europe = Region.parse('eu-west-101');

  it('is the vendor’s own where nothing else is said', () => {
    const settings = readCloudSettings({});
    expect(endpointFor(settings, 'HUAWEICLOUD_CSMS_ENDPOINT', REGION)).toBe('https://kms.cn-north-4.myhuaweicloud.com');
    expect(endpointFor(settings, 'HUAWEICLOUD_IAM_ENDPOINT', REGION)).toBe('https://iam.cn-north-4.myhuaweicloud.com');
    expect(endpointFor(settings, 'HUAWEICLOUD_CSMS_ENDPOINT', europe)).toBe('https://kms.eu-west-101.myhuaweicloud.eu');
    expect(endpointFor(settings, 'HUAWEICLOUD_IAM_ENDPOINT', europe)).toBe('https://iam.eu-west-101.myhuaweicloud.eu');
    expect(endpointFor(settings, 'ALIBABA_CLOUD_SAE_ENDPOINT', Region.parse('cn-beijing'))).toBe('https://sae.cn-beijing.aliyuncs.com');
  });

  it('has its region filled in', () => {
    const settings = readCloudSettings({ ALIBABA_CLOUD_SAE_ENDPOINT: 'https://sae-vpc.{region}.aliyuncs.com' });
    expect(endpointFor(settings, 'ALIBABA_CLOUD_SAE_ENDPOINT', Region.parse('cn-beijing'))).toBe('https://sae-vpc.cn-beijing.aliyuncs.com');
  });

  it('without a region in it serves one region, not two', () => {
    const settings = readCloudSettings({ HUAWEICLOUD_CSMS_ENDPOINT: 'https://kms.example', HUAWEICLOUD_IAM_ENDPOINT: 'https://iam.{region}.example', ALIBABA_CLOUD_SAE_ENDPOINT: 'https://sae.example' });
    const beijing = Region.parse('cn-beijing');
    expect(endpointProblems(settings, { csms: [REGION, REGION], sae: [beijing] })).toEqual([]);
    expect(endpointProblems(settings, { csms: [REGION, europe], sae: [beijing] }).map(({ variable }) => variable)).toEqual(['HUAWEICLOUD_CSMS_ENDPOINT']);
  });
});

const accountOf = (env: Readonly<Record<string, string>>, api: 'csms' | 'sae') => createClouds(readCloudSettings(env), stillClock).account(api);

describe('an account', () => {
  it('is stable, tells keys apart and shows none of them', () => {
    const { account, keyFingerprint } = accountOf(KEY_ENVIRONMENT, 'csms');
    expect(keyFingerprint).toMatch(/^[0-9a-f]{12}$/);
    expect(accountOf(KEY_ENVIRONMENT, 'csms')).toEqual({ account, keyFingerprint });
    const corrected = accountOf({ ...KEY_ENVIRONMENT, HUAWEICLOUD_SDK_SK: 'another' }, 'csms');
    expect(corrected.account).toBe(account);
    expect(corrected.keyFingerprint).not.toBe(keyFingerprint);
    expect(accountOf({ ...KEY_ENVIRONMENT, HUAWEICLOUD_SDK_AK: 'another' }, 'csms').keyFingerprint).not.toBe(keyFingerprint);
    expect(account).not.toContain(KEY_ENVIRONMENT.HUAWEICLOUD_SDK_AK);
    expect(accountOf(KEY_ENVIRONMENT, 'sae').account).toMatch(/^alibaba-[0-9a-f]{12}$/);
  });

  it('is the domain’s, whoever its user', () => {
    const [one, other] = [accountOf(USER_ENVIRONMENT, 'csms'), accountOf({ ...USER_ENVIRONMENT, HUAWEICLOUD_IAM_USER: 'another' }, 'csms')];
    expect(one.account).toBe(other.account);
    expect(one.keyFingerprint).not.toBe(other.keyFingerprint);
  });
});
