import type { DecommissionEvent } from '../../../events/decommission.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { digestOf } from '../../saga/canonical.ts';
import { changeItem } from './item.ts';

/** What became of one event, or of one part of it. */
export interface SeenPart {
  readonly digest: string;
  readonly instances: number;
  readonly accepted: boolean;
  readonly reason: string | null;
}

/** Whether an event made a saga, and if not why. */
export type Judgement = Pick<SeenPart, 'accepted' | 'reason'>;

export interface SeenEvent {
  readonly source: string;
  readonly id: string;
  /** The event's own time, or when its first part was received. */
  readonly time: number;
  readonly parts: Readonly<Record<string, SeenPart>>;
}

export const REUSED = 'event-id-reused: this source and id stand for other data already';

const idOf = ({ source, id }: { readonly source: string; readonly id: string }): string => `${source}#${id}`;

export const partOf = ({ data }: DecommissionEvent): number => data.part?.index ?? 1;

/** Over everything an event asks for, so that the same id with other data is known as another event. */
export const dataDigest = ({ type, data }: DecommissionEvent): string => digestOf([type, data]);

export const readEvent = async (ledger: Ledger, event: { readonly source: string; readonly id: string }): Promise<SeenEvent | null> => {
  const item = await ledger.read('event', idOf(event));
  const seen: SeenEvent | null = item === null ? null : JSON.parse(item.body);
  return seen;
};

/** The part of this number that is on record, be it this very one or another. */
export const partOnRecord = (seen: SeenEvent | null, event: DecommissionEvent): SeenPart | undefined => seen?.parts[String(partOf(event))];

/** What became of an event, as the ledger tells it; null while nothing has. */
export const outcomeOfEvent = (seen: SeenEvent | null, event: DecommissionEvent): Judgement | null => {
  const part = partOnRecord(seen, event);
  if (part === undefined) return null;
  return part.digest === dataDigest(event) ? part : { accepted: false, reason: REUSED };
};

/** Records a part as `judge` finds it beside what is on record as it is written, unless it is on record already: then that answer stands. */
export const recordEvent = (ledger: Ledger, event: DecommissionEvent, time: number, judge: (before: SeenEvent | null) => SeenPart): Promise<SeenEvent> =>
  changeItem<SeenEvent, SeenEvent>(ledger, 'event', idOf(event), (seen) => {
    const known = partOnRecord(seen, event);
    const part = judge(seen);
    if (seen !== null && known !== undefined && (known.digest !== part.digest || known.accepted === part.accepted)) return { body: null, answer: seen };
    const body: SeenEvent = { source: event.source, id: event.id, time: seen?.time ?? time, parts: { ...seen?.parts, [String(partOf(event))]: part } };
    return { body, answer: body };
  });

export async function* listEvents(ledger: Ledger): AsyncGenerator<SeenEvent> {
  for await (const item of ledger.list('event')) {
    const seen: SeenEvent = JSON.parse(item.body);
    yield seen;
  }
}
