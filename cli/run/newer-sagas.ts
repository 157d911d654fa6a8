import { BY_NEWER } from '../../lib/workflow/records/saga-store.ts';
import { printable } from '../terminal/printable.ts';

/** Sagas by their ids that a newer Probate wrote (H32), a line each: this one can tell nothing of them, and leaves them alone. */
export const inWordsOfNewer = (newer: readonly string[]): string[] => newer.map((sagaId) => `${printable(sagaId)} ${BY_NEWER}: look with that one what it does`);
