import * as z from 'zod/mini';

/** The variables a process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where this stage's queues and table are. */
export interface AwsSettings {
  readonly region: string;
  readonly stage: string;
  /** Overrides of AWS's regional endpoints, null for those. */
  readonly endpoints: { readonly sqs: string | null; readonly dynamodb: string | null };
  /** Both services are stand-ins on this machine. */
  readonly isLoopback: boolean;
}

/** One thing wrong with the environment; never holds a variable's value. */
export interface AwsSettingProblem {
  readonly variable: string;
  readonly problem: string;
  readonly remedy: string;
}

/** The environment does not say which queues and table to use; nothing was called. */
export class AwsSettingsRefused extends Error {
  override readonly name = 'AwsSettingsRefused';
  readonly problems: readonly AwsSettingProblem[];

  constructor(problems: readonly AwsSettingProblem[]) {
    super(problems.map(({ variable, problem, remedy }) => `${variable} ${problem}: ${remedy}`).join('; '));
    this.problems = problems;
  }
}

const LOOPBACK = /^(localhost|127(\.[0-9]{1,3}){3}|\[::1\])$/;

const isLoopback = (endpoint: string | null): boolean => endpoint !== null && LOOPBACK.test(new URL(endpoint).hostname);

/** A blank variable counts as absent; behind the bar stands what to do. */
const given = (text: unknown): unknown => (typeof text === 'string' && text.trim() === '' ? undefined : text);
const Required = (form: RegExp, remedy: string): z.ZodMiniType<string> =>
  z.pipe(z.transform(given), z.string(`is not set|${remedy}`).check(z.regex(form, `is malformed|${remedy}`)));

const isSafe = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(text));
};
const Url = z.string().check(z.refine(isSafe, 'is no https URL, and no http URL of a loopback address|give it as https://host[:port]'));
const Endpoint = z.pipe(
  z.transform(given),
  z.pipe(
    z.optional(Url),
    z.transform((text) => text ?? null),
  ),
);

// A queue's name has at most 80 characters, and `probate-STAGE-decommissions-dead` is the longest of ours.
const Settings = z.object({
  AWS_REGION: Required(/^[a-z]{2,}(-[a-z0-9]+)+$/, 'set it to the region of the stage, such as eu-west-1'),
  PROBATE_STAGE: Required(/^[A-Za-z0-9-]{1,40}$/, 'set it to the stage that was deployed: 1 to 40 letters, digits and hyphens'),
  AWS_ENDPOINT_URL: Endpoint,
  AWS_ENDPOINT_URL_SQS: Endpoint,
  AWS_ENDPOINT_URL_DYNAMODB: Endpoint,
});

const asProblem = ({ path, message }: z.core.$ZodIssue): AwsSettingProblem => {
  const [problem = '', remedy = 'set it again'] = message.split('|');
  return { variable: path.join('.'), problem, remedy };
};

/**
 * Region, stage and endpoints from environment variables (interfaces.md, Environment). Throws AwsSettingsRefused with
 * every problem at once: something missing or malformed, or one service on this machine and the other on AWS.
 */
export const readAwsSettings = (env: Environment): AwsSettings => {
  const read = Settings.safeParse(env);
  if (!read.success) throw new AwsSettingsRefused(read.error.issues.map(asProblem));
  const { AWS_REGION: region, PROBATE_STAGE: stage, AWS_ENDPOINT_URL: both, AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL_DYNAMODB } = read.data;
  const endpoints = { sqs: AWS_ENDPOINT_URL_SQS ?? both, dynamodb: AWS_ENDPOINT_URL_DYNAMODB ?? both };
  if (isLoopback(endpoints.sqs) !== isLoopback(endpoints.dynamodb)) {
    const [variable, other] = isLoopback(endpoints.sqs) ? ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL_SQS'] : ['AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL_DYNAMODB'];
    throw new AwsSettingsRefused([{ variable, problem: `does not name a loopback address, and ${other} does`, remedy: 'give both services on this machine, or neither' }]);
  }
  return { region, stage, endpoints, isLoopback: isLoopback(endpoints.sqs) };
};
