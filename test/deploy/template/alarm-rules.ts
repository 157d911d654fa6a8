import { isDeepStrictEqual } from 'node:util';
import type { SpecDatabase } from '@aws-cdk/service-spec-types';
import { figuresOf } from '../../../lib/adapters/telemetry/metrics.ts';
import type { Observation } from '../../../lib/ports/telemetry.ts';
import { type Template, at, listOf, ofType, targetOf } from './template.ts';

type Alarm = Readonly<Record<string, unknown>>;

/** What a person must hear of, as the code tells it. */
const ALARMING: readonly Observation[] = [
  { kind: 'reached', state: 'parked', from: 'verifying', reason: null },
  { kind: 'reached', state: 'compensation-failed', from: 'compensating', reason: null },
  { kind: 'waits', why: 'not-cancelled', until: null, delayMs: null },
  { kind: 'waits', why: 'credentials-refused', until: null, delayMs: null },
  { kind: 'alarm-raised', reason: 'raced' },
  { kind: 'message-parked', queue: 'deletions', messageId: 'm-1' },
  { kind: 'found', how: 'late', linked: true, scope: 'huawei/r/p', secretId: 's-1' },
  { kind: 'list-not-believed', scope: 'huawei/r/p', why: 'it shrank' },
  { kind: 'nobody-told', cause: 'no such topic' },
];

/** A metric with its dimensions; a resource's name stands for a reference to it. */
interface Watched {
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const watchedBy = (alarm: Alarm): Watched => ({
  metric: `${String(alarm['Namespace'])} ${String(alarm['MetricName'])}`,
  dimensions: Object.fromEntries(
    listOf(alarm['Dimensions']).map((dimension) => {
      const value = at(dimension, 'Value');
      return [String(at(dimension, 'Name')), typeof value === 'string' ? value : (targetOf(value) ?? '')];
    }),
  ),
});

const toldBy = (observation: Observation, stage: string): Watched => {
  const { dimensions, metrics } = figuresOf(observation);
  return { metric: `Probate ${Object.keys(metrics)[0] ?? ''}`, dimensions: { Stage: stage, ...dimensions } };
};

/** An alarm for everything that waits, dies, fails, is refused, or needs a person. */
const due = (template: Template, stage: string): Watched[] => {
  const queues = ofType(template, 'AWS::SQS::Queue').map(([name]) => name);
  const scheduled = ofType(template, 'AWS::Scheduler::Schedule').flatMap(([, { Properties }]) => targetOf(at(Properties, 'Target', 'Arn')) ?? []);
  const ofFunction = (metric: string, FunctionName: string): Watched => ({ metric: `AWS/Lambda ${metric}`, dimensions: { FunctionName } });
  return [
    ...queues.map((QueueName) => ({ metric: `AWS/SQS ${QueueName.endsWith('Dead') ? 'ApproximateNumberOfMessagesVisible' : 'ApproximateAgeOfOldestMessage'}`, dimensions: { QueueName } })),
    ...ofType(template, 'AWS::Lambda::Function').flatMap(([name]) => [ofFunction('Errors', name), ofFunction('Throttles', name)]),
    ...scheduled.map((name) => ofFunction('Invocations', name)),
    ...ALARMING.map((observation) => toldBy(observation, stage)),
  ];
};

const words = ({ metric, dimensions }: Watched): string => [metric.split(' ')[1], ...Object.entries(dimensions).flatMap(([name, value]) => (name === 'Stage' ? [] : [value]))].join(' of ');

/** SQS and Lambda publish what the alarm watches under just these dimensions, and the resource is named by what they have for it. */
const isPublished = (db: SpecDatabase, alarm: Alarm, { dimensions }: Watched): boolean => {
  if (alarm['Namespace'] === 'Probate') return true;
  const sets = db.all('metric').filter(({ namespace, name }) => namespace === alarm['Namespace'] && name === alarm['MetricName']);
  const isKnown = sets.some((metric) => db.follow('usesDimensionSet', metric).some(({ entity }) => isDeepStrictEqual(entity.dimensions.map(({ name }) => name), Object.keys(dimensions))));
  const value = at(listOf(alarm['Dimensions'])[0], 'Value');
  return isKnown && (dimensions['QueueName'] === undefined ? at(value, 'Ref') !== undefined : at(value, 'Fn::GetAtt', 1) === 'QueueName');
};

/** Sounds at the first time it happens, and rests while nothing does. */
const ONCE = { Statistic: 'Sum', Threshold: 0, ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching', EvaluationPeriods: 1, DatapointsToAlarm: undefined } as const;

const SOUNDS: Readonly<Record<string, Alarm>> = {
  ApproximateNumberOfMessagesVisible: { ...ONCE, Statistic: 'Maximum' },
  ApproximateAgeOfOldestMessage: { ...ONCE, Statistic: 'Maximum', Threshold: 3_600 },
  // A single refusal is tried again by the service that invoked.
  Throttles: { ...ONCE, EvaluationPeriods: 3 },
  Invocations: { ...ONCE, Threshold: 1, ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' },
  // A wait of this kind is an hour at most: it holds until the next one.
  Waits: { ...ONCE, Period: 60, EvaluationPeriods: 120, DatapointsToAlarm: 1 },
};

/** An alarm that comes this late is none. */
const LATEST_SECONDS = 1_800;
const LONGEST_DELAY_SECONDS = 900;

/** The longest that a message may lie in a queue although all goes well: its delay, and every try. */
const longestStay = ({ Resources }: Template, queue: string): number => {
  const properties = Resources[queue]?.Properties;
  return LONGEST_DELAY_SECONDS + Number(at(properties, 'RedrivePolicy', 'maxReceiveCount')) * Number(properties?.['VisibilityTimeout']);
};

const alarmFaults = (template: Template, db: SpecDatabase, alarm: Alarm, topic: string): string[] => {
  const watched = watchedBy(alarm);
  const sounds = SOUNDS[String(alarm['MetricName'])] ?? ONCE;
  const wrong = Object.entries(sounds).filter(([key, value]) => alarm[key] !== value);
  const seconds = Number(alarm['Period']) * Number(alarm['DatapointsToAlarm'] ?? alarm['EvaluationPeriods']);
  const isHeard = isDeepStrictEqual(alarm['AlarmActions'], { 'Fn::If': ['HasAlarmTopic', [topic], { Ref: 'AWS::NoValue' }] }) && alarm['ActionsEnabled'] !== false;
  const isEarly = alarm['MetricName'] === 'ApproximateAgeOfOldestMessage' && Number(alarm['Threshold']) < longestStay(template, watched.dimensions['QueueName'] ?? '');
  return [
    ...(isPublished(db, alarm, watched) ? [] : ['watches what nobody publishes']),
    ...wrong.map(([key, value]) => `has ${key} ${JSON.stringify(alarm[key])}, not ${JSON.stringify(value)}`),
    ...(Number(alarm['Period']) % 60 === 0 && seconds <= LATEST_SECONDS ? [] : [`sounds later than after ${LATEST_SECONDS} seconds, or never`]),
    ...(isHeard ? [] : ['tells nobody']),
    ...(isEarly ? ['sounds for a message that is only tried again'] : []),
  ];
};

export const alarmProblems = (db: SpecDatabase, template: Template, stage: string, topic: string): string[] => {
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm').map(([name, { Properties }]) => ({ name, alarm: Properties, watched: watchedBy(Properties) }));
  const wanted = due(template, stage);
  return [
    ...wanted.filter((one) => !alarms.some(({ watched }) => isDeepStrictEqual(watched, one))).map((one) => `nobody hears of ${words(one)}`),
    ...alarms.filter(({ watched }) => !wanted.some((one) => isDeepStrictEqual(watched, one))).map(({ name, watched }) => `${name} waits for ${words(watched)}, which is never told`),
    ...alarms.flatMap(({ name, alarm }) => alarmFaults(template, db, alarm, topic).map((fault) => `${name} ${fault}`)),
  ];
};
