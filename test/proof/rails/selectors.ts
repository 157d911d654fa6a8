import type { Mutant } from '../mutant.ts';

/** What a call may be aimed at: never an empty selector, a type or a stage that nobody listed. */
export const SELECTOR_RAILS: readonly Mutant[] = [
  {
    name: 'selector-brand',
    about: 'H1',
    file: 'events/ids.ts',
    from: `.brand<'InstanceId'>()`,
    to: '',
    guard: { by: 'types', file: 'test/saga/plan.test.ts' },
  },
  {
    name: 'selector-encoder',
    about: 'H1',
    file: 'lib/clouds/huawei/batch.ts',
    from: '{ instance_id: InstanceId, instance_type: InstanceType }',
    to: '{ instance_id: z.string(), instance_type: z.string() }',
    guard: { by: 'tests', files: ['test/clouds/csms-requests.test.ts'] },
  },
  {
    name: 'instance-type',
    about: 'H2',
    file: 'events/decommissioned-instance.ts',
    from: 'instanceType: InstanceType,',
    to: `instanceType: z.catch(InstanceType, 'RDS'),`,
    guard: { by: 'tests', files: ['test/events/parse.test.ts'] },
  },
  {
    name: 'instance-type-of-the-id',
    about: 'H2',
    file: 'events/decommissioned-instance.ts',
    from: `isDatabaseId(instanceId) === (instanceType !== 'APIG')`,
    to: `instanceId !== instanceType`,
    guard: { by: 'tests', files: ['test/events/parse.test.ts'] },
  },
  {
    name: 'stage-SYSCURRENT',
    about: 'design, Order inside the purge',
    file: 'events/ids.ts',
    from: `name !== 'SYSCURRENT' && `,
    to: '',
    guard: { by: 'tests', files: ['test/clouds/csms-requests.test.ts', 'test/events/parse.test.ts'] },
  },
  {
    name: 'stage-SYSPREVIOUS',
    about: 'design, Order inside the purge',
    file: 'events/ids.ts',
    from: ` && name !== 'SYSPREVIOUS'`,
    to: '',
    guard: { by: 'tests', files: ['test/clouds/csms-requests.test.ts', 'test/events/parse.test.ts'] },
  },
];
