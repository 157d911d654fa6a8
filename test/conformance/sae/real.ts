import { wallClock } from '../../../lib/adapters/wall-clock.ts';
import { alibabaKey } from '../../../lib/clouds/account.ts';
import { endpointFor } from '../../../lib/clouds/endpoints.ts';
import { isLoopback } from '../../../lib/clouds/http/endpoint.ts';
import { createTransport } from '../../../lib/clouds/http/transport.ts';
import type { Opened } from '../case.ts';
import type { SaePlace } from '../settings.ts';
import { openSae, type SaeTarget } from './target.ts';

/** 45 of the 60 calls a minute that a whole account has (contracts/alibaba-sae.md, section 5). */
const SPACING_MS = 60_000 / 45;
const LOOKS = 5;
/** What listens on this machine has no pace and forgets at once. */
const EMULATOR = { spacingMs: 0, looks: 1 };

/** SAE of one namespace where the environment says it is. */
export const reachSae = ({ settings, where: { region, namespaceId }, given, allowed }: SaePlace): Opened<SaeTarget> => {
  const endpoint = endpointFor(settings, 'ALIBABA_CLOUD_SAE_ENDPOINT', region);
  const transport = createTransport(endpoint, settings.proxies, wallClock);
  const target = openSae({ transport, namespaceId, key: alibabaKey(settings), clock: wallClock, given, allowed, ...(isLoopback(new URL(endpoint)) ? EMULATOR : { spacingMs: SPACING_MS, looks: LOOKS }) });
  return { target, endpoint, close: () => transport.close() };
};
