import type { SqsHandler } from '../../../local/mapping/handler.ts';

/** Loaded by name in the tests of loading. */
export const echo: SqsHandler = async (event) => ({ batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) });

export const notAFunction = 1;
