import { createRequire } from 'node:module';
import type * as OpenApi from '@alicloud/openapi-core';
import type * as Darabonba from '@darabonba/typescript';

/** The vendor's own client, pointed at an emulator: it signs, sends and reads as it does against the cloud. */

// Both are CommonJS with a default export of their own, which loaders unwrap differently; require does not.
const load = createRequire(import.meta.url);
const { default: Client, $OpenApiUtil }: (typeof OpenApi)['default'] = load('@alicloud/openapi-core');
const { RuntimeOptions }: typeof Darabonba = load('@darabonba/typescript');

export interface Asked {
  readonly action: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

export type SignatureAlgorithm = 'ACS3-HMAC-SHA256' | 'v2';

/** Resolves to the reply's body; rejects with the client's own error, which has `code`, `statusCode` and `retryAfter`. */
export const ask = async (endpoint: string, { action, method, path, query }: Asked, signatureAlgorithm: SignatureAlgorithm = 'ACS3-HMAC-SHA256'): Promise<unknown> => {
  const client = new Client(
    new $OpenApiUtil.Config({ accessKeyId: 'local-ak', accessKeySecret: 'local-sk', endpoint: new URL(endpoint).host, protocol: 'HTTP', signatureAlgorithm }),
  );
  const parameters = new $OpenApiUtil.Params({
    action,
    version: '2019-05-06',
    protocol: 'HTTP',
    pathname: path,
    method,
    authType: 'AK',
    style: 'ROA',
    reqBodyType: 'json',
    bodyType: 'json',
  });
  const reply: unknown = await client.callApi(parameters, new $OpenApiUtil.OpenApiRequest({ headers: {}, query }), new RuntimeOptions({}));
  return reply;
};
