import type { Policy } from '../../lib/saga/policy.ts';
import { printable } from '../terminal/printable.ts';
import type { EventForecast, Forecast, InstanceForecast } from './forecast.ts';

const DAY_SECONDS = 86_400;

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

const careOf = ({ mode, recoveryWindowDays, soakSeconds }: Policy): string => {
  switch (mode) {
    case 'plan':
      return 'plan: nothing is changed';
    case 'recoverable':
      return `recoverable: secrets are scheduled for deletion, ${counted(recoveryWindowDays, 'day')} to undo, purged after ${Number((soakSeconds / DAY_SECONDS).toFixed(2))} days`;
    case 'immediate':
      return 'immediate: secrets are deleted at once, which cannot be undone';
  }
};

const instanceLines = ({ instance, asksFor, reason }: InstanceForecast): string[] => {
  const { secretNames, stages, copies } = asksFor;
  const named =
    instance.cloud === 'huawei'
      ? [counted(secretNames.length, 'named secret'), counted(stages.length, 'stage'), counted(copies.length, 'copy', 'copies')].join(', ')
      : counted(copies.length, 'secret');
  const owner =
    instance.cloud === 'huawei'
      ? `huawei ${instance.region} ${instance.projectId} ${instance.instanceType} ${instance.instanceId}`
      : `alibaba ${instance.region} ${instance.namespaceId}`;
  return [`  ${owner}: ${named}`, ...(reason === null ? [] : [`    would be refused: ${printable(reason)}`])];
};

const eventLines = ({ file, id, source, mode, reason, messages, instances }: EventForecast): string[] => [
  '',
  `Event ${printable(id)} from ${printable(source)} (${printable(file)}): ${reason === null ? `would be accepted, mode ${mode}` : `would not be accepted: ${printable(reason)}`}`,
  ...(messages > 1 ? [`  sent as ${messages} parts, being over 1 MiB`] : []),
  ...instances.flatMap(instanceLines),
];

/** What `check` found, for people. */
export const forecastText = ({ policy, events, totals }: Forecast): string =>
  [
    `Policy ${printable(policy.file)} is good.`,
    `  mode ${careOf(policy)}`,
    `  ${counted(policy.scopes.length, 'scope')}, at most ${counted(policy.limits.instancesPerEvent, 'instance')} an event and ${counted(policy.limits.secretsPerInstance, 'secret')} an instance`,
    ...events.flatMap(eventLines),
    '',
    `${counted(totals.events, 'event')} (${totals.notAccepted} would not be accepted), ${counted(totals.instances, 'instance')} (${totals.refused} would be refused). Nothing was called.`,
    '',
  ].join('\n');
