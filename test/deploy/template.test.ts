import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import type { SpecDatabase } from '@aws-cdk/service-spec-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ATTRIBUTE_DEFINITIONS, DUE_INDEX, KEY_SCHEMA } from '../../lib/adapters/aws/table.ts';
import { SWEEP_INTERVAL_SECONDS } from '../../lib/workflow/sweep.ts';
import { readTemplate, removeBuild, runPackage } from './packaged.ts';
import { alarmProblems } from './template/alarm-rules.ts';
import { functionProblems } from './template/function-rules.ts';
import { queueProblems } from './template/queue-rules.ts';
import { referenceProblems } from './template/references.ts';
import { schemaProblems } from './template/schema.ts';
import { type Template, at, branches, isObject } from './template/template.ts';

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

const problemsOf = (one: Template): string[] => [...schemaProblems(db, one), ...referenceProblems(db, one), ...queueProblems(one), ...functionProblems(one), ...alarmProblems(one)];

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

  it('lets the sweep publish to the topic of the parameter, and lets nobody publish without one', () => {
    expect(branches(at(template.Resources['SweepRole'], 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement'))).toContainEqual({ Effect: 'Allow', Action: 'sns:Publish', Resource: PARAMETERS.notifyTopicArn });
    expect(template.Conditions['HasNotifyTopic']).toEqual({ 'Fn::Not': [{ 'Fn::Equals': [PARAMETERS.notifyTopicArn, ''] }] });
  });

  it('refers to credentials and holds none', () => {
    const text = JSON.stringify(template);
    expect(text).toContain(`"PROBATE_HUAWEI_CREDENTIALS":"${ARN}:huawei-AbCdEf"`);
    expect(text).not.toMatch(/HUAWEICLOUD_|ALIBABA_CLOUD_/);
  });

  it('H15: lets those send events whom the parameters name, besides replay and sweep', () => {
    const statements = template.Resources['DecommissionsPolicy']?.Properties['PolicyDocument'];
    expect(JSON.stringify(statements)).toContain('"aws:PrincipalArn":{"Fn::Split":[",","arn:aws:iam::444455556666:role/cmdb"]}');
    expect(branches(at(statements, 'Statement'))).toContainEqual({
      Sid: 'Sources',
      Effect: 'Allow',
      Principal: { Service: ['sns.amazonaws.com', 'events.amazonaws.com'] },
      Action: 'sqs:SendMessage',
      Resource: { 'Fn::GetAtt': ['Decommissions', 'Arn'] },
      Condition: { ArnLike: { 'aws:SourceArn': { 'Fn::Split': [',', PARAMETERS.sourceArns] } } },
    });
    expect(JSON.stringify(statements)).toContain('{"Fn::Join":[",",["arn:aws:iam::444455556666:role/cmdb",{"Fn::GetAtt":["ReplayRole","Arn"]},{"Fn::GetAtt":["SweepRole","Arn"]}]]}');
  });
});

/** Where SweepRole's right to publish stands among its statements. */
const SWEEP_PUBLISHES = 6;
const STATEMENT = ['IntakeRole', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement'] as const;

describe('a template with one fault', () => {
  it.each([
    { fault: 'a queue without dead letters', path: ['Deletions', 'Properties', 'RedrivePolicy'], value: null, problem: 'Deletions has no dead letters' },
    { fault: 'dead letters that are no queue', path: ['Deletions', 'Properties', 'RedrivePolicy', 'deadLetterTargetArn'], value: { 'Fn::GetAtt': ['IntakeRole', 'Arn'] }, problem: 'Deletions has no dead letters' },
    { fault: 'dead letters that go with the living', path: ['DeletionsDead', 'Properties', 'MessageRetentionPeriod'], value: 345_600, problem: 'Deletions keeps its dead letters no longer' },
    { fault: 'too few tries', path: ['Deletions', 'Properties', 'RedrivePolicy', 'maxReceiveCount'], value: 4, problem: 'Deletions gives up before 5 tries' },
    { fault: 'a queue in plain text', path: ['VerificationsDead', 'Properties', 'SqsManagedSseEnabled'], value: null, problem: 'VerificationsDead is not encrypted' },
    { fault: 'a queue without a policy', path: ['CompensationsPolicy'], value: null, problem: 'Compensations can be used without TLS' },
    { fault: 'TLS asked of some', path: ['CompensationsPolicy', 'Properties', 'PolicyDocument', 'Statement', 0, 'Principal'], value: { AWS: 'arn:aws:iam::1:root' }, problem: 'Compensations can be used without TLS' },
    { fault: 'TLS asked on a second condition', path: ['CompensationsPolicy', 'Properties', 'PolicyDocument', 'Statement', 0, 'Condition', 'StringEquals'], value: { 'aws:username': 'x' }, problem: 'Compensations can be used without TLS' },
    { fault: 'a queue open to all', path: ['DeletionsPolicy', 'Properties', 'PolicyDocument', 'Statement', 1], value: { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' }, problem: 'Deletions lets in somebody who is not named' },
    { fault: 'events from whoever may', path: ['DecommissionsPolicy', 'Properties', 'PolicyDocument', 'Statement', 1], value: { Effect: 'Deny' }, problem: 'Decommissions takes events from any identity' },
    { fault: 'no partial batch reply', path: ['IntakeEventSourceMappingSQSDecommissions', 'Properties', 'FunctionResponseTypes'], value: null, problem: 'takes a batch for done whatever the function replies' },
    { fault: 'H31: a visibility below six timeouts', path: ['Decommissions', 'Properties', 'VisibilityTimeout'], value: 359, problem: 'hides its messages for less than 360 seconds' },
    { fault: 'a longer timeout', path: ['DeleteLambdaFunction', 'Properties', 'Timeout'], value: 61, problem: 'hides its messages for less than 366 seconds' },
    { fault: 'a large batch at once', path: ['IntakeEventSourceMappingSQSDecommissions', 'Properties', 'BatchSize'], value: 11, problem: 'has a batch above ten without a window' },
    { fault: 'no limit of concurrency', path: ['IntakeEventSourceMappingSQSDecommissions', 'Properties', 'ScalingConfig'], value: null, problem: 'has no limit of concurrency' },
    { fault: 'an old runtime', path: ['VerifyLambdaFunction', 'Properties', 'Runtime'], value: 'nodejs20.x', problem: 'VerifyLambdaFunction is not nodejs24.x on arm64' },
    { fault: 'a log without an end', path: ['VerifyLogGroup', 'Properties', 'RetentionInDays'], value: null, problem: 'VerifyLambdaFunction keeps its log for ever' },
    { fault: 'a key in a variable', path: ['VerifyLambdaFunction', 'Properties', 'Environment', 'Variables', 'HUAWEICLOUD_SDK_SK'], value: 'x', problem: 'VerifyLambdaFunction holds HUAWEICLOUD_SDK_SK in plain sight' },
    { fault: 'a function without its policy', path: ['VerifyLambdaFunction', 'Properties', 'Environment', 'Variables', 'PROBATE_POLICY'], value: null, problem: 'VerifyLambdaFunction is not told PROBATE_POLICY' },
    { fault: 'a function without its credentials', path: ['SweepLambdaFunction', 'Properties', 'Environment', 'Variables', 'PROBATE_HUAWEI_CREDENTIALS'], value: null, problem: `SweepLambdaFunction is not told of ${PARAMETERS.huaweiCredentialsArn}` },
    { fault: 'a shared role', path: ['VerifyLambdaFunction', 'Properties', 'Role'], value: { 'Fn::GetAtt': ['DeleteRole', 'Arn'] }, problem: 'DeleteRole belongs to two functions' },
    { fault: 'any action', path: [...STATEMENT, 1, 'Action'], value: 'sqs:*', problem: 'IntakeRole allows sqs:*' },
    { fault: 'any resource', path: [...STATEMENT, 1, 'Resource'], value: '*', problem: 'IntakeRole allows sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes on more than it names' },
    { fault: 'all resources but one', path: [...STATEMENT, 1, 'NotResource'], value: 'x', problem: 'IntakeRole allows all but something' },
    { fault: 'rows that may be deleted', path: [...STATEMENT, 3, 'Action'], value: ['dynamodb:GetItem', 'dynamodb:DeleteItem'], problem: 'IntakeRole may change the ledger by dynamodb:DeleteItem' },
    { fault: 'a function that publishes though it is not the sweep', path: [...STATEMENT, 1], value: { Effect: 'Allow', Action: 'sns:Publish', Resource: PARAMETERS.notifyTopicArn }, problem: 'IntakeRole may use sns:Publish on what is not its topic' },
    { fault: 'a sweep that publishes to another topic', path: ['SweepRole', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement', SWEEP_PUBLISHES, 'Fn::If', 1, 'Resource'], value: PARAMETERS.alarmTopicArn, problem: 'SweepRole may use sns:Publish on what is not its topic' },
    { fault: 'a sweep that may do more with its topic', path: ['SweepRole', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement', SWEEP_PUBLISHES, 'Fn::If', 1, 'Action'], value: ['sns:Publish', 'sns:DeleteTopic'], problem: 'SweepRole may use sns:Publish,sns:DeleteTopic' },
    { fault: 'a sweep that may not publish', path: ['SweepRole', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement', SWEEP_PUBLISHES, 'Fn::If', 1, 'Effect'], value: 'Deny', problem: 'SweepLambdaFunction is told of a topic that it may not publish to' },
    { fault: 'a sweep without its topic', path: ['SweepLambdaFunction', 'Properties', 'Environment', 'Variables', 'PROBATE_NOTIFY_TOPIC'], value: null, problem: 'SweepRole may use sns:Publish on what is not its topic' },
    { fault: "a policy of AWS's own", path: ['IntakeRole', 'Properties', 'ManagedPolicyArns'], value: ['arn:aws:iam::aws:policy/AdministratorAccess'], problem: "IntakeRole takes over a policy of somebody else's" },
    { fault: "a schedule with the function's role", path: ['ReplaySchedulerSchedule1', 'Properties', 'Target', 'RoleArn'], value: { 'Fn::GetAtt': ['ReplayRole', 'Arn'] }, problem: 'ReplaySchedulerSchedule1 has a role that the scheduler cannot take' },
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
