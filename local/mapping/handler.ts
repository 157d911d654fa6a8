import type { Context, SQSEvent } from 'aws-lambda';

/** A Lambda handler for SQS as the runtime sees it: what it answers is judged only after JSON. */
export type SqsHandler = (event: SQSEvent, context: Context) => Promise<unknown>;
