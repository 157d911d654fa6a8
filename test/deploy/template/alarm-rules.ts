import { type Template, at, listOf, ofType, targetOf } from './template.ts';

interface Watched {
  readonly metric: string;
  /** A dimension's value: the resource it means, or a plain text. */
  readonly of: string | null;
}

const watchedBy = (template: Template): Watched[] =>
  ofType(template, 'AWS::CloudWatch::Alarm').flatMap(([, { Properties }]) =>
    listOf(Properties['Dimensions']).map((dimension) => {
      const value = at(dimension, 'Value');
      return { metric: String(Properties['MetricName']), of: typeof value === 'string' ? value : targetOf(value) };
    }),
  );

/** An alarm for everything that waits, dies, fails, is refused, or needs a person. */
export const alarmProblems = (template: Template): string[] => {
  const watched = watchedBy(template);
  const missing = (metric: string, of: string): string[] => (watched.some((one) => one.metric === metric && one.of === of) ? [] : [`nobody hears of ${metric} of ${of}`]);
  const sources = ofType(template, 'AWS::Lambda::EventSourceMapping').flatMap(([, { Properties }]) => targetOf(Properties['EventSourceArn']) ?? []);
  const dead = ofType(template, 'AWS::SQS::Queue').flatMap(([, { Properties }]) => targetOf(at(Properties, 'RedrivePolicy', 'deadLetterTargetArn')) ?? []);
  const scheduled = ofType(template, 'AWS::Scheduler::Schedule').flatMap(([, { Properties }]) => targetOf(at(Properties, 'Target', 'Arn')) ?? []);
  return [
    ...sources.flatMap((queue) => missing('ApproximateAgeOfOldestMessage', queue)),
    ...dead.flatMap((queue) => missing('ApproximateNumberOfMessagesVisible', queue)),
    ...ofType(template, 'AWS::Lambda::Function').flatMap(([name]) => [...missing('Errors', name), ...missing('Throttles', name)]),
    ...scheduled.flatMap((name) => missing('Invocations', name)),
    ...['parked', 'compensation-failed'].flatMap((state) => missing('SagasReached', state)),
    ...missing('Waits', 'not-cancelled'),
    ...missing('FoundBySweep', 'linked'),
    ...['AlarmsRaised', 'MessagesParked', 'ListsNotBelieved', 'DigestsUntold'].flatMap((metric) => (watched.some((one) => one.metric === metric) ? [] : [`nobody hears of ${metric}`])),
  ];
};
