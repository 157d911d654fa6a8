import type { ProjectId, Region } from '../../events/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Api, Clouds } from '../ports/clouds.ts';
import { accountOf, alibabaKey, huaweiCredentials } from './account.ts';
import type { SaeScope } from './alibaba/call.ts';
import { createSaeReader, createSaeWriter } from './alibaba/sae.ts';
import { endpointFor } from './endpoints.ts';
import { createTransport } from './http/transport.ts';
import type { Limits, Transport } from './http/transport.ts';
import { keyAuthority } from './huawei/authority.ts';
import type { Authority } from './huawei/authority.ts';
import type { CsmsScope } from './huawei/call.ts';
import { createCsmsReader } from './huawei/reader.ts';
import { tokenAuthority } from './huawei/token-authority.ts';
import { createCsmsWriter } from './huawei/writer.ts';
import { oncePerKey } from './once-per-key.ts';
import type { CloudSettings } from './settings.ts';

interface Project {
  readonly region: Region;
  readonly projectId: ProjectId;
}

const nameOf = ({ region, projectId }: Project): string => `${region}/${projectId}`;

/**
 * The clients of both clouds: one connection pool per endpoint, one client per project or region. Throws
 * CloudSettingsRefused when a cloud is asked for whose credentials are missing. `clock` must tell the real time, since
 * the vendors refuse a signature that is fifteen minutes off; `limits` are the connections' deadlines in milliseconds.
 */
export const createClouds = (settings: CloudSettings, clock: Clock, limits?: Limits): Clouds => {
  const transports = oncePerKey<string, Transport>(
    (endpoint) => endpoint,
    (endpoint) => createTransport(endpoint, settings.proxies, clock, limits),
  );

  const authorityFor = ({ region, projectId }: Project, host: string): Authority => {
    const credentials = huaweiCredentials(settings);
    if (credentials.kind === 'key') return keyAuthority(credentials, host, clock);
    return tokenAuthority(transports.get(endpointFor(settings, 'HUAWEICLOUD_IAM_ENDPOINT', region)), credentials, projectId, clock);
  };

  const csms = oncePerKey<Project, CsmsScope>(nameOf, (project) => {
    const transport = transports.get(endpointFor(settings, 'HUAWEICLOUD_CSMS_ENDPOINT', project.region));
    return { transport, authority: authorityFor(project, transport.host), projectId: project.projectId };
  });
  const csmsReaders = oncePerKey(nameOf, (project) => createCsmsReader(csms.get(project)));
  const csmsWriters = oncePerKey(nameOf, (project) => createCsmsWriter(csms.get(project)));

  const sae = (region: Region): SaeScope => ({ key: alibabaKey(settings), transport: transports.get(endpointFor(settings, 'ALIBABA_CLOUD_SAE_ENDPOINT', region)), clock });

  const accounts = oncePerKey((api: Api) => api, (api) => accountOf(settings, api));

  return {
    csmsReader: (region, projectId) => csmsReaders.get({ region, projectId }),
    csmsWriter: (region, projectId) => csmsWriters.get({ region, projectId }),
    saeReader: (region) => createSaeReader(sae(region)),
    saeWriter: (region) => createSaeWriter(sae(region)),
    account: accounts.get,
    close: async () => {
      await Promise.all(transports.made().map((transport) => transport.close()));
    },
  };
};
