import { describe, expect, it } from 'vitest';
import { instancesOf } from '../../events/instances.ts';
import { aCopy, aHuaweiInstance, accepted, anAlibabaInstance, anEvent } from './builders.ts';

const merged = (...instances: readonly unknown[]): unknown => instancesOf(accepted(anEvent(instances)));
const stage = (name: string): Record<string, unknown> => ({ secretName: 'shared-db', stage: name });

describe('an instance named twice in one event is one', () => {
  it('with the union of what was named', () => {
    expect(
      merged(
        aHuaweiInstance({ secretNames: ['a', 'b'], stages: [stage('r-1')], copies: [aCopy('16')] }),
        aHuaweiInstance({ secretNames: ['b', 'c'], stages: [stage('r-1'), stage('r-2')], copies: [aCopy('16'), aCopy('17')] }),
        aHuaweiInstance(),
      ),
    ).toEqual([aHuaweiInstance({ secretNames: ['a', 'b', 'c'], stages: [stage('r-1'), stage('r-2')], copies: [aCopy('16'), aCopy('17')] })]);
  });

  it('and what a list names twice counts once', () => {
    expect(merged(aHuaweiInstance({ secretNames: ['a', 'a'] }), anAlibabaInstance({ secretIds: ['17', '17', '18'] }))).toEqual([
      aHuaweiInstance({ secretNames: ['a'] }),
      anAlibabaInstance(),
    ]);
  });

  it('an empty list is no list', () => {
    expect(merged(aHuaweiInstance({ secretNames: [], copies: [] }))).toEqual([aHuaweiInstance()]);
  });

  it('two instances stay two', () => {
    const other = aHuaweiInstance({ instanceId: `${'3'.repeat(32)}in01` });
    expect(merged(aHuaweiInstance(), other)).toEqual([aHuaweiInstance(), other]);
  });
});

describe('secrets of one namespace', () => {
  it('stay apart where they share no id, since their ids tell them apart', () => {
    const other = anAlibabaInstance({ secretIds: ['19'] });
    expect(merged(anAlibabaInstance(), other)).toEqual([anAlibabaInstance(), other]);
  });

  it('are one where an id is named in both, also by way of a third', () => {
    expect(merged(anAlibabaInstance({ secretIds: ['1'] }), anAlibabaInstance({ secretIds: ['2'] }), anAlibabaInstance({ secretIds: ['1', '2'] }))).toEqual([
      anAlibabaInstance({ secretIds: ['1', '2'] }),
    ]);
  });

  it('H5: the same id in another namespace is another secret', () => {
    const other = anAlibabaInstance({ namespaceId: 'cn-beijing:prod' });
    expect(merged(anAlibabaInstance(), other)).toEqual([anAlibabaInstance(), other]);
  });
});
