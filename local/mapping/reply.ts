import { isRecord } from '../../events/shape.ts';

/** Which messages of a batch failed by the handler's reply; `malformed` fails them all. */
export type ReplyJudgement = { readonly kind: 'partial'; readonly failed: ReadonlySet<string> } | { readonly kind: 'malformed'; readonly why: string };

const malformed = (why: string): ReplyJudgement => ({ kind: 'malformed', why });

const ALL_DONE: ReplyJudgement = { kind: 'partial', failed: new Set() };

/**
 * Lambda's rules for a partial batch reply (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html):
 * no reply, no list and an empty list mean that all succeeded; whatever else does not name messages of the batch means
 * that none did.
 */
export const judgeReply = (reply: unknown, messageIds: readonly string[]): ReplyJudgement => {
  if (reply === null || reply === undefined) return ALL_DONE;
  if (!isRecord(reply)) return malformed('the reply is no object');
  const list = reply['batchItemFailures'];
  if (list === null || list === undefined) return ALL_DONE;
  if (!Array.isArray(list)) return malformed('batchItemFailures is no list');
  const failed = new Set<string>();
  for (const entry of list) {
    const id: unknown = isRecord(entry) ? entry['itemIdentifier'] : undefined;
    if (typeof id !== 'string') return malformed('an entry of batchItemFailures has no itemIdentifier');
    if (!messageIds.includes(id)) return malformed(`batchItemFailures names ${id}, which was not in the batch`);
    failed.add(id);
  }
  return { kind: 'partial', failed };
};
