import { AwsSettingsRefused, type Environment } from './settings.ts';

/** Where digests go; its region need not be the stage's. */
export interface NotifyTopic {
  readonly arn: string;
  readonly region: string;
}

/** A standard topic's; one that ends in .fifo asks for message groups, which no reader has use for. */
const ARN = /^arn:aws[a-z-]*:sns:([a-z]{2,}(?:-[a-z0-9]+)+):[0-9]{12}:[A-Za-z0-9_-]{1,256}$/;

/** The topic that PROBATE_NOTIFY_TOPIC names; null where that is blank. Throws AwsSettingsRefused for anything but a standard topic's ARN. */
export const readNotifyTopic = (env: Environment): NotifyTopic | null => {
  const arn = env['PROBATE_NOTIFY_TOPIC']?.trim() ?? '';
  if (arn === '') return null;
  const region = ARN.exec(arn)?.[1];
  if (region !== undefined) return { arn, region };
  throw new AwsSettingsRefused([
    { variable: 'PROBATE_NOTIFY_TOPIC', problem: "is no standard SNS topic's ARN", remedy: 'give it as arn:aws:sns:REGION:ACCOUNT:NAME, its name not ending in .fifo, or leave it out' },
  ]);
};
