import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readNotifyTopic } from '../../../lib/adapters/aws/notify-topic.ts';
import { readAwsSettings } from '../../../lib/adapters/aws/settings.ts';
import { fetchSecret } from '../../../lib/adapters/secrets-manager/fetch-secret.ts';
import { readCloudSettings } from '../../../lib/clouds/settings.ts';
import { REFERENCES, withCredentials } from '../../../lib/workflow/wiring/credentials.ts';
import { openStore } from '../../../lib/workflow/wiring/open-store.ts';
import { cloudFormationTags } from '../../../local/serverless/tags.ts';
import { at, isObject } from '../../deploy/template/template.ts';
import { silentProgram } from '../program.ts';
import { code, table } from './page.ts';

/** A text that does not do, and what reads it. */
interface Wrong {
  readonly text: string;
  readonly read: (env: Readonly<Record<string, string>>) => unknown;
}

interface Variable {
  readonly what: string;
  /** What holds where it is absent or blank. */
  readonly without: string;
  /** Words where nothing here reads more into it than that it is there. */
  readonly wrong: Wrong | string;
  /** Where neither serverless.yml nor the secret of a cloud says it. */
  readonly onLambda?: string;
}

type Variables = Readonly<Record<string, Variable>>;

const NOBODY_SETS = 'not set';
const BY_LAMBDA = 'set by Lambda itself';

const credential: Wrong = { text: 'two words', read: readCloudSettings };
const endpoint: Wrong = { text: 'http://cloud.example', read: readCloudSettings };
const proxy: Wrong = { text: 'proxy:3128', read: readCloudSettings };
const awsEndpoint: Wrong = { text: 'http://aws.example', read: (env) => readAwsSettings({ AWS_REGION: 'eu-west-1', PROBATE_STAGE: 'dev', ...env }) };
const reference: Wrong = { text: 'my-secret', read: (env) => withCredentials(env, fetchSecret) };

const ANY_TEXT = 'any text is taken; a cloud refuses the wrong one';

const OPTIONS: Variables = {
  PROBATE_POLICY: { what: 'the [policy](policy.md)’s file', without: 'a command that needs one ends; a function does not start', wrong: 'named with file, field and remedy' },
  PROBATE_STATE: { what: 'the folder of ledger and queues on one machine', without: '`.probate`', wrong: 'a folder that cannot be used is named' },
  PROBATE_STACK: { what: 'where ledger and queues are: `embedded` or `aws`', without: '`embedded`', wrong: { text: 'both', read: openStore } },
  PROBATE_STAGE: {
    what: 'the stage in the names of queues and table, with `aws` only',
    without: 'a command with `aws` ends; a function does not start',
    wrong: { text: 'my stage', read: (env) => readAwsSettings({ AWS_REGION: 'eu-west-1', ...env }) },
  },
  PROBATE_DEBUG: { what: 'with `1`, a fault of Probate’s own is told with its stack', without: 'in one line', wrong: 'anything but `1` counts as absent' },
  NO_COLOR: { what: 'anything: no colours ([no-color.org](https://no-color.org))', without: 'colours, on a terminal', wrong: '' },
};

const CLOUDS: Variables = {
  HUAWEICLOUD_SDK_AK: { what: 'access key of Huawei Cloud', without: 'the user below', wrong: credential },
  HUAWEICLOUD_SDK_SK: { what: 'its secret key', without: 'the user below', wrong: credential },
  HUAWEICLOUD_SDK_SECURITY_TOKEN: { what: 'security token of a temporary key', without: 'the key is a permanent one', wrong: credential },
  HUAWEICLOUD_IAM_DOMAIN: { what: 'account name of a user with a password, asked for tokens where there is no key', without: 'CSMS cannot be called', wrong: ANY_TEXT },
  HUAWEICLOUD_IAM_USER: { what: 'the user’s name', without: 'CSMS cannot be called', wrong: ANY_TEXT },
  HUAWEICLOUD_IAM_PASSWORD: { what: 'the user’s password', without: 'CSMS cannot be called', wrong: ANY_TEXT },
  HUAWEICLOUD_CSMS_ENDPOINT: { what: 'where CSMS is; `{region}` may stand in it', without: 'the vendor’s, by region', wrong: endpoint },
  HUAWEICLOUD_IAM_ENDPOINT: { what: 'where the tokens come from; `{region}` may stand in it', without: 'the vendor’s, by region', wrong: endpoint },
  ALIBABA_CLOUD_ACCESS_KEY_ID: { what: 'access key of Alibaba Cloud', without: 'SAE cannot be called', wrong: credential },
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: { what: 'its secret', without: 'SAE cannot be called', wrong: credential },
  ALIBABA_CLOUD_SECURITY_TOKEN: { what: 'security token of a temporary key', without: 'the key is a permanent one', wrong: credential },
  ALIBABA_CLOUD_SAE_ENDPOINT: { what: 'where SAE is; `{region}` may stand in it', without: 'the vendor’s, by region', wrong: endpoint },
  HTTP_PROXY: { what: 'proxy for endpoints on http; `http_proxy` comes before it', without: 'none', wrong: proxy },
  HTTPS_PROXY: { what: 'proxy for endpoints on https; `https_proxy` comes before it', without: 'none', wrong: proxy },
  NO_PROXY: { what: 'hosts that no proxy is asked for; `no_proxy` comes before it', without: 'none', wrong: 'any text is taken' },
};

const AWS: Variables = {
  AWS_REGION: {
    what: 'the region of queues and table; the packaging’s region where `--region` is not given',
    without: 'a command with `aws` ends; a function does not start',
    wrong: { text: 'Europe', read: (env) => readAwsSettings({ PROBATE_STAGE: 'dev', ...env }) },
    onLambda: BY_LAMBDA,
  },
  AWS_ENDPOINT_URL: { what: 'where every service of AWS is', without: 'AWS’s own, by region', wrong: awsEndpoint },
  AWS_ENDPOINT_URL_SQS: { what: 'where SQS is; comes before `AWS_ENDPOINT_URL`', without: 'AWS’s own, by region', wrong: awsEndpoint },
  AWS_ENDPOINT_URL_DYNAMODB: { what: 'where DynamoDB is; comes before `AWS_ENDPOINT_URL`', without: 'AWS’s own, by region', wrong: awsEndpoint },
  AWS_ACCESS_KEY_ID: { what: 'access key of AWS', without: 'whatever else the AWS SDK finds; on a loopback endpoint a key of its own', wrong: 'AWS refuses it', onLambda: BY_LAMBDA },
  AWS_SECRET_ACCESS_KEY: { what: 'its secret', without: 'as above', wrong: 'AWS refuses it', onLambda: BY_LAMBDA },
  AWS_SESSION_TOKEN: { what: 'token of a temporary key', without: 'the key is a permanent one', wrong: 'AWS refuses it', onLambda: BY_LAMBDA },
  AWS_PROFILE: { what: 'a profile of the AWS SDK’s files', without: 'the default one', wrong: 'the AWS SDK finds no credentials' },
};

const FUNCTIONS: Variables = {
  PROBATE_HUAWEI_CREDENTIALS: { what: 'ARN of the secret that holds the credentials of Huawei Cloud', without: 'those of the environment', wrong: reference },
  PROBATE_ALIBABA_CREDENTIALS: { what: 'ARN of the secret that holds the credentials of Alibaba Cloud', without: 'those of the environment', wrong: reference },
  PROBATE_NOTIFY_TOPIC: { what: 'ARN of the SNS topic that digests go to', without: 'they stand in the log of `sweep`', wrong: { text: 'my-topic', read: readNotifyTopic } },
  AWS_LAMBDA_FUNCTION_NAME: { what: 'tells that this is Lambda: logs and metrics go to standard output', without: 'telemetry goes to standard error, and no metrics', wrong: '', onLambda: BY_LAMBDA },
};

/** The name of every variable that the page tells of. */
export const toldVariables: readonly string[] = [OPTIONS, CLOUDS, AWS, FUNCTIONS].flatMap((variables) => Object.keys(variables));

/** What stands behind the variable's name where a text that does not do is refused. */
const refusalOf = async (name: string, { text, read }: Wrong): Promise<string> => {
  try {
    await read({ [name]: text });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.startsWith(name) ? message.slice(name.length).replace(/^[: ]+(Error: )?/, '') : message;
  }
  throw new Error(`${name}=${text} is not refused`);
};

const serverless: unknown = parse(readFileSync(new URL('../../../serverless.yml', import.meta.url), 'utf8'), { customTags: cloudFormationTags, merge: true });

const keysAt = (...path: readonly string[]): string[] => {
  const found = at(serverless, ...path);
  return isObject(found) ? Object.keys(found) : [];
};

const setOnLambda = (name: string, { onLambda }: Variable): string => {
  if (keysAt('provider', 'environment').includes(name)) return 'set for every function';
  const functions = keysAt('functions').filter((one) => keysAt('functions', one, 'environment').includes(name));
  if (functions.length > 0) return `set for ${functions.map(code).join(', ')}`;
  const [secret] = Object.entries(REFERENCES).find(([, names]) => names.some((one) => one === name)) ?? [];
  return secret === undefined ? (onLambda ?? NOBODY_SETS) : `in the secret of ${code(secret)}`;
};

const optionOf = (name: string): string | null => {
  const options = silentProgram().commands.flatMap((command) => command.options);
  return options.find(({ envVar }) => envVar === name)?.long ?? null;
};

const rowOf = async ([name, variable]: readonly [string, Variable]): Promise<string[]> => {
  const option = optionOf(name);
  const { what, without, wrong } = variable;
  return [
    code(name),
    option === null ? what : `${what}; ${code(option)} comes before it`,
    without,
    setOnLambda(name, variable),
    typeof wrong === 'string' ? wrong : `${code(wrong.text)}: ${await refusalOf(name, wrong)}`,
  ];
};

const tableOf = async (variables: Variables): Promise<string> =>
  table(['Variable', 'What it is', 'Without it', 'On Lambda', 'A wrong one'], await Promise.all(Object.entries(variables).map(rowOf)));

/** What reads a variable may take its time to refuse it, so the tables are made once, when this is loaded. */
const made = { options: await tableOf(OPTIONS), clouds: await tableOf(CLOUDS), aws: await tableOf(AWS), functions: await tableOf(FUNCTIONS) };

/** Every variable of the environment, and what the code that reads it says of a wrong one. */
export const optionsTable = (): string => made.options;
export const cloudsTable = (): string => made.clouds;
export const awsTable = (): string => made.aws;
export const functionsTable = (): string => made.functions;
