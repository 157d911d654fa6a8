import { decodeStrictly, type Incoming } from '../wire.ts';

export const OPERATIONS = [
  'CreateToken',
  'ListSecrets',
  'ShowSecret',
  'CreateSecret',
  'UpdateSecret',
  'DeleteSecret',
  'DeleteSecretForSchedule',
  'RestoreSecret',
  'BatchDeleteSecrets',
  'CreateSecretVersion',
  'ListSecretVersions',
  'ShowSecretVersion',
  'CreateSecretStage',
  'ShowSecretStage',
  'UpdateSecretStage',
  'DeleteSecretStage',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** `part` is the version id or the stage's name, where the path has one. */
export interface Route {
  readonly operation: Operation;
  readonly projectId: string;
  readonly name: string;
  readonly part: string;
}

/** Written without the secret's name, the paths below /v1/{project_id}/secrets; `*` stands for a name or a part. */
const PATHS: Readonly<Record<string, Operation>> = {
  'GET ': 'ListSecrets',
  'POST ': 'CreateSecret',
  'POST batch-delete': 'BatchDeleteSecrets',
  'GET *': 'ShowSecret',
  'PUT *': 'UpdateSecret',
  'DELETE *': 'DeleteSecret',
  'POST */scheduled-deleted-tasks/create': 'DeleteSecretForSchedule',
  'POST */scheduled-deleted-tasks/cancel': 'RestoreSecret',
  'POST */versions': 'CreateSecretVersion',
  'GET */versions': 'ListSecretVersions',
  'GET */versions/*': 'ShowSecretVersion',
  'POST */stages': 'CreateSecretStage',
  'GET */stages/*': 'ShowSecretStage',
  'PUT */stages/*': 'UpdateSecretStage',
  'DELETE */stages/*': 'DeleteSecretStage',
};

const FIXED = new Set(['scheduled-deleted-tasks', 'create', 'cancel', 'versions', 'stages']);

/** Which operation a request is (contracts/huawei-csms.md, section 1), or null: the gateway has no such API. */
export const route = ({ method, path }: Pick<Incoming, 'method' | 'path'>): Route | null => {
  if (method === 'POST' && path === '/v3/auth/tokens') return { operation: 'CreateToken', projectId: '', name: '', part: '' };
  const [start, version, projectId, secrets, ...rest] = path.split('/').map((segment) => decodeStrictly(segment) ?? '%');
  if (start !== '' || version !== 'v1' || projectId === undefined || secrets !== 'secrets') return null;
  const [name = '', , part = ''] = rest;
  const whole = rest.length === 0 || (rest.length === 1 && (name === '' || name === 'batch-delete')) ? PATHS[`${method} ${name}`] : undefined;
  if (whole !== undefined) return { operation: whole, projectId, name: '', part: '' };
  // The first and the third segment are a name and a part even where they spell a fixed word: a secret may be called "stages".
  const shape = rest.map((segment, place) => (place === 0 || (place === 2 && !(rest[1] === 'scheduled-deleted-tasks' && FIXED.has(segment))) ? '*' : segment)).join('/');
  const operation = name === '' ? undefined : PATHS[`${method} ${shape}`];
  return operation === undefined ? null : { operation, projectId, name, part };
};
