import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import type { SpecDatabase } from '@aws-cdk/service-spec-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ATTRIBUTE_DEFINITIONS, DUE_INDEX, KEY_SCHEMA } from '../../lib/adapters/aws/table.ts';
import { SWEEP_INTERVAL_SECONDS } from '../../lib/workflow/sweep/sweep.ts';
import { readTemplate, removeBuild, runPackage } from './packaged.ts';
import { alarmProblems } from './template/alarm-rules.ts';
import { functionProblems } from './template/function-rules.ts';
import { queueProblems } from './template/queue-rules.ts';
import { referenceProblems } from './template/references.ts';
import { roleProblems } from './template/role-rules.ts';
import { schemaProblems } from './template/schema.ts';
import { type Template, at, isObject, listOf } from './template/template.ts';

const STAGE = 'template-test';
const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret';

const PARAMETERS = {
  huaweiCredentialsArn: `${ARN}:huawei-AbCdEf`,
  alibabaCredentialsArn: `${ARN}:alibaba-AbCdEf`,
  senderArns: 'arn:aws:iam::444455556666:role/cmdb',
  sourceArns: 'arn:aws:sns:eu-west-1:111122223333:gone',
  alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:alarms',
  notifyTopicArn: 'arn:aws:sns:eu-west-1:111122223333:needs-you',
};

let template: Template;
let db: SpecDatabase;

beforeAll(async () => {
  const params = Object.entries(PARAMETERS).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
  const { status, err } = runPackage('--stage', STAGE, '--region', 'eu-west-1', '--policy', 'policies/dev.json', ...params);
  if (status !== 0) throw new Error(err);
  template = readTemplate(STAGE);
  db = await loadAwsServiceSpec();
}, 120_000);

afterAll(() => removeBuild(STAGE));

const problemsOf = (one: Template): string[] => [
  ...schemaProblems(db, one),
  ...referenceProblems(db, one),
  ...queueProblems(one, STAGE),
  ...functionProblems(one, STAGE),
  ...roleProblems(one),
  ...alarmProblems(db, one, STAGE, PARAMETERS.alarmTopicArn),
];

type Tree = Record<string, unknown>;

/** The template with one place of it changed; `null` takes what stands there away. */
const changed = (path: readonly (string | number)[], value: unknown): Template => {
  const copy = structuredClone(template);
  let place: unknown = copy.Resources;
  for (const key of path.slice(0, -1)) place = Array.isArray(place) ? place[Number(key)] : isObject(place) ? place[key] : undefined;
  const last = path.at(-1);
  if (last === undefined || (!isObject(place) && !Array.isArray(place))) throw new Error(`the template has no ${path.join('.')}`);
  if (Array.isArray(place)) place[Number(last)] = value;
  else if (value === null) delete (place as Tree)[last];
  else (place as Tree)[last] = value;
  return copy;
};

describe('the packaged template', () => {
  it("holds against AWS's own resource schemas and every rule of ours", () => {
    expect(problemsOf(template)).toEqual([]);
  });

  it('gives the ledger the keys and the index its adapter asks for', () => {
    expect(template.Resources['Ledger']?.Properties).toMatchObject({
      TableName: `probate-${STAGE}`,
      KeySchema: KEY_SCHEMA,
      AttributeDefinitions: ATTRIBUTE_DEFINITIONS,
      GlobalSecondaryIndexes: [DUE_INDEX],
    });
  });

  it('sweeps as often as the sweep believes it does', () => {
    expect(template.Resources['SweepSchedulerSchedule1']?.Properties['ScheduleExpression']).toBe(`rate(${SWEEP_INTERVAL_SECONDS / 60} minutes)`);
  });

  it('asks of each parameter whether it was given, and of nothing else', () => {
    const given = { HasHuaweiCredentials: 'huaweiCredentialsArn', HasAlibabaCredentials: 'alibabaCredentialsArn', HasSenders: 'senderArns', HasSources: 'sourceArns', HasAlarmTopic: 'alarmTopicArn', HasNotifyTopic: 'notifyTopicArn' } as const;
    expect(template.Conditions).toEqual(Object.fromEntries(Object.entries(given).map(([name, parameter]) => [name, { 'Fn::Not': [{ 'Fn::Equals': [PARAMETERS[parameter], ''] }] }])));
    const roles = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::IAM::Role');
    const asked = roles.flatMap(({ Properties }) => listOf(at(Properties, 'Policies', 0, 'PolicyDocument', 'Statement'))).flatMap((statement) => {
      const [condition, allowed, otherwise] = listOf(at(statement, 'Fn::If'));
      return condition === undefined ? [] : [[condition, at(allowed, 'Resource'), at(otherwise, 'Ref')].join(' ')];
    });
    const uses = (condition: keyof typeof given): string => `${condition} ${PARAMETERS[given[condition]]} AWS::NoValue`;
    expect(asked.toSorted()).toEqual([...Array.from({ length: 5 }, () => uses('HasAlibabaCredentials')), ...Array.from({ length: 5 }, () => uses('HasHuaweiCredentials')), uses('HasNotifyTopic')]);
  });

  it('refers to credentials and holds none', () => {
    const text = JSON.stringify(template);
    expect(text).toContain(`"PROBATE_HUAWEI_CREDENTIALS":"${ARN}:huawei-AbCdEf"`);
    expect(text).not.toMatch(/HUAWEICLOUD_|ALIBABA_CLOUD_/);
  });

  it('H15: lets those send events whom the parameters name, besides replay and sweep, and nobody else', () => {
    const [Resource, noValue] = [{ 'Fn::GetAtt': ['Decommissions', 'Arn'] }, { Ref: 'AWS::NoValue' }];
    const own = [{ 'Fn::GetAtt': ['ReplayRole', 'Arn'] }, { 'Fn::GetAtt': ['SweepRole', 'Arn'] }];
    const [, ...statements] = listOf(at(template.Resources['DecommissionsPolicy'], 'Properties', 'PolicyDocument', 'Statement'));
    const named = { 'Fn::If': ['HasSenders', { 'Fn::Split': [',', { 'Fn::Join': [',', [PARAMETERS.senderArns, ...own]] }] }, own] };
    expect(statements).toEqual([
      { Sid: 'NobodyElse', Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource, Condition: { ArnNotLike: { 'aws:PrincipalArn': named }, Bool: { 'aws:PrincipalIsAWSService': 'false' } } },
      {
        'Fn::If': [
          'HasSenders',
          { Sid: 'Senders', Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sqs:SendMessage', Resource, Condition: { ArnLike: { 'aws:PrincipalArn': { 'Fn::Split': [',', PARAMETERS.senderArns] } } } },
          noValue,
        ],
      },
      {
        'Fn::If': [
          'HasSources',
          { Sid: 'Sources', Effect: 'Allow', Principal: { Service: ['sns.amazonaws.com', 'events.amazonaws.com'] }, Action: 'sqs:SendMessage', Resource, Condition: { ArnLike: { 'aws:SourceArn': { 'Fn::Split': [',', PARAMETERS.sourceArns] } } } },
          noValue,
        ],
      },
    ]);
  });
});

/** Where SweepRole's right to publish stands among its statements. */
const SWEEP_PUBLISHES = 6;
const STATEMENT = ['IntakeRole', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement'] as const;

describe('a template with one fault', () => {
  it.each([
    { fault: 'a queue without dead letters', path: ['Deletions', 'Properties', 'RedrivePolicy'], value: null, problem: 'Deletions has no dead letters' },
    { fault: 'dead letters that are no queue', path: ['Deletions', 'Properties', 'RedrivePolicy', 'deadLetterTargetArn'], value: { 'Fn::GetAtt': ['IntakeRole', 'Arn'] }, problem: 'Deletions has no dead letters' },
    { fault: 'dead letters that go with the living', path: ['DeletionsDead', 'Properties', 'MessageRetentionPeriod'], value: 345_600, problem: 'Deletions does not keep its dead letters as long as it could' },
    { fault: 'too few tries', path: ['Deletions', 'Properties', 'RedrivePolicy', 'maxReceiveCount'], value: 4, problem: 'Deletions gives up before 5 tries' },
    { fault: 'a queue in plain text', path: ['VerificationsDead', 'Properties', 'SqsManagedSseEnabled'], value: null, problem: 'VerificationsDead is not encrypted' },
    { fault: 'a queue without a policy', path: ['CompensationsPolicy'], value: null, problem: 'Compensations can be used without TLS' },
    { fault: 'TLS asked of some', path: ['CompensationsPolicy', 'Properties', 'PolicyDocument', 'Statement', 0, 'Principal'], value: { AWS: 'arn:aws:iam::1:root' }, problem: 'Compensations can be used without TLS' },
    { fault: 'TLS asked on a second condition', path: ['CompensationsPolicy', 'Properties', 'PolicyDocument', 'Statement', 0, 'Condition', 'StringEquals'], value: { 'aws:username': 'x' }, problem: 'Compensations can be used without TLS' },
    { fault: 'a queue open to all', path: ['DeletionsPolicy', 'Properties', 'PolicyDocument', 'Statement', 1], value: { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' }, problem: 'Deletions lets in somebody from outside' },
    { fault: 'no partial batch reply', path: ['IntakeEventSourceMappingSQSDecommissions', 'Properties', 'FunctionResponseTypes'], value: null, problem: 'takes a batch for done whatever the function replies' },
    { fault: 'H31: a visibility below six timeouts', path: ['Decommissions', 'Properties', 'VisibilityTimeout'], value: 359, problem: 'hides its messages for less than 360 seconds' },
    { fault: 'a longer timeout', path: ['DeleteLambdaFunction', 'Properties', 'Timeout'], value: 61, problem: 'hides its messages for less than 366 seconds' },
    { fault: 'a large batch at once', path: ['IntakeEventSourceMappingSQSDecommissions', 'Properties', 'BatchSize'], value: 11, problem: 'has a batch above ten without a window' },
    { fault: 'no limit of concurrency', path: ['IntakeEventSourceMappingSQSDecommissions', 'Properties', 'ScalingConfig'], value: null, problem: 'has no limit of concurrency' },
    { fault: 'an old runtime', path: ['VerifyLambdaFunction', 'Properties', 'Runtime'], value: 'nodejs20.x', problem: 'VerifyLambdaFunction is not nodejs24.x on arm64' },
    { fault: 'a log without an end', path: ['VerifyLogGroup', 'Properties', 'RetentionInDays'], value: null, problem: 'VerifyLambdaFunction keeps its log for ever' },
    { fault: 'a key in a variable', path: ['VerifyLambdaFunction', 'Properties', 'Environment', 'Variables', 'HUAWEICLOUD_SDK_SK'], value: 'x', problem: 'VerifyLambdaFunction holds HUAWEICLOUD_SDK_SK in plain sight' },
    { fault: 'a function without its policy', path: ['VerifyLambdaFunction', 'Properties', 'Environment', 'Variables', 'PROBATE_POLICY'], value: null, problem: 'VerifyLambdaFunction is not told PROBATE_POLICY' },
    { fault: 'a function without its credentials', path: ['SweepLambdaFunction', 'Properties', 'Environment', 'Variables', 'PROBATE_HUAWEI_CREDENTIALS'], value: null, problem: 'SweepLambdaFunction is not told PROBATE_HUAWEI_CREDENTIALS' },
    { fault: 'a shared role', path: ['VerifyLambdaFunction', 'Properties', 'Role'], value: { 'Fn::GetAtt': ['DeleteRole', 'Arn'] }, problem: 'VerifyLambdaFunction does not have the role that is its own' },
    { fault: 'any action', path: [...STATEMENT, 1, 'Action'], value: 'sqs:*', problem: 'IntakeRole needs no sqs:* Decommissions' },
    { fault: 'any resource', path: [...STATEMENT, 1, 'Resource'], value: '*', problem: 'IntakeRole needs no sqs:ReceiveMessage "*"' },
    { fault: 'all resources but one', path: [...STATEMENT, 1, 'NotResource'], value: 'x', problem: 'IntakeRole needs no sqs:ReceiveMessage Decommissions {"effect":"Allow","NotResource":"x"}' },
    { fault: 'rows that may be deleted', path: [...STATEMENT, 3, 'Action'], value: ['dynamodb:GetItem', 'dynamodb:DeleteItem'], problem: 'IntakeRole needs no dynamodb:DeleteItem Ledger' },
    { fault: 'a function that publishes though it is not the sweep', path: [...STATEMENT, 1], value: { Effect: 'Allow', Action: 'sns:Publish', Resource: PARAMETERS.notifyTopicArn }, problem: 'IntakeRole needs no sns:Publish' },
    { fault: 'a sweep that publishes to another topic', path: ['SweepRole', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement', SWEEP_PUBLISHES, 'Fn::If', 1, 'Resource'], value: PARAMETERS.alarmTopicArn, problem: 'SweepRole lacks sns:Publish' },
    { fault: 'a sweep that may do more with its topic', path: ['SweepRole', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement', SWEEP_PUBLISHES, 'Fn::If', 1, 'Action'], value: ['sns:Publish', 'sns:DeleteTopic'], problem: 'SweepRole needs no sns:DeleteTopic' },
    { fault: 'a sweep that may not publish', path: ['SweepRole', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement', SWEEP_PUBLISHES, 'Fn::If', 1, 'Effect'], value: 'Deny', problem: 'SweepRole lacks sns:Publish' },
    { fault: 'a sweep without its topic', path: ['SweepLambdaFunction', 'Properties', 'Environment', 'Variables', 'PROBATE_NOTIFY_TOPIC'], value: null, problem: 'SweepLambdaFunction is not told PROBATE_NOTIFY_TOPIC' },
    { fault: "a policy of AWS's own", path: ['IntakeRole', 'Properties', 'ManagedPolicyArns'], value: ['arn:aws:iam::aws:policy/AdministratorAccess'], problem: 'IntakeRole has ManagedPolicyArns, which nobody asked for' },
    { fault: "a schedule with the function's role", path: ['ReplaySchedulerSchedule1', 'Properties', 'Target', 'RoleArn'], value: { 'Fn::GetAtt': ['ReplayRole', 'Arn'] }, problem: 'ReplayRole cannot be taken by scheduler' },
    { fault: 'a ledger that goes with the stack', path: ['Ledger', 'DeletionPolicy'], value: null, problem: 'Ledger can be deleted with the stack' },
    { fault: 'a ledger anybody may delete', path: ['Ledger', 'Properties', 'DeletionProtectionEnabled'], value: false, problem: 'Ledger can be deleted with the stack' },
    { fault: 'a ledger without its past', path: ['Ledger', 'Properties', 'PointInTimeRecoverySpecification'], value: null, problem: 'Ledger cannot be set back in time' },
    { fault: 'a ledger under a key of AWS', path: ['Ledger', 'Properties', 'SSESpecification'], value: null, problem: 'Ledger is not encrypted with a key of the account' },
    { fault: 'capacity bought ahead', path: ['Ledger', 'Properties', 'BillingMode'], value: 'PROVISIONED', problem: 'Ledger is not billed by request' },
    { fault: 'dead letters nobody hears of', path: ['DeletionsDeadLetters'], value: null, problem: 'nobody hears of ApproximateNumberOfMessagesVisible of DeletionsDead' },
    { fault: 'a backlog nobody hears of', path: ['VerificationsAge'], value: null, problem: 'nobody hears of ApproximateAgeOfOldestMessage of Verifications' },
    { fault: 'errors nobody hears of', path: ['CompensateErrors'], value: null, problem: 'nobody hears of Errors of CompensateLambdaFunction' },
    { fault: 'throttles nobody hears of', path: ['CompensateThrottles'], value: null, problem: 'nobody hears of Throttles of CompensateLambdaFunction' },
    { fault: 'a schedule that stops unheard', path: ['ReplayMissed'], value: null, problem: 'nobody hears of Invocations of ReplayLambdaFunction' },
    { fault: 'failed compensations nobody hears of', path: ['CompensationsFailed'], value: null, problem: 'nobody hears of SagasReached of compensation-failed' },
    { fault: 'findings nobody hears of', path: ['FoundBySweep'], value: null, problem: 'nobody hears of FoundBySweep of linked' },
    { fault: 'a blind sweep nobody hears of', path: ['ListsNotBelieved'], value: null, problem: 'nobody hears of ListsNotBelieved' },
    { fault: 'digests that go nowhere', path: ['DigestsUntold'], value: null, problem: 'nobody hears of DigestsUntold' },
    { fault: 'a queue under another name', path: ['Deletions', 'Properties', 'QueueName'], value: 'probate-deletions', problem: `there is no queue probate-${STAGE}-deletions` },
    { fault: 'a queue nobody works off', path: ['VerifyEventSourceMappingSQSVerifications'], value: null, problem: 'VerifyLambdaFunction is not given what Verifications has' },
    { fault: 'a queue whose function is switched off', path: ['CompensateEventSourceMappingSQSCompensations', 'Properties', 'Enabled'], value: false, problem: 'CompensateLambdaFunction is not given what Compensations has' },
    { fault: 'a saga that waits its seventeenth time', path: ['DeleteLambdaFunction', 'Properties', 'RecursiveLoop'], value: null, problem: 'DeleteLambdaFunction is stopped after sixteen messages of one saga' },
    { fault: 'a loop nobody meant', path: ['IntakeLambdaFunction', 'Properties', 'RecursiveLoop'], value: 'Allow', problem: 'IntakeLambdaFunction may loop, and has no cause to' },
    { fault: 'a function too short for a call', path: ['CompensateLambdaFunction', 'Properties', 'Timeout'], value: 55, problem: 'CompensateLambdaFunction has no time for a call' },
    { fault: "another function's package", path: ['CompensateLambdaFunction', 'Properties', 'Handler'], value: 'functions/delete.handler', problem: 'CompensateLambdaFunction is not the handler of its package' },
    { fault: 'a function of another stage', path: ['VerifyLambdaFunction', 'Properties', 'Environment', 'Variables', 'PROBATE_STAGE'], value: 'prod', problem: `VerifyLambdaFunction is not told PROBATE_STAGE as ${STAGE}` },
    { fault: 'a log that is soon gone', path: ['VerifyLogGroup', 'Properties', 'RetentionInDays'], value: 30, problem: 'VerifyLambdaFunction keeps its log for less than 90 days' },
    { fault: 'a sweep that never comes', path: ['SweepSchedulerSchedule1', 'Properties', 'State'], value: 'DISABLED', problem: 'SweepLambdaFunction never comes by itself' },
    { fault: 'a draining that meets the next one', path: ['ReplaySchedulerSchedule1', 'Properties', 'ScheduleExpression'], value: 'rate(4 minutes)', problem: 'ReplayLambdaFunction may still be at work when it comes again' },
    { fault: 'a right too few', path: [...STATEMENT, 2, 'Resource', 2], value: { 'Fn::GetAtt': ['Deletions', 'Arn'] }, problem: 'IntakeRole lacks sqs:SendMessage Compensations' },
    { fault: 'a right that is denied', path: [...STATEMENT, 3, 'Effect'], value: 'Deny', problem: 'IntakeRole lacks dynamodb:PutItem Ledger' },
    { fault: 'a role for whoever asks', path: ['IntakeRole', 'Properties', 'AssumeRolePolicyDocument', 'Statement', 0, 'Principal'], value: { AWS: '*' }, problem: 'IntakeRole cannot be taken by lambda, or by others too' },
    { fault: "a role for other accounts' schedules", path: ['SweepScheduleRole', 'Properties', 'AssumeRolePolicyDocument', 'Statement', 0, 'Condition'], value: null, problem: 'SweepScheduleRole cannot be taken by scheduler, or by others too' },
    { fault: 'a schedule that may not invoke', path: ['SweepScheduleRole', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement', 0, 'Resource'], value: { 'Fn::GetAtt': ['ReplayLambdaFunction', 'Arn'] }, problem: 'SweepScheduleRole lacks lambda:InvokeFunction SweepLambdaFunction' },
    { fault: 'a function nobody knows', path: ['OtherLambdaFunction'], value: { Type: 'AWS::Lambda::Function', Properties: {} }, problem: 'nobody has written down what OtherLambdaFunction does' },
    { fault: 'an alarm nobody hears', path: ['CompensationsFailed', 'Properties', 'AlarmActions'], value: null, problem: 'CompensationsFailed tells nobody' },
    { fault: 'an alarm that is switched off', path: ['CompensationsFailed', 'Properties', 'ActionsEnabled'], value: false, problem: 'CompensationsFailed tells nobody' },
    { fault: 'an alarm on a state that is spelt otherwise', path: ['SagasParked', 'Properties', 'Dimensions', 1, 'Value'], value: 'Parked', problem: 'SagasParked waits for SagasReached of Parked, which is never told' },
    { fault: 'an alarm of another stage', path: ['SagasParked', 'Properties', 'Dimensions', 0, 'Value'], value: 'prod', problem: 'nobody hears of SagasReached of parked' },
    { fault: 'an alarm on a dimension too few', path: ['CancellationsFailing', 'Properties', 'Dimensions', 1], value: { Name: 'Stage', Value: STAGE }, problem: 'nobody hears of Waits of not-cancelled' },
    { fault: 'an alarm in a namespace nobody writes to', path: ['DigestsUntold', 'Properties', 'Namespace'], value: 'probate', problem: 'nobody hears of DigestsUntold' },
    { fault: "an alarm on a dimension AWS does not have", path: ['DeletionsAge', 'Properties', 'Dimensions', 0, 'Name'], value: 'Queue', problem: 'DeletionsAge watches what nobody publishes' },
    { fault: "an alarm on a queue's ARN", path: ['DeletionsAge', 'Properties', 'Dimensions', 0, 'Value'], value: { 'Fn::GetAtt': ['Deletions', 'Arn'] }, problem: 'DeletionsAge watches what nobody publishes' },
    { fault: 'an alarm that the second time sets off', path: ['MessagesParked', 'Properties', 'Threshold'], value: 1, problem: 'MessagesParked has Threshold 1, not 0' },
    { fault: 'an alarm that an average hides', path: ['DeletionsDeadLetters', 'Properties', 'Statistic'], value: 'Average', problem: 'DeletionsDeadLetters has Statistic "Average", not "Maximum"' },
    { fault: 'a missed sweep that counts as rest', path: ['SweepMissed', 'Properties', 'TreatMissingData'], value: 'notBreaching', problem: 'SweepMissed has TreatMissingData "notBreaching", not "breaching"' },
    { fault: 'an alarm that must go on for long', path: ['VerifyErrors', 'Properties', 'EvaluationPeriods'], value: 2, problem: 'VerifyErrors has EvaluationPeriods 2, not 1' },
    { fault: 'an alarm that comes too late', path: ['SweepMissed', 'Properties', 'Period'], value: 3_600, problem: 'SweepMissed sounds later than after 1800 seconds' },
    { fault: 'an alarm for what is only tried again', path: ['Deletions', 'Properties', 'VisibilityTimeout'], value: 600, problem: 'DeletionsAge sounds for a message that is only tried again' },
    { fault: 'a reference to no attribute', path: ['Deletions', 'Properties', 'RedrivePolicy', 'deadLetterTargetArn'], value: { 'Fn::GetAtt': ['DeletionsDead'] }, problem: 'asks for no attribute of anything' },
    { fault: 'a misspelt property', path: ['Deletions', 'Properties', 'VisibilityTimeOut'], value: 360, problem: 'Deletions.VisibilityTimeOut is no property' },
    { fault: 'a misspelt property further down', path: ['Ledger', 'Properties', 'SSESpecification', 'Enabled'], value: true, problem: 'Ledger.SSESpecification.Enabled is no property' },
    { fault: 'a required property left out', path: ['IntakeRole', 'Properties', 'AssumeRolePolicyDocument'], value: null, problem: 'IntakeRole.AssumeRolePolicyDocument is missing' },
    { fault: 'a number in words', path: ['Deletions', 'Properties', 'VisibilityTimeout'], value: 'six minutes', problem: 'Deletions.VisibilityTimeout must be a whole number' },
    { fault: 'a value that is not on the list', path: ['VerifyLogGroup', 'Properties', 'RetentionInDays'], value: 91, problem: 'VerifyLogGroup.RetentionInDays must be one of' },
    { fault: 'a type nobody knows', path: ['Deletions', 'Type'], value: 'AWS::SQS::Kueue', problem: 'AWS::SQS::Kueue is no type of resource' },
    { fault: 'a reference to nothing', path: ['Deletions', 'Properties', 'QueueName'], value: { Ref: 'Nothing' }, problem: 'Deletions.QueueName names Nothing, which is no resource' },
    { fault: 'an attribute nobody has', path: [...STATEMENT, 1, 'Resource'], value: { 'Fn::GetAtt': ['Deletions', 'Arm'] }, problem: 'asks for Arm, which AWS::SQS::Queue does not have' },
    { fault: 'a text with a reference to nothing', path: ['Deletions', 'Properties', 'QueueName'], value: { 'Fn::Sub': '${Nothing.Arn}' }, problem: 'names Nothing, which is no resource' },
    { fault: 'a condition nobody wrote', path: ['IntakeErrors', 'Properties', 'AlarmActions'], value: { 'Fn::If': ['HasNothing', [], []] }, problem: 'asks for the condition HasNothing, which is not there' },
  ])('is told: $fault', ({ path, value, problem }) => {
    expect(problemsOf(changed(path, value)).join('\n')).toContain(problem);
  });
});
