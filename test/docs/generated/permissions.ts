import { ALIBABA_OPERATIONS } from '../../../lib/clouds/alibaba/operations.ts';
import { HUAWEI_OPERATIONS } from '../../../lib/clouds/huawei/operations.ts';
import type { Operation } from '../../../lib/clouds/operation.ts';
import { code, table } from './page.ts';

interface Permission {
  readonly action: string | null;
  readonly why: string;
}

// Huawei's actions, page by page: https://support.huaweicloud.com/intl/en-us/api-dew/Permission.html (identity policies) and
// https://support.huaweicloud.com/eu/api-dew/en-us_topic_0000002768195521.html (roles and policies).
const HUAWEI: Readonly<Record<string, Permission>> = {
  ListSecrets: { action: 'csms:secret:list', why: 'plans, and proofs' },
  ShowSecret: { action: 'csms:secret:get', why: 'named secrets, and proofs' },
  ListSecretVersions: { action: 'csms:secret:listVersion', why: '`doctor` only' },
  ShowSecretStage: { action: 'csms:secret:getStage', why: 'stages asked for, and `doctor`' },
  DeleteSecretForSchedule: { action: 'csms:secret:scheduleDeletion', why: 'quarantine' },
  RestoreSecret: { action: 'csms:secret:restoreSecret', why: 'compensation and undo; `doctor` asks for a name that nobody has' },
  DeleteSecret: { action: 'csms:secret:delete', why: 'named secrets in immediate mode' },
  DeleteSecretStage: { action: 'csms:secret:deleteStage', why: 'stages asked for' },
  BatchDeleteSecrets: { action: 'csms:secret:delete', why: "the purge; under identity policies the vendor's page asks for no permission at all" },
  KeystoneCreateUserTokenByPassword: { action: null, why: 'a user with a password needs no permission to log in' },
};

// `sae:` and the operation; none has a resource of its own (https://www.alibabacloud.com/help/en/sae).
const ALIBABA: Readonly<Record<string, Permission>> = {
  ListSecrets: { action: 'sae:ListSecrets', why: 'plans, dependants, and proofs' },
  DeleteSecret: { action: 'sae:DeleteSecret', why: 'the purge' },
  DescribeNamespaceResources: { action: null, why: 'in the client, called by no function' },
  DescribeChangeOrder: { action: null, why: 'in the client, called by no function' },
};

/** What reads a value: no permission below may be one of these. */
export const VALUE_ACTIONS: readonly string[] = ['csms:secret:getVersion', 'csms:secretVersion:get', 'csms:secret:batchGetSecretValue', 'kms:cmk:decryptDataKey', 'sae:DescribeSecret'];

const permissionOf = (known: Readonly<Record<string, Permission>>, { name }: Operation): Permission => {
  const permission = known[name];
  if (permission === undefined) throw new Error(`nobody has written down which permission ${name} needs`);
  return permission;
};

const actionsOf = (known: Readonly<Record<string, Permission>>, operations: readonly Operation[]): string[] =>
  [...new Set(operations.flatMap((operation) => permissionOf(known, operation).action ?? []))].sort();

export const grantedActions = (): readonly string[] => [...actionsOf(HUAWEI, HUAWEI_OPERATIONS), ...actionsOf(ALIBABA, ALIBABA_OPERATIONS)];

const json = (document: unknown): string => `\`\`\`json\n${JSON.stringify(document, null, 2)}\n\`\`\``;

const rows = (known: Readonly<Record<string, Permission>>, operations: readonly Operation[]): string[][] =>
  operations.map((operation) => {
    const { action, why } = permissionOf(known, operation);
    return [code(operation.name), action === null ? 'none' : code(action), why];
  });

export const huaweiPermissions = (): string =>
  [
    table(['Operation', 'Action', 'For'], rows(HUAWEI, HUAWEI_OPERATIONS)),
    'As a custom policy of IAM, granted for the projects of the scopes and for no other:',
    json({ Version: '1.1', Statement: [{ Effect: 'Allow', Action: actionsOf(HUAWEI, HUAWEI_OPERATIONS) }] }),
  ].join('\n\n');

export const alibabaPermissions = (): string =>
  [
    table(['Operation', 'Action', 'For'], rows(ALIBABA, ALIBABA_OPERATIONS)),
    'As a custom policy of RAM:',
    json({ Version: '1', Statement: [{ Effect: 'Allow', Action: actionsOf(ALIBABA, ALIBABA_OPERATIONS), Resource: '*' }] }),
  ].join('\n\n');
