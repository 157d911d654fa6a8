import { GetQueueUrlCommand, QueueDoesNotExist, type SQSClient } from '@aws-sdk/client-sqs';

/** The URL by which SQS knows a queue; asked for once, since a queue keeps it. */
export type QueueUrls = (name: string) => Promise<string>;

const ask = async (client: SQSClient, name: string): Promise<string> => {
  try {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
    if (QueueUrl === undefined) throw new Error(`SQS gave no URL for the queue ${name}`);
    return QueueUrl;
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw error;
    throw new Error(`there is no queue ${name} in this account and region: deploy the stage, or check PROBATE_STAGE and AWS_REGION`, { cause: error });
  }
};

export const queueUrls = (client: SQSClient): QueueUrls => {
  const known = new Map<string, Promise<string>>();
  return (name) => {
    const url = known.get(name) ?? ask(client, name);
    known.set(name, url);
    // A failure is not kept: the queue may be there a moment later.
    url.catch(() => known.delete(name));
    return url;
  };
};
