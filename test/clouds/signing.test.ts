import { describe, expect, it } from 'vitest';
import { authorization as signAlibaba } from '../../lib/clouds/alibaba/signer.ts';
import { authorization as signHuawei, sdkDate } from '../../lib/clouds/huawei/signer.ts';
import alibabaVectors from './vectors/alibaba-signing.json' with { type: 'json' };
import huaweiVectors from './vectors/huawei-signing.json' with { type: 'json' };

const present = (fields: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

describe('SDK-HMAC-SHA256', () => {
  it.each(huaweiVectors)('signs to the byte: $name', ({ ak, sk, method, host, path, query, headers, body, authorization }) => {
    const signed = present({ host, ...headers });
    const key = { accessKey: ak, secretKey: sk, securityToken: null };
    const signable = { method, path, query: Object.entries(present(query)), headers: signed, body: body === '' ? null : body };
    expect(signHuawei(key, signable, headers['X-Sdk-Date'])).toBe(authorization);
  });

  it('writes its date in UTC, to the second', () => {
    expect(sdkDate(Date.parse('2026-01-02T03:04:05.999Z'))).toBe('20260102T030405Z');
  });
});

describe('ACS3-HMAC-SHA256', () => {
  it.each(alibabaVectors)('signs to the byte: $name', ({ accessKeyId, accessKeySecret, method, path, query, headers, signature }) => {
    const key = { accessKeyId, accessKeySecret, securityToken: null };
    const header = signAlibaba(key, { method, path, query: Object.entries(present(query)), headers: present(headers) });
    expect(header.endsWith(`,Signature=${signature}`)).toBe(true);
    expect(header.startsWith(`ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=host;x-acs-`)).toBe(true);
  });
});
