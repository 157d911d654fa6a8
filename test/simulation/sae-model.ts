import { SecretId } from '../../events/ids.ts';
import type { SaeSecret } from '../../lib/saga/seen.ts';
import type { Failure } from '../../lib/saga/verdict.ts';
import type { Timeline } from './timeline.ts';
import { type Actor, type History, type TrueSaeSecret, cloudTime, createHistory } from './truth.ts';

interface Dependant {
  readonly kind: 'application' | 'job';
  readonly name: string;
  readonly uses: Set<string>;
  /** RelateApps may pass over an application, and names no job at all. */
  readonly isListed: boolean;
}

/** SAE's secrets of one namespace and what depends on them (contracts/alibaba-sae.md, sections 1 to 3). */
export interface SaeModel {
  readonly secrets: readonly TrueSaeSecret[];
  readonly dependants: readonly Dependant[];
  add(name: string): TrueSaeSecret;
  attach(dependant: Dependant): void;
  detach(name: string): void;
  listAsOf(moment: number): readonly SaeSecret[];
  erase(id: string, by: Actor): { readonly value: null } | { readonly failure: Failure };
}

const FIRST_ID = 16;

export const createSaeModel = (timeline: Timeline, namespaceId: SaeSecret['namespaceId'], erased: (secret: TrueSaeSecret) => void): SaeModel => {
  const secrets: TrueSaeSecret[] = [];
  let dependants: readonly Dependant[] = [];
  const history: History<SaeSecret> = createHistory(timeline);

  const applicationsOf = (id: string): SaeSecret['applications'] =>
    dependants.filter(({ kind, isListed, uses }) => kind === 'application' && isListed && uses.has(id)).map(({ name }) => ({ id: `id-of-${name}`, name }));

  const changed = (): void =>
    history.record(
      secrets.filter((secret) => secret.erased === null).map(({ id, name, createTime }) => ({ id, namespaceId, name, createTime, applications: applicationsOf(id) })),
    );
  changed();

  return {
    secrets,
    get dependants() {
      return dependants;
    },
    add: (name) => {
      const id = SecretId.parse(String(FIRST_ID + secrets.length));
      const secret: TrueSaeSecret = { cloud: 'alibaba', namespaceId, id, name, createTime: cloudTime(timeline), erased: null };
      secrets.push(secret);
      changed();
      return secret;
    },
    attach: (dependant) => {
      dependants = [...dependants, dependant];
      changed();
    },
    detach: (name) => {
      dependants = dependants.filter((dependant) => dependant.name !== name);
      changed();
    },
    listAsOf: (moment) => history.asOf(moment),
    erase: (id, by) => {
      const secret = secrets.find((one) => one.id === id && one.erased === null);
      if (secret === undefined) return { failure: { kind: 'alreadyGone', code: 'InvalidSecretId.NotFound' } };
      const blocker = dependants.find(({ uses }) => uses.has(id));
      if (blocker !== undefined) {
        const code = blocker.kind === 'job' ? 'DependencyViolation.Job' : 'DependencyViolation.Application';
        return { failure: { kind: 'blocked', code, blocker: { kind: blocker.kind, name: blocker.name } } };
      }
      secret.erased = { at: timeline.now(), by };
      changed();
      erased(secret);
      return { value: null };
    },
  };
};
