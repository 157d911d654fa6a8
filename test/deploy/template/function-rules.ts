import { WORK } from './role-rules.ts';
import { type Template, at, isObject, listOf, ofType, targetOf } from './template.ts';

/** As long as docs/deploy.md says. */
const LOG_DAYS = 90;
/** The longest call a policy may allow (retry.deadlineSeconds) and what a worker leaves beside it, in lib/workflow/turn/advance.ts. */
const LEAST_SECONDS = 50 + 5;

/** The newest runtime on the cheaper processor, time for a call, a log that ends some day. */
const functions = (template: Template): string[] => {
  const groups = new Map(ofType(template, 'AWS::Logs::LogGroup').map(([, { Properties }]) => [Properties['LogGroupName'], Properties]));
  return ofType(template, 'AWS::Lambda::Function').flatMap(([name, { Properties }]) => {
    const retention = groups.get(`/aws/lambda/${String(Properties['FunctionName'])}`)?.['RetentionInDays'];
    return [
      ...(Properties['Runtime'] === 'nodejs24.x' && listOf(Properties['Architectures']).join() === 'arm64' ? [] : [`${name} is not nodejs24.x on arm64`]),
      ...(Number(Properties['Timeout']) > LEAST_SECONDS ? [] : [`${name} has no time for a call of ${LEAST_SECONDS} seconds`]),
      ...(retention === undefined ? [`${name} keeps its log for ever`] : []),
      ...(Number(retention ?? LOG_DAYS) >= LOG_DAYS ? [] : [`${name} keeps its log for less than ${LOG_DAYS} days`]),
    ];
  });
};

/** Each function is its own package's (deploy/artifacts.ts), and is told where it stands, by which policy, what it uses, and nothing else: whoever may look at it can read that. */
const settings = (template: Template, stage: string): string[] =>
  Object.entries(WORK).flatMap(([own, { uses }]) => {
    const name = `${own}LambdaFunction`;
    const Properties = template.Resources[name]?.Properties;
    const file = own.toLowerCase();
    const isPackaged = Properties?.['Handler'] === `functions/${file}.handler` && String(at(Properties, 'Code', 'S3Key')).endsWith(`/${file}.zip`);
    const variables = at(Properties, 'Environment', 'Variables');
    const given = isObject(variables) ? variables : {};
    const told = { PROBATE_STACK: 'aws', PROBATE_STAGE: stage, PROBATE_POLICY: '/var/task/policy.json' };
    return [
      ...(isPackaged ? [] : [`${name} is not the handler of its package`]),
      ...Object.entries(told).flatMap(([variable, value]) => (given[variable] === value ? [] : [`${name} is not told ${variable} as ${value}`])),
      ...uses.filter((variable) => given[variable] === undefined).map((variable) => `${name} is not told ${variable}`),
      ...Object.keys(given).filter((variable) => !Object.hasOwn(told, variable) && !uses.some((one) => one === variable)).map((variable) => `${name} holds ${variable} in plain sight`),
    ];
  });

/** Lambda drops the seventeenth message of a chain that comes back to a function, unless it is told that this is meant. */
const chains = (template: Template): string[] => {
  const next = (name: string): string[] => Object.keys(WORK).filter((other) => WORK[name]?.sends.includes(WORK[other]?.takes ?? ''));
  const reach = (name: string): ReadonlySet<string> => {
    const reached = new Set(next(name));
    for (const one of reached) for (const other of next(one)) reached.add(other);
    return reached;
  };
  return Object.keys(WORK).flatMap((name) => {
    const loops = template.Resources[`${name}LambdaFunction`]?.Properties['RecursiveLoop'] ?? 'Terminate';
    if (reach(name).has(name)) return loops === 'Allow' ? [] : [`${name}LambdaFunction is stopped after sixteen messages of one saga`];
    return loops === 'Terminate' ? [] : [`${name}LambdaFunction may loop, and has no cause to`];
  });
};

/** Sweep and replay come by themselves, and one ends before the next begins. */
const schedules = (template: Template): string[] => {
  const all = ofType(template, 'AWS::Scheduler::Schedule').map(([, { Properties }]) => Properties);
  return ['SweepLambdaFunction', 'ReplayLambdaFunction'].flatMap((name) => {
    const schedule = all.find((one) => targetOf(at(one, 'Target', 'Arn')) === name && (one['State'] ?? 'ENABLED') === 'ENABLED');
    const [, minutes] = /^rate\((\d+) minutes\)$/.exec(String(schedule?.['ScheduleExpression'])) ?? [];
    if (minutes === undefined) return [`${name} never comes by itself`];
    return Number(template.Resources[name]?.Properties['Timeout']) <= Number(minutes) * 60 ? [] : [`${name} may still be at work when it comes again`];
  });
};

const ledger = (template: Template): string[] =>
  ofType(template, 'AWS::DynamoDB::Table').flatMap(([name, table]) => {
    const { Properties } = table;
    const kept = table['DeletionPolicy'] === 'Retain' && table['UpdateReplacePolicy'] === 'Retain' && Properties['DeletionProtectionEnabled'] === true;
    return [
      ...(kept ? [] : [`${name} can be deleted with the stack`]),
      ...(at(Properties, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled') === true ? [] : [`${name} cannot be set back in time`]),
      ...(at(Properties, 'SSESpecification', 'SSEEnabled') === true ? [] : [`${name} is not encrypted with a key of the account`]),
      ...(Properties['BillingMode'] === 'PAY_PER_REQUEST' ? [] : [`${name} is not billed by request`]),
    ];
  });

export const functionProblems = (template: Template, stage: string): string[] => [functions, chains, schedules, ledger].flatMap((rule) => rule(template)).concat(settings(template, stage));
