/**
 * Dollars a million in us-east-1, as listed in November 2026: https://aws.amazon.com/dynamodb/pricing/on-demand,
 * https://aws.amazon.com/sqs/pricing (standard queues), https://aws.amazon.com/lambda/pricing (arm64, the first tier).
 */
export const PRICES = { writeUnit: 0.625, readUnit: 0.125, sqsRequest: 0.4, invocation: 0.2, gigabyteSecond: 13.3334 } as const;

/** How long an invocation is assumed to take: nearly all of it is waiting for a vendor's cloud, which no bench can measure. */
export const ASSUMED_SECONDS = 0.4;
