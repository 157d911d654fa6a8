import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { NoticeDigest, Notifier } from '../../ports/notifier.ts';
import { digestText } from '../notices/digest-text.ts';
import { TIMEOUTS } from './clients.ts';
import type { NotifyTopic } from './notify-topic.ts';

/** SNS's ceiling for one message, in bytes of UTF-8 (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
export const LARGEST_MESSAGE_BYTES = 262_144;

/** The subject of an e-mail must be short of 100 characters: a stage has 40 of them at most. */
const subjectOf = (stage: string, { notices, more }: NoticeDigest): string => {
  const count = notices.length + more;
  return `Probate ${stage}: ${count} ${count === 1 ? 'needs' : 'need'} you, the first ${notices[0]?.urgency ?? 'when you can'}`;
};

export const topicClient = ({ region }: NotifyTopic): SNSClient => new SNSClient({ region, requestHandler: TIMEOUTS });

/** Tells people by a topic of Amazon SNS, one message a digest; subscribers get it by e-mail, or in whatever way they chose. */
export const snsNotifier = (client: Pick<SNSClient, 'send'>, { arn }: NotifyTopic, stage: string): Notifier => ({
  tell: async (digest) => {
    const { MessageId } = await client.send(new PublishCommand({ TopicArn: arn, Subject: subjectOf(stage, digest), Message: digestText(digest, LARGEST_MESSAGE_BYTES) }));
    if (MessageId === undefined) throw new Error(`SNS took a digest for ${arn} and named no message`);
  },
});
