import type { Call, Cloud } from '../cloud.ts';
import { csmsCredentials, type CsmsCredentials } from '../credentials.ts';
import type { Emulator, EmulatorOptions } from '../emulator.ts';
import type { Fault } from '../faults.ts';
import { start } from '../start.ts';
import type { Store } from '../store.ts';
import { LARGEST_BODY_BYTES, readJson, readQuery, type Incoming, type Outgoing } from '../wire.ts';
import { createAuthentication } from './authenticate.ts';
import { batchDelete } from './batch-delete.ts';
import { eraseDue, openContent } from './content.ts';
import { createSecret, deleteSecret, showSecret, updateSecret } from './lifecycle.ts';
import { listSecrets } from './list.ts';
import { ERROR_CODES, errorOf } from './errors.ts';
import { plant } from './plant.ts';
import { gatewayRefused, refused } from './replies.ts';
import type { Request } from './request.ts';
import { OPERATIONS, route, type Operation, type Route } from './routes.ts';
import { cancelDeletion, scheduleDeletion } from './schedule.ts';
import { createStage, deleteStage, showStage, updateStage } from './stages.ts';
import { stateOf, type CsmsState } from './state.ts';
import { expireTokens, issueToken } from './tokens.ts';
import { createVersion, listVersions, showVersion } from './versions.ts';

const CARRIED_OUT_BY: Readonly<Record<Exclude<Operation, 'CreateToken'>, (request: Request) => Outgoing>> = {
  ListSecrets: listSecrets,
  ShowSecret: showSecret,
  CreateSecret: createSecret,
  UpdateSecret: updateSecret,
  DeleteSecret: deleteSecret,
  DeleteSecretForSchedule: scheduleDeletion,
  RestoreSecret: cancelDeletion,
  BatchDeleteSecrets: batchDelete,
  CreateSecretVersion: createVersion,
  ListSecretVersions: listVersions,
  ShowSecretVersion: showVersion,
  CreateSecretStage: createStage,
  ShowSecretStage: showStage,
  UpdateSecretStage: updateStage,
  DeleteSecretStage: deleteStage,
};

/** The form a name may have when it is read; made ones are held to a narrower form (section 1, secret_name). */
const READABLE_NAME = /^[a-zA-Z0-9_.-]{1,64}$/;
const PROJECT_ID = /^[0-9a-zA-Z]{32}$/;

const NO_SUCH_API = 'The API does not exist or has not been published in the environment.';

/** What a fault's `name` may mean: the secret, or for a batch its instance. */
const namesOf = ({ name }: Route, { body }: Incoming): readonly string[] => {
  if (name !== '') return [name];
  const fields = readJson(body)?.value;
  if (typeof fields !== 'object' || fields === null) return [];
  return ['instance_id' in fields ? fields.instance_id : null, 'name' in fields ? fields.name : null].filter((named) => typeof named === 'string');
};

const openCloud = (store: Store, emulatedNow: () => number, credentials: CsmsCredentials): Cloud<CsmsState> => {
  const content = openContent(store, emulatedNow);
  const authenticate = createAuthentication(content, credentials);
  const answer: Cloud<CsmsState>['answer'] = (incoming, fault: Fault, { real, emulated }) => {
    if (fault.expireToken === true) expireTokens(content, real);
    if (incoming.body.length > LARGEST_BODY_BYTES) return gatewayRefused(413, 'APIGW.0201', 'Request entity too large.');
    const found = route(incoming);
    if (found === null) return gatewayRefused(404, 'APIGW.0101', NO_SUCH_API);
    const { operation } = found;
    if (operation === 'CreateToken') return issueToken(content, credentials.user, incoming, real);
    const turnedAway = authenticate(incoming, found.projectId, real);
    if (turnedAway !== null) return turnedAway;
    const pairs = readQuery(incoming.query);
    if (pairs === null) return refused('CSMS.0003');
    if (!PROJECT_ID.test(found.projectId) || (found.name !== '' && !READABLE_NAME.test(found.name))) return refused('CSMS.0002');
    const json = readJson(incoming.body);
    if (json === null) return refused('CSMS.0004');
    return CARRIED_OUT_BY[operation]({ route: found, query: new Map(pairs), body: json.value, content, unknowns: content.unknowns(), fault, now: emulated });
  };
  return {
    identify: (incoming): Call => {
      const found = route(incoming);
      if (found === null) return { operation: 'Unrouted', scope: null, names: [] };
      return { operation: found.operation, scope: found.projectId || null, names: namesOf(found, incoming) };
    },
    answer,
    error: (_incoming, code, status) => errorOf(code, status),
    throttled: (_incoming, { calls, perSeconds }) =>
      gatewayRefused(429, 'APIGW.0308', `The throttling threshold has been reached: policy user over ratelimit,limit:${calls},time:${perSeconds === 60 ? '1 minute' : `${perSeconds} second`}`),
    settle: ({ emulated }) => eraseDue(content, emulated),
    plant: (seed, { emulated }) => plant(content, seed, emulated),
    empty: () => content.empty(),
    state: ({ emulated }) => stateOf(content, emulated),
  };
};

/**
 * Starts an emulator of CSMS and of IAM's tokens on one loopback port (contracts/huawei-csms.md). Without credentials it
 * takes local-ak/local-sk. Rejects when a seed or fault document is wrong, naming the field, when the port is taken, or
 * when another emulator owns `persistTo`.
 */
export const startCsmsEmulator = (options: EmulatorOptions<CsmsCredentials> = {}): Promise<Emulator<CsmsState>> =>
  start('csms', options, { operations: OPERATIONS, codes: ERROR_CODES }, (store, emulatedNow) => openCloud(store, emulatedNow, options.credentials ?? csmsCredentials({})));
