import * as z from 'zod/mini';
import { remembering, type RememberingShelf } from '../history.ts';
import type { Shelf, Store } from '../store.ts';
import { settle, UnknownsDocument, type Unknowns } from '../unknowns.ts';
import { keyOf, Secret, Token } from './records.ts';

/** Everything the emulator holds; `projects` maps project names to ids. */
export interface Content {
  readonly secrets: RememberingShelf<Secret>;
  readonly tokens: Shelf<Token>;
  readonly projects: Shelf<string>;
  unknowns(): Unknowns;
  setUnknowns(document: UnknownsDocument): void;
  empty(): void;
}

export const openContent = (store: Store, emulatedNow: () => number): Content => {
  const secrets = remembering(store.shelf('csms.secrets', Secret), emulatedNow);
  const tokens = store.shelf('iam.tokens', Token);
  const projects = store.shelf('iam.projects', z.string());
  const switches = store.shelf('unknowns', UnknownsDocument);
  return {
    secrets,
    tokens,
    projects,
    unknowns: () => settle(switches.get('all') ?? {}),
    setUnknowns: (document) => switches.put('all', { ...switches.get('all'), ...document }),
    empty: () => {
      secrets.clear();
      tokens.clear();
      projects.clear();
      switches.clear();
    },
  };
};

/** Secrets whose recovery window has ended vanish; nothing brings them back (state rules, section 1). */
export const eraseDue = ({ secrets }: Content, now: number): void => {
  for (const secret of secrets.values()) {
    if (secret.state === 'PENDING_DELETE' && secret.deleteAt !== null && secret.deleteAt <= now) secrets.remove(keyOf(secret));
  }
};
