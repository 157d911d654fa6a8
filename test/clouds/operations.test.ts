import { describe, expect, it } from 'vitest';
import { meaningOf } from '../../lib/clouds/operation.ts';
import { OPERATIONS } from '../../lib/clouds/operations.ts';

describe('the table of operations', () => {
  it('names every call once, and no call that returns a value', () => {
    const names = OPERATIONS.map(({ cloud, name }) => `${cloud} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => /ShowSecretVersion|DescribeSecret|DownloadSecretBlob/.test(name))).toEqual([]);
  });

  it('says of each whether it changes something', () => {
    expect(OPERATIONS.filter(({ changes }) => changes).map(({ cloud, name }) => `${cloud} ${name}`)).toEqual([
      'huawei DeleteSecretForSchedule',
      'huawei RestoreSecret',
      'huawei DeleteSecret',
      'huawei DeleteSecretStage',
      'huawei BatchDeleteSecrets',
      'alibaba DeleteSecret',
    ]);
  });

  it('can be printed', () => {
    expect(JSON.parse(JSON.stringify(OPERATIONS))).toEqual(OPERATIONS);
  });

  it('takes a family of codes together, and a listed member by itself', () => {
    const operation = OPERATIONS.find(({ cloud }) => cloud === 'alibaba');
    if (operation === undefined) throw new Error('no operation');
    expect(meaningOf(operation, 'Throttling.User')).toBe('throttled');
    expect(meaningOf(operation, 'MissingSecurityToken')).toBe('unauthenticated');
    expect(meaningOf(operation, 'MissingNamespaceId')).toBe('terminal');
    expect(meaningOf(operation, 'toString')).toBeNull();
  });
});
