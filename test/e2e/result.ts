import * as z from 'zod/mini';

const Moment = z.iso.datetime();
const Outcome = z.enum(['deleted', 'already-gone', 'pending', 'restored', 'kept', 'raced', 'unknown']);

const Saga = z.object({
  sagaId: z.string(),
  eventIds: z.array(z.string()),
  mode: z.enum(['plan', 'recoverable', 'immediate']),
  instance: z.union([
    z.strictObject({ cloud: z.literal('huawei'), region: z.string(), projectId: z.string(), instanceId: z.string(), instanceType: z.enum(['RDS', 'TaurusDB', 'GaussDB', 'APIG']) }),
    z.strictObject({ cloud: z.literal('alibaba'), region: z.string(), namespaceId: z.string() }),
  ]),
  state: z.enum(['received', 'planned', 'quarantined', 'purging', 'verifying', 'compensating', 'gone', 'restored', 'refused', 'parked', 'compensation-failed']),
  dueAt: z.nullable(Moment),
  undoUntil: z.nullable(Moment),
  reason: z.nullable(z.string()),
  planDigest: z.nullable(z.string().check(z.regex(/^sha256:[0-9a-f]{64}$/))),
  hold: z.nullable(z.strictObject({ reason: z.string(), until: z.nullable(Moment), by: z.string() })),
  secrets: z.array(z.strictObject({ cloud: z.enum(['huawei', 'alibaba']), scope: z.string(), id: z.string(), name: z.string(), outcome: Outcome, detail: z.nullable(z.string()) })),
  stages: z.array(z.strictObject({ secretName: z.string(), stage: z.string(), outcome: Outcome, detail: z.nullable(z.string()) })),
  blockers: z.array(z.strictObject({ secretId: z.string(), kind: z.enum(['job', 'application']), name: z.string(), code: z.nullable(z.string()), seenBy: z.enum(['RelateApps', 'DeleteSecret']) })),
  calls: z.strictObject({ csms: z.int(), sae: z.int() }),
  startedAt: Moment,
  finishedAt: z.nullable(Moment),
});
export type SagaDocument = z.infer<typeof Saga>;

/** What `run`, `plan` and `undo` print, field by field as interfaces.md has it; every field is there even when it is null, and further ones are free. */
export const RunDocument = z.object({
  clouds: z.strictObject({ csms: z.string(), sae: z.string() }),
  events: z.array(z.strictObject({ id: z.string(), source: z.string(), accepted: z.boolean(), reason: z.nullable(z.string()) })),
  sagas: z.array(Saga),
  totals: z.strictObject({ instances: z.int(), byState: z.record(z.string(), z.int()), byOutcome: z.record(z.string(), z.int()) }),
  // Not of `undo`, which touches no queue.
  parkedMessages: z.optional(z.int()),
});
export type RunDocument = z.infer<typeof RunDocument>;

/** The saga that an event opened or joined; fails where there is none or several. */
export const sagaOf = ({ sagas }: RunDocument, eventId: string): SagaDocument => {
  const [saga, ...others] = sagas.filter(({ eventIds }) => eventIds.includes(eventId));
  if (saga === undefined || others.length > 0) throw new Error(`${eventId} has ${saga === undefined ? 'no saga' : 'several sagas'}`);
  return saga;
};

/** What became of each secret, by name; by id where the cloud no longer told a name. */
export const outcomesOf = ({ secrets }: Pick<SagaDocument, 'secrets'>): Record<string, string> =>
  Object.fromEntries(secrets.map(({ name, id, outcome }) => [name === '' ? id : name, outcome]));
