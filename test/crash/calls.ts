import * as z from 'zod/mini';
import type { JournalEntry, Journals } from './clouds.ts';

/** One request of a journal that changed something or was meant to. */
export interface Write {
  readonly cloud: 'csms' | 'sae';
  readonly entry: JournalEntry;
  readonly op: 'batch-delete' | 'delete-named' | 'schedule' | 'cancel' | 'delete-stage' | 'delete-copy';
  /** What it was about: a secret's name or id, `NAME/STAGE`, or `TYPE INSTANCE` as the body has them. */
  readonly subject: string;
}

/** A request that is neither a read nor anything Probate may ever ask for. */
export interface Stranger {
  readonly cloud: 'csms' | 'sae';
  readonly entry: JournalEntry;
  readonly op: 'unheard-of';
}

const READS = new Set(['ListSecrets', 'ShowSecret', 'ShowSecretStage']);

export const isRead = ({ operation, status }: JournalEntry): boolean => READS.has(operation) && (status === 200 || status === 404);

const Selector = z.object({ instance_id: z.string(), instance_type: z.string() });

/** Both fields, or null: what is missing must never widen the call. */
export const selectorOf = ({ request }: JournalEntry): { readonly id: string; readonly type: string } | null => {
  const fields = Selector.safeParse(request.body);
  return fields.success ? { id: fields.data.instance_id, type: fields.data.instance_type } : null;
};

const ofCsms = (entry: JournalEntry): Write | Stranger | null => {
  const [, , , , name = '', , stage = ''] = entry.request.path.split('/');
  const write = (op: Write['op'], subject: string): Write => ({ cloud: 'csms', entry, op, subject });
  switch (entry.operation) {
    case 'BatchDeleteSecrets': {
      const selector = selectorOf(entry);
      return write('batch-delete', `${selector?.type ?? ''} ${selector?.id ?? ''}`);
    }
    case 'DeleteSecret':
      return write('delete-named', name);
    case 'DeleteSecretForSchedule':
      return write('schedule', name);
    case 'RestoreSecret':
      return write('cancel', name);
    case 'DeleteSecretStage':
      return write('delete-stage', `${name}/${stage}`);
    default:
      return READS.has(entry.operation) ? null : { cloud: 'csms', entry, op: 'unheard-of' };
  }
};

const ofSae = (entry: JournalEntry): Write | Stranger | null => {
  if (entry.operation === 'DeleteSecret') return { cloud: 'sae', entry, op: 'delete-copy', subject: entry.request.query['SecretId'] ?? '' };
  return READS.has(entry.operation) ? null : { cloud: 'sae', entry, op: 'unheard-of' };
};

/** Everything in the journals that is no read, cloud by cloud in the order it came. */
export const writesIn = ({ csms, sae }: Journals): readonly (Write | Stranger)[] => [...csms.map(ofCsms), ...sae.map(ofSae)].filter((write) => write !== null);
