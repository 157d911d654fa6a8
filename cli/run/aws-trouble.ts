import { BadInput } from '../terminal/bad-input.ts';
import { OutsideTrouble } from '../terminal/outside-trouble.ts';

const UNREACHABLE = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|TimeoutError)$/;
const NO_KEY = new Set(['CredentialsProviderError']);
const REFUSED_KEY = new Set(['UnrecognizedClientException', 'InvalidClientTokenId', 'InvalidSignatureException', 'SignatureDoesNotMatch', 'ExpiredTokenException', 'AccessDeniedException', 'AccessDenied']);
const MISSING = new Set(['ResourceNotFoundException', 'QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']);

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : error.name);

/** Whether AWS was not so much as reached: nothing is wrong with what it was asked. */
export const isUnreachable = (error: unknown): boolean => error instanceof Error && UNREACHABLE.test(codeOf(error));

const trouble = (error: Error, words: string): OutsideTrouble => new OutsideTrouble(`${words} (${error.message})`, { cause: error });

/** What the AWS SDK threw, in words that say what to mend; any other error as it is. No key at all is bad input, since nothing can have been called. */
export const nameAws = (stage: string, error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const { name } = error;
  if (NO_KEY.has(name)) {
    const remedy = 'give a key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile in AWS_PROFILE, or a role';
    return new BadInput([{ file: 'environment', path: 'AWS_ACCESS_KEY_ID', message: 'is not set, and the AWS SDK finds no other credentials', remedy }]);
  }
  if (isUnreachable(error)) return trouble(error, 'AWS cannot be reached; see AWS_REGION, AWS_ENDPOINT_URL_SQS and AWS_ENDPOINT_URL_DYNAMODB, and that this machine may go there');
  if (REFUSED_KEY.has(name)) return trouble(error, 'AWS refused the credentials or what they were to do; see the permissions in docs/deploy.md');
  return MISSING.has(name) ? trouble(error, `the stage ${stage} is not deployed in this account and region; see PROBATE_STAGE, AWS_REGION and docs/deploy.md`) : error;
};
