import { isDeepStrictEqual } from 'node:util';
import { rightsOf } from './rights.ts';
import { type Template, at, ofType, targetOf } from './template.ts';

/** What a function does with queues and ledger, and the variables of its own that name what else it uses. */
interface Work {
  readonly takes?: string;
  readonly drains?: readonly string[];
  readonly sends: readonly string[];
  readonly ledger: readonly string[];
  readonly uses: readonly (keyof typeof USES)[];
}

const USES = {
  PROBATE_HUAWEI_CREDENTIALS: 'secretsmanager:GetSecretValue',
  PROBATE_ALIBABA_CREDENTIALS: 'secretsmanager:GetSecretValue',
  PROBATE_NOTIFY_TOPIC: 'sns:Publish',
} as const;
const CREDENTIALS = ['PROBATE_HUAWEI_CREDENTIALS', 'PROBATE_ALIBABA_CREDENTIALS'] as const;

const WAKE_UPS = ['Deletions', 'Verifications', 'Compensations'] as const;
const QUEUES = ['Decommissions', ...WAKE_UPS] as const;
// What is on record is only ever added to, by one conditional write: whatever else changes a table is nobody's to do.
const WORKER = { sends: WAKE_UPS, ledger: ['GetItem Ledger', 'BatchGetItem Ledger', 'PutItem Ledger'], uses: CREDENTIALS } as const;
const CLERK = { sends: QUEUES, ledger: ['GetItem Ledger', 'Query Ledger', 'PutItem Ledger'] } as const;

export const WORK: Readonly<Record<string, Work>> = {
  Intake: { ...WORKER, takes: 'Decommissions' },
  Delete: { ...WORKER, takes: 'Deletions' },
  Verify: { ...WORKER, takes: 'Verifications' },
  Compensate: { ...WORKER, takes: 'Compensations' },
  Sweep: { ...CLERK, ledger: [...CLERK.ledger, 'Query Ledger/index/due'], uses: [...CREDENTIALS, 'PROBATE_NOTIFY_TOPIC'] },
  Replay: { ...CLERK, drains: QUEUES.map((queue) => `${queue}Dead`), uses: [] },
};

/** Every right that a function's code needs, and no other. */
const rightsDue = (name: string, { takes, drains = [], sends, ledger, uses }: Work, variables: unknown): string[] => {
  const each = (actions: readonly string[], on: readonly string[]): string[] => on.flatMap((resource) => actions.map((action) => `${action} ${resource}`));
  return [
    ...each(['logs:CreateLogStream', 'logs:PutLogEvents'], [`${name}LogGroup`]),
    ...each(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], takes === undefined ? [] : [takes]),
    ...each(['sqs:GetQueueUrl', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'], drains),
    ...each(['sqs:GetQueueUrl', 'sqs:SendMessage'], sends),
    ...ledger.map((right) => `dynamodb:${right}`),
    ...uses.map((variable) => `${USES[variable]} ${JSON.stringify(at(variables, variable))}`),
  ];
};

/** Who may take a role; other accounts' schedules may not have ours run with it. */
const trustOf = (service: 'lambda' | 'scheduler'): unknown => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: `${service}.amazonaws.com` },
      Action: 'sts:AssumeRole',
      ...(service === 'scheduler' ? { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } } : {}),
    },
  ],
});

const problemsOf = ({ Resources }: Template, name: string, service: 'lambda' | 'scheduler', due: readonly string[]): string[] => {
  const { AssumeRolePolicyDocument, Policies, ...others } = Resources[name]?.Properties ?? {};
  const rights = rightsOf({ Policies });
  return [
    ...(isDeepStrictEqual(AssumeRolePolicyDocument, trustOf(service)) ? [] : [`${name} cannot be taken by ${service}, or by others too`]),
    ...Object.keys(others).map((key) => `${name} has ${key}, which nobody asked for`),
    ...due.filter((right) => !rights.includes(right)).map((right) => `${name} lacks ${right}`),
    ...rights.filter((right, index) => !due.includes(right) || rights.indexOf(right) !== index).map((right) => `${name} needs no ${right}`),
  ];
};

/** A role of its own for each function and each schedule, with the rights it needs and no other. */
export const roleProblems = (template: Template): string[] => {
  const { Resources } = template;
  const functions = Object.entries(WORK).flatMap(([name, work]) => {
    const lambda = Resources[`${name}LambdaFunction`]?.Properties;
    return [
      ...(targetOf(lambda?.['Role']) === `${name}Role` ? [] : [`${name}LambdaFunction does not have the role that is its own`]),
      ...problemsOf(template, `${name}Role`, 'lambda', rightsDue(name, work, at(lambda, 'Environment', 'Variables'))),
    ];
  });
  const schedules = ofType(template, 'AWS::Scheduler::Schedule').flatMap(([name, { Properties }]) => {
    const role = targetOf(at(Properties, 'Target', 'RoleArn')) ?? '';
    const lambda = targetOf(at(Properties, 'Target', 'Arn')) ?? '';
    return problemsOf(template, role, 'scheduler', [`lambda:InvokeFunction ${lambda}`]).map((problem) => `${name}: ${problem}`);
  });
  const unknown = ofType(template, 'AWS::Lambda::Function').filter(([name]) => WORK[name.replace('LambdaFunction', '')] === undefined);
  return [...functions, ...schedules, ...unknown.map(([name]) => `nobody has written down what ${name} does`)];
};
