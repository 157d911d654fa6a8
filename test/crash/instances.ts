import type { Seed } from '../../local/emulators/seed.ts';
import { NAMESPACE, aDatabase, databaseId, inSae, linked, unlinked } from '../e2e/builders.ts';
import { aCopy, anAlibabaInstance } from '../events/builders.ts';
import type { Prng } from '../simulation/prng.ts';
import { farOff } from './bystanders.ts';

type SeedSecret = NonNullable<Seed['secrets']>[number];
type Dependent = NonNullable<Seed['jobs']>[number];

/** A secret as the journals name it: `csms/NAME` or `sae/ID`. */
export type SecretKey = `csms/${string}` | `sae/${string}`;

/** What must have become of one instance in the end, however often it was interrupted. */
export interface Fate {
  /** null for secrets of a namespace, whose saga is known by the secrets it holds. */
  readonly instance: { readonly id: string; readonly type: string } | null;
  /** Whether no list shows which secrets are linked to it. */
  readonly unseen: boolean;
  readonly ends: 'gone' | 'restored';
  readonly goes: readonly SecretKey[];
  /** Stays, though the instance names it or is linked to it. */
  readonly stays: readonly SecretKey[];
  /** Stages that are taken off, as `NAME/STAGE`. */
  readonly stages: readonly string[];
}

/** One instance as its event tells it, with what the clouds hold of it. */
export interface Drawn {
  readonly instance: unknown;
  readonly secrets: readonly SeedSecret[];
  readonly jobs: readonly Dependent[];
  readonly applications: readonly Dependent[];
  readonly fate: Fate;
}

interface Kind {
  readonly type: 'RDS' | 'TaurusDB' | 'GaussDB';
  readonly linked: number;
  readonly named: number;
  readonly copies: number;
  readonly stages: number;
  /** Uses the first copy; a job is told by the delete's own answer only, an application stands in the list. */
  readonly blockedBy: 'job' | 'application' | null;
}

const PLAIN: Kind = { type: 'RDS', linked: 3, named: 0, copies: 0, stages: 0, blockedBy: null };

/** Ten instances are one of each; null is secrets of a namespace. Numbers are the most there are. */
const KINDS: readonly (Kind | null)[] = [
  PLAIN,
  PLAIN,
  { ...PLAIN, copies: 2 },
  { ...PLAIN, named: 2, copies: 1, stages: 1 },
  { ...PLAIN, type: 'TaurusDB', linked: 2, named: 1 },
  { ...PLAIN, linked: 0, named: 2 },
  { ...PLAIN, type: 'GaussDB', linked: 2, named: 1 },
  { ...PLAIN, copies: 1, blockedBy: 'job' },
  { ...PLAIN, copies: 1, blockedBy: 'application' },
  null,
];

const upTo = (prng: Prng, most: number): number[] => Array.from({ length: most === 0 ? 0 : prng.between(1, most) }, (_, index) => index);

const inCsms = (name: string): SecretKey => `csms/${name}`;
const inNamespace = (id: string): SecretKey => `sae/${id}`;
const copyId = (number: number, index: number): string => String(number * 10 + index + 1);

const drawNamespace = (prng: Prng, number: number): Drawn => {
  const ids = upTo(prng, 3).map((index) => copyId(number, index));
  return {
    instance: anAlibabaInstance({ secretIds: ids }),
    secrets: ids.map((id) => inSae(id, `secret_${id}`)),
    jobs: [],
    applications: [],
    fate: { instance: null, unseen: false, ends: 'gone', goes: ids.map(inNamespace), stays: [], stages: [] },
  };
};

const drawDatabase = (prng: Prng, number: number, now: number, { type, blockedBy, ...most }: Kind): Drawn => {
  const id = databaseId(number);
  const own = upTo(prng, most.linked).map((index) => `db-${number}-${index}`);
  const named = upTo(prng, most.named).map((index) => `named-${number}-${index}`);
  const copies = upTo(prng, most.copies).map((index) => copyId(number, index));
  const shared = upTo(prng, most.stages).map((index) => `shared-${number}-${index}`);
  // What turns back has named a secret that somebody else scheduled: the one schedule its cancellations must not touch.
  const leaving = blockedBy === null ? [] : [`leaving-${number}`];
  const held = [...[...own, ...named].map(inCsms), ...copies.map(inNamespace)];
  const dependents = [{ name: `blocks-${number}`, namespaceId: NAMESPACE, uses: copies }];
  return {
    instance: aDatabase(number, {
      instanceType: type,
      secretNames: [...named, ...leaving],
      stages: shared.map((secretName) => ({ secretName, stage: 'reader' })),
      copies: copies.map(aCopy),
    }),
    secrets: [
      ...own.map((name) => linked(number, name, { instance: { id, type } })),
      ...named.map((name) => unlinked(name)),
      ...leaving.map((name) => unlinked(name, { state: 'PENDING_DELETE', deleteAt: farOff(now) })),
      ...shared.map((name) => unlinked(name, { stages: ['reader', 'writer'] })),
      ...copies.map((copy) => inSae(copy, `copy_${copy}`)),
    ],
    jobs: blockedBy === 'job' ? dependents : [],
    applications: blockedBy === 'application' ? dependents : [],
    fate: {
      instance: { id, type },
      unseen: type === 'GaussDB',
      ends: blockedBy === null ? 'gone' : 'restored',
      goes: blockedBy === null ? held : [],
      stays: blockedBy === null ? [] : [...held, ...leaving.map(inCsms)],
      stages: shared.map((name) => `${name}/reader`),
    },
  };
};

/** Draws one instance; its number tells it and its secrets from all others. */
export const drawInstance = (prng: Prng, number: number, now: number): Drawn => {
  const kind = KINDS[number % KINDS.length] ?? null;
  return kind === null ? drawNamespace(prng, number) : drawDatabase(prng, number, now, kind);
};
