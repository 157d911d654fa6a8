import * as z from 'zod/mini';
import type { JournalEntry } from './emulator.ts';
import type { Shelf, Store } from './store.ts';
import { readJson, readQuery, type Incoming } from './wire.ts';

/**
 * The fields whose content the journal may show. Everything else is struck out, so that a field the vendor adds, or one
 * misspelt, cannot carry a value or a password into it (hazard H58).
 */
const SHOWN = new Set(
  `name secret_name description secret_type state auto_rotation rotation_period rotation_config rotation_func_urn event_subscriptions
  enterprise_project_id kms_key_id recovery_window_in_days instance_id instance_type version_id version_stages expire_time limit marker event_name
  auth identity methods user domain id scope project nocatalog
  NamespaceId NameSpaceShortId SecretId SecretName SecretType AppId AppName ChangeOrderId CurrentPage PageSize FieldType FieldValue OrderBy Reverse AppSource Workload`.split(/\s+/),
);

const STRUCK_OUT = '[struck out]';

const hasFields = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shown);
  if (!hasFields(value)) return value;
  // `password` is both the object around an IAM user and the text inside it.
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, SHOWN.has(key) || (key === 'password' && hasFields(inner)) ? shown(inner) : STRUCK_OUT]));
};

const shownBody = (body: Buffer): unknown => {
  const json = readJson(body);
  if (json === null) return `${body.length} bytes that are no JSON`;
  if (json.value === undefined || json.value === null) return null;
  return hasFields(json.value) ? shown(json.value) : STRUCK_OUT;
};

/** The request without any secret value. */
export const journalled = ({ method, path, query, body }: Incoming): JournalEntry['request'] => ({
  method,
  path,
  query: Object.fromEntries((readQuery(query) ?? []).map(([name, value]) => [name, SHOWN.has(name) ? value : STRUCK_OUT])),
  body: shownBody(body),
});

const Entry: z.ZodMiniType<JournalEntry> = z.object({
  seq: z.int(),
  at: z.number(),
  operation: z.string(),
  scope: z.nullable(z.string()),
  request: z.object({ method: z.string(), path: z.string(), query: z.record(z.string(), z.string()), body: z.unknown() }),
  status: z.nullable(z.int()),
  code: z.nullable(z.string()),
  effect: z.nullable(
    z.object({
      did: z.enum(['created', 'updated', 'scheduled', 'cancelled', 'erased', 'versionAdded', 'stageSet', 'stageRemoved', 'tokenIssued', 'applicationDeletionStarted', 'jobRemoved']),
      names: z.array(z.string()),
      note: z.nullable(z.string()),
    }),
  ),
});

export interface Journal {
  append(entry: Omit<JournalEntry, 'seq'>): void;
  entries(): readonly JournalEntry[];
  clear(): void;
}

export const openJournal = (store: Store): Journal => {
  const shelf: Shelf<JournalEntry> = store.shelf('journal', Entry);
  return {
    append: (entry) => {
      const seq = shelf.size + 1;
      shelf.put(String(seq), { seq, ...entry });
    },
    entries: () => [...shelf.values()],
    clear: () => shelf.clear(),
  };
};
