import { describe, expect, it } from 'vitest';
import { nameAws } from '../../cli/run/aws-trouble.ts';
import { probate } from './probate.ts';

const thrown = (name: string, fields: Readonly<Record<string, unknown>> = {}): Error => Object.assign(new Error('words'), { name, ...fields });

describe('trouble with AWS', () => {
  it.each([
    [thrown('Error', { code: 'ENOTFOUND' }), /^AWS cannot be reached; see AWS_REGION.* \(words\)$/],
    [thrown('TimeoutError'), /^AWS cannot be reached/],
    [thrown('UnrecognizedClientException'), /^AWS refused the credentials/],
    [thrown('ResourceNotFoundException'), /^the stage dev is not deployed/],
    [thrown('QueueDoesNotExist'), /^the stage dev is not deployed/],
  ])('%s is told in words that say what to look at', (error, words) => {
    expect(nameAws('dev', error)).toMatchObject({ message: expect.stringMatching(words), cause: error });
  });

  it('is told of nothing else', () => {
    const other = thrown('TypeError');
    expect(nameAws('dev', other)).toBe(other);
  });

  it('is named when a command meets it, and credentials that are not there are bad input', async () => {
    const closed = 'http://127.0.0.1:1';
    const [unreached, keyless] = await Promise.all([
      probate(['status', '--stack', 'aws'], { env: { AWS_REGION: 'eu-west-1', PROBATE_STAGE: 'dev', AWS_ENDPOINT_URL_SQS: closed, AWS_ENDPOINT_URL_DYNAMODB: closed } }),
      probate(['status', '--stack', 'aws', '--json'], { env: { AWS_REGION: 'eu-west-1', PROBATE_STAGE: 'dev', AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere' } }),
    ]);
    expect([unreached.code, unreached.err]).toEqual([1, expect.stringContaining('AWS cannot be reached')]);
    expect([keyless.code, JSON.parse(keyless.out)]).toMatchObject([2, { problems: [{ file: 'environment', path: 'AWS_ACCESS_KEY_ID' }] }]);
  });
});
