import { MessageNotInflight, ReceiptHandleIsInvalid, SQSServiceException } from '@aws-sdk/client-sqs';

/**
 * Whether SQS refused because the receipt names no delivery any more. For a standard queue it says so with
 * InvalidParameterValue, whose message alone tells an expired receipt from a wrong number
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html).
 */
export const isStaleReceipt = (error: unknown): boolean =>
  error instanceof MessageNotInflight ||
  error instanceof ReceiptHandleIsInvalid ||
  (error instanceof SQSServiceException && /InvalidParameterValue/.test(error.name) && /ReceiptHandle|receipt handle|does not exist/.test(error.message));

/** The same of one entry of a batch. */
export const isStaleEntry = ({ Code = '', Message = '' }: { readonly Code?: string | undefined; readonly Message?: string | undefined }): boolean =>
  Code.includes('ReceiptHandleIsInvalid') || (Code.includes('InvalidParameterValue') && /ReceiptHandle|receipt handle|does not exist/.test(Message));
