import * as z from 'zod/mini';

/** The queues, named as in serverless.yml; `decommissions` carries events, the others wake-ups. */
export const QUEUE_NAMES = ['decommissions', 'deletions', 'verifications', 'compensations'] as const;
/** One of the four queues. */
export type QueueName = (typeof QUEUE_NAMES)[number];
/** A queue that carries wake-ups. */
export type WakeUpQueue = Exclude<QueueName, 'decommissions'>;

/** Identity and generation of a saga, `IDENTITY#N` (design.md, Identity). */
export const SagaId = z
  .string()
  .check(
    z.maxLength(256),
    z.regex(/^(huawei:[^:#]+:[^:#]+:[^:#]+:[^:#]+|alibaba:[^:#]+:[^#]+:[0-9a-f]{12})#[1-9][0-9]*$/, 'must be a saga id such as huawei:REGION:PROJECT:TYPE:INSTANCE#1'),
  )
  .brand<'SagaId'>();
export type SagaId = z.infer<typeof SagaId>;

/**
 * Wakes one saga; the ledger holds everything else (docs/decisions/001). `turn` is the saga's turn the message was sent for:
 * one that lags behind the ledger is a duplicate and does nothing.
 */
export const WakeUp = z.strictObject({ v: z.literal(1), sagaId: SagaId, turn: z.int().check(z.minimum(0)) });
export type WakeUp = z.infer<typeof WakeUp>;
