import * as z from 'zod/mini';
import { remembering, type RememberingShelf } from '../history.ts';
import type { Shelf, Store } from '../store.ts';
import { settle, UnknownsDocument, type Unknowns } from '../unknowns.ts';
import { ChangeOrder, Dependent, keyOf, Secret } from './records.ts';

const DEFAULT_DELETION_SECONDS = 60;

/** Everything the emulator holds. A namespace stays known once anything was in it; `nonces` maps each to when it was used. */
export interface Content {
  readonly secrets: RememberingShelf<Secret>;
  readonly dependents: Shelf<Dependent>;
  readonly changeOrders: Shelf<ChangeOrder>;
  readonly namespaces: Shelf<string>;
  readonly nonces: Shelf<number>;
  nextSecretId(): string;
  /** Makes later ids start above this one. */
  keepClearOf(id: string): void;
  applicationDeletionSeconds(): number;
  setApplicationDeletionSeconds(seconds: number): void;
  unknowns(): Unknowns;
  setUnknowns(document: UnknownsDocument): void;
  empty(): void;
}

export const openContent = (store: Store, emulatedNow: () => number): Content => {
  const secrets = remembering(store.shelf('sae.secrets', Secret), emulatedNow);
  const dependents = store.shelf('sae.dependents', Dependent);
  const changeOrders = store.shelf('sae.changeOrders', ChangeOrder);
  const namespaces = store.shelf('sae.namespaces', z.string());
  const nonces = store.shelf('sae.nonces', z.number());
  const numbers = store.shelf('sae.numbers', z.number());
  const switches = store.shelf('unknowns', UnknownsDocument);
  return {
    secrets,
    dependents,
    changeOrders,
    namespaces,
    nonces,
    nextSecretId: () => {
      const next = (numbers.get('lastSecretId') ?? 0) + 1;
      numbers.put('lastSecretId', next);
      return String(next);
    },
    keepClearOf: (id) => {
      // What lies beyond exact numbers is out of reach for a counter that starts at 1.
      if (Number.isSafeInteger(Number(id))) numbers.put('lastSecretId', Math.max(numbers.get('lastSecretId') ?? 0, Number(id)));
    },
    applicationDeletionSeconds: () => numbers.get('applicationDeletionSeconds') ?? DEFAULT_DELETION_SECONDS,
    setApplicationDeletionSeconds: (seconds) => numbers.put('applicationDeletionSeconds', seconds),
    unknowns: () => settle(switches.get('all') ?? {}),
    setUnknowns: (document) => switches.put('all', { ...switches.get('all'), ...document }),
    empty: () => {
      for (const shelf of [secrets, dependents, changeOrders, namespaces, nonces, numbers, switches]) shelf.clear();
    },
  };
};

/** Applications whose deletion has ended are gone, and with them what they used. */
export const endDeletions = ({ dependents }: Content, now: number): void => {
  for (const dependent of dependents.values()) {
    if (dependent.goneAt !== null && dependent.goneAt <= now) dependents.remove(keyOf(dependent));
  }
};
