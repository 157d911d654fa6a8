import type { Entry } from '../../lib/saga/journal.ts';
import type { Attempt, Call } from '../../lib/saga/saga.ts';
import type { Told } from '../../lib/saga/facts.ts';
import { iso } from '../../lib/workflow/iso.ts';

/** How a call's end is told; `open` while nothing was written after its intent. */
export interface CallEnd {
  readonly kind: 'done' | 'failed' | 'not sent' | 'unknown' | 'open';
  /** Epoch milliseconds; null while open. */
  readonly at: number | null;
  readonly detail: string | null;
}

/** How a report calls a secret, given the key the saga knows it by. */
export type NameOf = (key: string) => string;

/** A call in words, as what was asked of the cloud. */
export const callInWords = (call: Call, nameOf: NameOf): string => {
  switch (call.op) {
    case 'schedule':
      return `schedule the deletion of ${nameOf(call.key)}, erased ${call.recoveryWindowDays} days later`;
    case 'cancel':
      return `cancel the scheduled deletion of ${nameOf(call.key)}`;
    case 'delete-copy':
      return `delete the SAE secret ${nameOf(call.key)}`;
    case 'delete-stage':
      return `remove the stage ${call.stage} from ${call.name}`;
    case 'batch-delete':
      return `batch-delete what is linked to ${call.instanceId} as ${call.instanceType}`;
    case 'delete-named':
      return `delete ${nameOf(call.key)} at once`;
  }
};

const tellings = ({ eraseAt, batch }: Told): string | null => {
  const parts = [
    ...(eraseAt == null ? [] : [`the cloud erases it at ${iso(eraseAt)}`]),
    ...(batch === undefined ? [] : [`the reply counts ${batch.total ?? 'nothing'}, names as deleted: ${batch.succeeded.length === 0 ? 'none' : batch.succeeded.join(', ')}`]),
    ...(batch?.failed ?? []).map(({ name, verdict }) => `${name} failed (${verdict.code})`),
  ];
  return parts.length === 0 ? null : parts.join('; ');
};

/** By attempt number, how each call ended; a later look at the cloud overrides what the reply left open. */
export const callEnds = (entries: readonly Entry[]): ReadonlyMap<Attempt['number'], CallEnd> => {
  const ends = new Map<number, CallEnd>();
  for (const { fact } of entries) {
    if (fact.type === 'CallSucceeded') ends.set(fact.number, { kind: 'done', at: fact.at, detail: tellings(fact.told) });
    if (fact.type === 'CallFailed') ends.set(fact.number, { kind: 'failed', at: fact.at, detail: fact.failure.code });
    if (fact.type === 'CallWithdrawn') ends.set(fact.number, { kind: 'not sent', at: fact.at, detail: fact.why });
    if (fact.type === 'EffectUnknown') ends.set(fact.number, { kind: 'unknown', at: fact.at, detail: fact.code });
    if (fact.type === 'EffectSeen') {
      const seen = `no telling reply; the cloud was read: ${fact.happened ? 'it had taken effect' : 'it had taken no effect'}`;
      ends.set(fact.number, { kind: fact.happened ? 'done' : 'failed', at: fact.at, detail: [seen, tellings(fact.told)].filter((part) => part !== null).join('; ') });
    }
  }
  return ends;
};
