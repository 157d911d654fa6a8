import type { Cloud } from '../cloud.ts';
import { saeCredentials, type SaeCredentials } from '../credentials.ts';
import type { Emulator, EmulatorOptions } from '../emulator.ts';
import type { Fault } from '../faults.ts';
import { start } from '../start.ts';
import type { Store } from '../store.ts';
import { LARGEST_BODY_BYTES, type Incoming } from '../wire.ts';
import { deleteApplication, deleteJob, describeChangeOrder, listApplications, listJobs } from './applications.ts';
import { createAuthentication } from './authenticate.ts';
import { endDeletions, openContent } from './content.ts';
import { ERROR_CODES, errorOf } from './errors.ts';
import { describeNamespaceResources } from './namespaces.ts';
import { plant } from './plant.ts';
import { keyOf } from './records.ts';
import { gatewayRefuses, written, type Answer } from './replies.ts';
import { readParameters, type Request } from './request.ts';
import { OPERATIONS, route, type Operation } from './routes.ts';
import { createSecret, deleteSecret, describeSecret, listSecrets, updateSecret } from './secrets.ts';
import { stateOf, type SaeState } from './state.ts';

const VERSION = '2019-05-06';

const CARRIED_OUT_BY: Readonly<Record<Operation, (request: Request) => Answer>> = {
  ListSecrets: listSecrets,
  DescribeSecret: describeSecret,
  CreateSecret: createSecret,
  UpdateSecret: updateSecret,
  DeleteSecret: deleteSecret,
  DescribeNamespaceResources: describeNamespaceResources,
  ListApplications: listApplications,
  DeleteApplication: deleteApplication,
  DescribeChangeOrder: describeChangeOrder,
  ListJobs: listJobs,
  DeleteJob: deleteJob,
};

const noSuchApi = (): Answer => gatewayRefuses(404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.');

/** `x-acs-action` may be left out by the older scheme, but it must not contradict the path. */
const wrongAction = ({ headers }: Incoming, operation: Operation): boolean => (headers['x-acs-action'] ?? operation) !== operation;

const openCloud = (store: Store, emulatedNow: () => number, credentials: SaeCredentials): Cloud<SaeState> => {
  const content = openContent(store, emulatedNow);
  const authenticate = createAuthentication(content, credentials);
  const decide = (incoming: Incoming, fault: Fault, real: number, emulated: number): Answer => {
    const operation = route(incoming);
    if (incoming.body.length > LARGEST_BODY_BYTES) return gatewayRefuses(413, 'RequestEntityTooLarge', 'The request body is too large.');
    if (operation === null || wrongAction(incoming, operation)) return noSuchApi();
    if (incoming.headers['x-acs-version'] !== VERSION) return gatewayRefuses(400, 'InvalidVersion', 'Specified parameter Version is not valid.');
    const turnedAway = authenticate(incoming, real);
    if (turnedAway !== null) return turnedAway;
    if (fault.expireToken === true) return gatewayRefuses(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
    return CARRIED_OUT_BY[operation]({ parameters: readParameters(incoming), content, unknowns: content.unknowns(), fault, now: emulated });
  };
  const write = (incoming: Incoming, answer: Answer): ReturnType<typeof written> => written(answer, route(incoming) ?? 'Unrouted', incoming, content.unknowns());
  return {
    identify: (incoming) => {
      const parameters = readParameters(incoming);
      const scope = parameters.get('NamespaceId') ?? null;
      const id = parameters.get('SecretId') ?? parameters.get('AppId') ?? null;
      const name = scope === null || id === null ? undefined : content.secrets.get(keyOf({ namespaceId: scope, id }))?.name;
      const names = [id, name ?? null, parameters.get('SecretName') ?? null].filter((one) => one !== null);
      return { operation: route(incoming) ?? 'Unrouted', scope, names };
    },
    answer: (incoming, fault, { real, emulated }) => write(incoming, decide(incoming, fault, real, emulated)),
    error: (incoming, code, status) => write(incoming, errorOf(code, status, route(incoming) ?? 'Unrouted')),
    throttled: (incoming, _quota, retryAfterMs) =>
      write(incoming, gatewayRefuses(400, 'Throttling.User', 'Request was denied due to user flow control.', { 'x-acs-retry-after': String(retryAfterMs) })),
    settle: ({ emulated }) => endDeletions(content, emulated),
    plant: (seed, { emulated }) => plant(content, seed, emulated),
    empty: () => content.empty(),
    state: ({ emulated }) => stateOf(content, emulated),
  };
};

/**
 * Starts an emulator of SAE's secrets and of what can depend on them, on a loopback port (contracts/alibaba-sae.md). Without
 * credentials it takes local-ak/local-sk. Rejects when a seed or fault document is wrong, naming the field, when the port
 * is taken, or when another emulator owns `persistTo`.
 */
export const startSaeEmulator = (options: EmulatorOptions<SaeCredentials> = {}): Promise<Emulator<SaeState>> =>
  start('sae', options, { operations: OPERATIONS, codes: ERROR_CODES }, (store, emulatedNow) => openCloud(store, emulatedNow, options.credentials ?? saeCredentials({})));
