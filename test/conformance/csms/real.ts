import { wallClock } from '../../../lib/adapters/wall-clock.ts';
import { endpointFor } from '../../../lib/clouds/endpoints.ts';
import { isLoopback } from '../../../lib/clouds/http/endpoint.ts';
import { createTransport } from '../../../lib/clouds/http/transport.ts';
import { readCloudSettings } from '../../../lib/clouds/settings.ts';
import type { Opened } from '../case.ts';
import type { CsmsPlace } from '../settings.ts';
import { openCsms, type CsmsTarget } from './target.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** CSMS publishes no rate; a few requests a second is what other services of its gateway let everyone have (contracts/huawei-csms.md, section 5). */
const SPACING_MS = 250;
const LOOKS = 5;
/** What listens on this machine has no pace and forgets at once. */
const EMULATOR = { spacingMs: 0, looks: 1 };

/** CSMS of one project where the environment says it is; a user beside a key pair is taken for the cases of tokens. */
export const reachCsms = ({ settings, where: { region, projectId }, given, allowed }: CsmsPlace, env: Environment): Opened<CsmsTarget> => {
  const endpoint = endpointFor(settings, 'HUAWEICLOUD_CSMS_ENDPOINT', region);
  const transport = createTransport(endpoint, settings.proxies, wallClock);
  const iam = createTransport(endpointFor(settings, 'HUAWEICLOUD_IAM_ENDPOINT', region), settings.proxies, wallClock);
  const withoutKey = readCloudSettings({ ...env, HUAWEICLOUD_SDK_AK: undefined, HUAWEICLOUD_SDK_SK: undefined, HUAWEICLOUD_SDK_SECURITY_TOKEN: undefined }).huawei;
  const target = openCsms({
    transport,
    iam,
    projectId,
    key: settings.huawei?.kind === 'key' ? settings.huawei : null,
    user: withoutKey?.kind === 'user' ? withoutKey : null,
    clock: wallClock,
    given,
    allowed,
    ...(isLoopback(new URL(endpoint)) ? EMULATOR : { spacingMs: SPACING_MS, looks: LOOKS }),
  });
  return {
    target,
    endpoint,
    close: async () => {
      await transport.close();
      await iam.close();
    },
  };
};
