import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import type { Clock } from '../../lib/ports/clock.ts';
import type { FunctionMapping } from '../serverless/function-mapping.ts';

const noCallbacks = (): never => {
  throw new Error('the runtime nodejs24.x has no callbacks: return or throw instead');
};

/**
 * Lambda's context of one invocation that began now (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html).
 * Once `stopping` aborts no time is left, so that a handler ends after the call it is making.
 */
export const contextOf = ({ functionName, queueArn, memoryMegabytes, timeoutSeconds }: FunctionMapping, clock: Clock, stopping: AbortSignal): Context => {
  const [, , , region = '', account = ''] = queueArn.split(':');
  const awsRequestId = randomUUID();
  const deadline = clock.monotonic() + timeoutSeconds * 1_000;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:${functionName}`,
    memoryLimitInMB: String(memoryMegabytes),
    awsRequestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: awsRequestId,
    getRemainingTimeInMillis: () => (stopping.aborted ? 0 : Math.max(0, Math.floor(deadline - clock.monotonic()))),
    done: noCallbacks,
    fail: noCallbacks,
    succeed: noCallbacks,
  };
};
