import type { Problem } from '../events/problems.ts';
import { nearest } from '../events/nearest.ts';
import { PackagingRefused } from './refused.ts';

interface Form {
  readonly form: RegExp;
  readonly remedy: string;
  /** Several of them, parted by commas. */
  readonly many?: true;
}

const ACCOUNT = '[0-9]{12}';
const ARN = 'arn:aws[a-z-]*';

// Secrets Manager finds a secret without the six characters it added to the name; a role's policy that lacks them allows nothing
// (https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html).
const secret: Form = { form: new RegExp(`^${ARN}:secretsmanager:[a-z0-9-]+:${ACCOUNT}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$`), remedy: 'give the whole ARN of a secret, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX, with the six characters at its end' };
const topic: Form = { form: new RegExp(`^${ARN}:sns:[a-z0-9-]+:${ACCOUNT}:[A-Za-z0-9_-]{1,256}$`), remedy: 'give the ARN of a standard SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME' };

/** The parameters of serverless.yml, and what each must look like: CloudFormation would take any text, and the stage fail later. */
const FORMS: Readonly<Record<string, Form>> = {
  huaweiCredentialsArn: secret,
  alibabaCredentialsArn: secret,
  // A wildcard for the account, or for the whole of a name, would let anybody send deletions.
  senderArns: {
    form: new RegExp(`^${ARN}:(iam::${ACCOUNT}:(role|user)/[A-Za-z0-9/_+=.@-]*[A-Za-z0-9][A-Za-z0-9/_+=.@*-]*)$`),
    remedy: 'give ARNs of roles or users, arn:aws:iam::ACCOUNT:role/NAME, comma separated; a * may stand for part of the name',
    many: true,
  },
  sourceArns: {
    form: new RegExp(`^${ARN}:(sns:[a-z0-9-]+:${ACCOUNT}:[A-Za-z0-9_-]{1,256}|events:[a-z0-9-]+:${ACCOUNT}:rule/[A-Za-z0-9._/-]+)$`),
    remedy: 'give ARNs of SNS topics or EventBridge rules, arn:aws:events:REGION:ACCOUNT:rule/NAME, comma separated',
    many: true,
  },
  alarmTopicArn: topic,
  notifyTopicArn: topic,
};

export const PARAMETERS: readonly string[] = Object.keys(FORMS);

const problem = (path: string, message: string, remedy: string): Problem => ({ file: 'command line', path, message, remedy });

const problemOf = (text: string): Problem | null => {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
  if (form === undefined) {
    const near = nearest(name === '' ? text : name, PARAMETERS);
    return problem(`--param ${name === '' ? text : name}`, 'is no parameter', `${near === null ? '' : `did you mean ${near}? `}give NAME=VALUE; the names are ${PARAMETERS.join(', ')}`);
  }
  const values = form.many === true ? value.split(',') : [value];
  return value === '' || values.every((one) => form.form.test(one)) ? null : problem(`--param ${name}`, `is ${JSON.stringify(value)}`, form.remedy);
};

const optionProblems = (stage: string, region: string | undefined): Problem[] => [
  ...(/^[A-Za-z0-9-]{1,40}$/.test(stage) ? [] : [problem('--stage', `is ${JSON.stringify(stage)}`, 'a stage has 1 to 40 letters, digits and hyphens')]),
  ...(region === undefined || /^[a-z]{2,}(-[a-z0-9]+)+$/.test(region) ? [] : [problem('--region', `is ${JSON.stringify(region)}`, 'give a region such as eu-west-1')]),
];

/** Throws PackagingRefused, naming each that is wrong, unless stage, region and every `--param NAME=VALUE` have their form. */
export const checkParameters = (stage: string, region: string | undefined, params: readonly string[]): void => {
  const problems = [...optionProblems(stage, region), ...params.flatMap((text) => problemOf(text) ?? [])];
  if (problems.length > 0) throw new PackagingRefused(problems);
};
