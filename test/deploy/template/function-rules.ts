import { type Template, at, branches, isObject, listOf, ofType, targetOf } from './template.ts';

const SECRET_NAME = /SECRET|PASSWORD|TOKEN|_SK$|_AK$|ACCESS_KEY/i;

/** The newest runtime on the cheaper processor, a log that ends some day, no credentials in plain sight. */
const functions = (template: Template): string[] => {
  const groups = new Map(ofType(template, 'AWS::Logs::LogGroup').map(([, { Properties }]) => [Properties['LogGroupName'], Properties]));
  return ofType(template, 'AWS::Lambda::Function').flatMap(([name, { Properties }]) => {
    const retention = groups.get(`/aws/lambda/${String(Properties['FunctionName'])}`)?.['RetentionInDays'];
    const variables = at(Properties, 'Environment', 'Variables');
    const plain = Object.keys(isObject(variables) ? variables : {}).filter((variable) => SECRET_NAME.test(variable));
    return [
      ...(Properties['Runtime'] === 'nodejs24.x' && listOf(Properties['Architectures']).join() === 'arm64' ? [] : [`${name} is not nodejs24.x on arm64`]),
      ...(retention === undefined ? [`${name} keeps its log for ever`] : []),
      ...plain.map((variable) => `${name} holds ${variable} in plain sight`),
    ];
  });
};

const statementsOf = (role: Readonly<Record<string, unknown>>): unknown[] => listOf(role['Policies']).flatMap((policy) => branches(at(policy, 'PolicyDocument', 'Statement')));

const actionsOf = (statement: unknown): string[] => listOf(at(statement, 'Action')).map(String);

/** No resource of ours, but a text that ends in a star, or is one. */
const isWide = (resource: unknown): boolean => {
  const text = typeof resource === 'string' ? resource : at(resource, 'Fn::Sub');
  return typeof text === 'string' && text.includes('*');
};

/** One role for each function, allowing single actions on named resources. */
const roles = (template: Template): string[] => {
  const used = ofType(template, 'AWS::Lambda::Function').map(([, { Properties }]) => targetOf(Properties['Role']));
  const shared = used.filter((role, index) => used.indexOf(role) !== index).map((role) => `${String(role)} belongs to two functions`);
  const wide = ofType(template, 'AWS::IAM::Role').flatMap(([name, { Properties }]) => [
    ...(Properties['ManagedPolicyArns'] === undefined ? [] : [`${name} takes over a policy of somebody else's`]),
    ...statementsOf(Properties).flatMap((statement) => {
      if (at(statement, 'Effect') !== 'Allow') return [];
      const resources = listOf(at(statement, 'Resource'));
      return [
        ...actionsOf(statement).flatMap((action) => (action.includes('*') ? [`${name} allows ${action}`] : [])),
        ...(at(statement, 'NotAction') === undefined && at(statement, 'NotResource') === undefined ? [] : [`${name} allows all but something`]),
        ...(resources.length === 0 || resources.some(isWide) ? [`${name} allows ${actionsOf(statement).join(', ')} on more than it names`] : []),
      ];
    }),
  ]);
  return [...shared, ...wide];
};

/** What is on record is only ever added to, by one conditional write: whatever else changes a table is nobody's to do. */
const records = (template: Template): string[] =>
  ofType(template, 'AWS::IAM::Role').flatMap(([name, { Properties }]) =>
    statementsOf(Properties)
      .flatMap(actionsOf)
      .filter((action) => action.startsWith('dynamodb:') && !/^dynamodb:(GetItem|BatchGetItem|Query|PutItem)$/.test(action))
      .map((action) => `${name} may change the ledger by ${action}`),
  );

/** The sweep alone publishes, and to the one topic it is told of. */
const publishing = (template: Template): string[] => {
  const sweep = template.Resources['SweepLambdaFunction']?.Properties;
  const topic = at(sweep, 'Environment', 'Variables', 'PROBATE_NOTIFY_TOPIC');
  const grants = ofType(template, 'AWS::IAM::Role').flatMap(([name, { Properties }]) =>
    statementsOf(Properties)
      .filter((statement) => at(statement, 'Effect') === 'Allow' && actionsOf(statement).some((action) => action.startsWith('sns:')))
      .map((statement) => ({ name, actions: actionsOf(statement).join(), resource: at(statement, 'Resource') })),
  );
  const isDue = ({ name, actions, resource }: (typeof grants)[number]): boolean => name === targetOf(at(sweep, 'Role')) && actions === 'sns:Publish' && resource === topic;
  return [
    ...grants.filter((grant) => !isDue(grant)).map(({ name, actions }) => `${name} may use ${actions} on what is not its topic to publish to`),
    ...(topic === undefined || topic === '' || grants.some(isDue) ? [] : ['SweepLambdaFunction is told of a topic that it may not publish to']),
  ];
};

/** Each function is told where it stands and by which policy, and of every secret that its role lets it read. */
const settings = (template: Template): string[] =>
  ofType(template, 'AWS::Lambda::Function').flatMap(([name, { Properties }]) => {
    const variables = at(Properties, 'Environment', 'Variables');
    const role = template.Resources[targetOf(Properties['Role']) ?? '']?.Properties ?? {};
    const secrets = statementsOf(role).flatMap((statement) => (actionsOf(statement).includes('secretsmanager:GetSecretValue') ? [at(statement, 'Resource')] : []));
    const told = Object.values(isObject(variables) ? variables : {});
    return [
      ...['PROBATE_STACK', 'PROBATE_STAGE', 'PROBATE_POLICY'].filter((variable) => at(variables, variable) === undefined).map((variable) => `${name} is not told ${variable}`),
      ...secrets.filter((secret) => !told.includes(secret)).map((secret) => `${name} is not told of ${String(secret)}`),
    ];
  });

const servicesOf = (role: unknown): unknown[] => listOf(at(role, 'Properties', 'AssumeRolePolicyDocument', 'Statement')).map((statement) => at(statement, 'Principal', 'Service'));

/** A schedule's role must trust the scheduler: the function's own does not, and the schedule would fail in silence. */
const schedules = (template: Template): string[] =>
  ofType(template, 'AWS::Scheduler::Schedule').flatMap(([name, { Properties }]) => {
    const services = servicesOf(template.Resources[targetOf(at(Properties, 'Target', 'RoleArn')) ?? '']);
    return services.length > 0 && services.every((service) => service === 'scheduler.amazonaws.com') ? [] : [`${name} has a role that the scheduler cannot take`];
  });

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

export const functionProblems = (template: Template): string[] => [functions, settings, roles, records, publishing, schedules, ledger].flatMap((rule) => rule(template));
