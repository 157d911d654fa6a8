import { createRequire } from 'node:module';
import type * as HcClientModule from '@huaweicloud/huaweicloud-sdk-core/HcClient.js';
import type * as CredentialsModule from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js';
import type * as HttpModule from '@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient.js';
import type * as LoggerModule from '@huaweicloud/huaweicloud-sdk-core/logger/index.js';
import { PROJECT } from './signed.ts';

/** The vendor's own client core, pointed at an emulator: it signs, sends and reads as it does against the cloud. */

const load = createRequire(import.meta.url);
const { HcClient }: typeof HcClientModule = load('@huaweicloud/huaweicloud-sdk-core/HcClient.js');
const { BasicCredentials }: typeof CredentialsModule = load('@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js');
const { DefaultHttpClient }: typeof HttpModule = load('@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient.js');
const { LogLevel }: typeof LoggerModule = load('@huaweicloud/huaweicloud-sdk-core/logger/index.js');

export interface Asked {
  readonly method: string;
  /** What follows /v1/{project_id}. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly securityToken?: string;
}


const nothing = (): void => undefined;
// The client's own logger prints the whole request with its signature when anything fails.
const SILENT: LoggerModule.Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, setLevel: nothing, getLevel: () => LogLevel.ERROR, setName: nothing };

/** Resolves to the reply's body with `httpStatusCode`; rejects with the client's own error, which has `errorCode` and `httpStatusCode`. */
export const ask = async (endpoint: string, { method, path, query = {}, body, securityToken }: Asked): Promise<unknown> => {
  const credentials = new BasicCredentials().withAk('local-ak').withSk('local-sk').withProjectId(PROJECT);
  const client = new HcClient(new DefaultHttpClient({ logger: SILENT }, [endpoint])).withEndpoints([endpoint]).withCredential(
    securityToken === undefined ? credentials : credentials.withSecurityToken(securityToken),
  );
  const reply: unknown = await client.sendRequest({
    method,
    url: `/v1/{project_id}${path}`,
    contentType: 'application/json',
    queryParams: { ...query },
    pathParams: { project_id: PROJECT },
    headers: {},
    ...(body === undefined ? {} : { data: { ...body } }),
  });
  return reply;
};
