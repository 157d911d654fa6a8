import OpenApi, { $OpenApiUtil } from '@alicloud/openapi-core';
import { RuntimeOptions } from '@darabonba/typescript';
import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorization as signAlibaba } from '../../lib/clouds/alibaba/signer.ts';
import { authorization as signHuawei } from '../../lib/clouds/huawei/signer.ts';
import { sha256 } from '../../lib/saga/canonical.ts';
import { awkwardName, awkwardText } from './awkward-text.ts';
import { startCloud } from './loopback-cloud.ts';
import type { Received } from './loopback-cloud.ts';

/** The vendors' own signers are the judges of ours, on requests neither was written for. */

const word = fc.stringMatching(/^[A-Za-z0-9._~-]{1,20}$/);
const secret = fc.stringMatching(/^[\x21-\x7e]{1,40}$/);
const body = fc.oneof(
  { weight: 20, arbitrary: fc.dictionary(word, awkwardText, { minKeys: 1, maxKeys: 3 }) },
  { weight: 1, arbitrary: fc.constant({ long: 'ä +~漢😀'.repeat(100_000) }) },
);

describe('Huawei’s signer', () => {
  it('signs 500 requests as ours does', () => {
    const requests = fc.record({
      accessKey: word,
      secretKey: secret,
      method: fc.constantFrom('GET', 'POST', 'DELETE'),
      segments: fc.array(word, { minLength: 1, maxLength: 6 }),
      query: fc.dictionary(awkwardName, fc.array(awkwardText, { minLength: 1, maxLength: 3 }), { maxKeys: 5 }),
      projectId: word,
      token: fc.option(secret),
      body: fc.option(body),
      seconds: fc.integer({ min: 1_500_000_000, max: 2_000_000_000 }),
    });
    fc.assert(
      fc.property(requests, ({ accessKey, secretKey, method, segments, query, projectId, token, body, seconds }) => {
        const date = new Date(seconds * 1_000).toISOString().replaceAll(/[-:]|\.000/g, '');
        const path = `/${segments.join('/')}`;
        const queryParams = Object.fromEntries(Object.entries(query).map(([name, values]) => [name, values.length === 1 ? values[0] : [...values]]));
        const pairs = Object.entries(query).flatMap(([name, values]) => values.map((value): [string, string] => [name, value]));
        const headers = { 'content-type': 'application/json', 'X-Project-Id': projectId, 'X-Sdk-Date': date, ...(token === null ? {} : { 'X-Security-Token': token }) };
        const theirs = AKSKSigner.sign(
          { endpoint: `https://kms.cn-north-4.myhuaweicloud.com${path}`, method, headers, queryParams, ...(body === null ? {} : { data: body }) },
          new BasicCredentials().withAk(accessKey).withSk(secretKey),
        );
        const ours = signHuawei(
          { accessKey, secretKey, securityToken: token },
          { method, path, query: pairs, headers: { ...headers, host: 'kms.cn-north-4.myhuaweicloud.com' }, body: body === null ? null : JSON.stringify(body) },
          date,
        );
        expect(theirs).toMatchObject({ Authorization: ours });
      }),
      { seed: 20_261_122, numRuns: 500 },
    );
  });
});

// Node hands a CommonJS module over whole, the test runner hands over its default export.
const AlibabaClient = 'default' in OpenApi ? OpenApi.default : OpenApi;

const ourSignature = (accessKeyId: string, accessKeySecret: string, { method, url, headers }: Received): string => {
  const sent = new URL(url, 'http://cloud');
  const own = Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
  return signAlibaba({ accessKeyId, accessKeySecret, securityToken: null }, { method, path: sent.pathname, query: [...sent.searchParams], headers: own });
};

describe('Alibaba’s client', () => {
  it('sends 500 requests that ours would have signed alike', async () => {
    const cloud = await startCloud();
    cloud.answer(() => ({ status: 200, body: '{}' }));
    const requests = fc.record({
      accessKeyId: word,
      accessKeySecret: secret,
      token: fc.option(word),
      method: fc.constantFrom('GET', 'DELETE', 'POST'),
      segments: fc.array(
        word.filter((part) => !/^\.+$/.test(part)),
        { minLength: 1, maxLength: 4 },
      ),
      // Their signer leaves names unencoded; the API's own need no encoding.
      query: fc.dictionary(word, awkwardText, { maxKeys: 5 }),
      // Their client signs the body of a GET as well, and then does not send it.
      body: fc.option(body),
    });
    await fc.assert(
      fc.asyncProperty(requests, async ({ accessKeyId, accessKeySecret, token, method, segments, query, body }) => {
        cloud.received.length = 0;
        const credentials = token === null ? { accessKeyId, accessKeySecret } : { accessKeyId, accessKeySecret, securityToken: token, type: 'sts' };
        const client = new AlibabaClient(new $OpenApiUtil.Config({ ...credentials, endpoint: cloud.endpoint.replace('http://', ''), protocol: 'HTTP' }));
        const pathname = `/${segments.join('/')}`;
        const params = new $OpenApiUtil.Params({ action: 'DeleteSecret', version: '2019-05-06', protocol: 'HTTP', pathname, method, authType: 'AK', style: 'ROA', reqBodyType: 'json', bodyType: 'json' });
        await client.callApi(params, new $OpenApiUtil.OpenApiRequest({ headers: {}, query, ...(body === null || method !== 'POST' ? {} : { body }) }), new RuntimeOptions({}));
        const [received] = cloud.received;
        if (received === undefined) throw new Error('nothing was sent');
        expect(ourSignature(accessKeyId, accessKeySecret, received)).toBe(received.headers.authorization);
        expect(received.headers['x-acs-content-sha256']).toBe(sha256(received.body));
      }),
      { seed: 20_261_122, numRuns: 500 },
    );
    await cloud.close();
  });
});
