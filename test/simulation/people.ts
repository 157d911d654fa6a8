import type { DecommissionEvent } from '../../events/decommission.ts';
import type { Policy } from '../../lib/saga/policy.ts';
import type { Hold, Saga } from '../../lib/saga/saga.ts';
import { undoOf } from '../../lib/saga/undo.ts';
import { amend } from '../../lib/workflow/records/amend.ts';
import { readControls } from '../../lib/workflow/records/controls.ts';
import { approve, hold, pause, release, resume } from '../../lib/workflow/stops/stops.ts';
import { type Target, parseTarget } from '../../lib/workflow/stops/targets.ts';
import { wake } from '../../lib/workflow/wake-up.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import type { CsmsModel } from './csms-model.ts';
import type { Prng } from './prng.ts';
import type { SaeModel } from './sae-model.ts';
import { NAMESPACE, PROJECT, type Scenario, anEvent, linkOf } from './scenario.ts';
import type { Trace } from './trace.ts';

export interface PeopleParts {
  /** The ledger and queue as people's own commands reach them. */
  readonly store: Pick<Workflow, 'ledger' | 'queue' | 'clock'>;
  readonly prng: Prng;
  readonly csms: CsmsModel;
  readonly sae: SaeModel;
  readonly scenario: Scenario;
  readonly policy: Policy;
  readonly sagas: () => readonly Saga[];
  readonly send: (event: DecommissionEvent) => Promise<void>;
  readonly trace: Trace;
  /** Does something after that many milliseconds. */
  readonly later: (milliseconds: number, what: () => Promise<unknown>) => void;
}

/** What somebody outside of Probate may do at any moment; each picks its own object. */
export interface People {
  act(): Promise<void>;
  /** Lifts every stop and approves every plan, so that a saga left over then waits for nobody. */
  tidyUp(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const PERSON = { kind: 'person' } as const;

export const createPeople = ({ store, prng, csms, sae, scenario, policy, sagas, send, trace, later }: PeopleParts): People => {
  const { ledger, queue, clock } = store;
  let made = 0;

  const aHold = (): Hold => ({ reason: 'wait for me', until: prng.chance(0.5) ? clock.now() + prng.between(60_000, 30 * 3_600_000) : null, by: 'somebody' });

  const anySaga = (): Saga | null => (sagas().length === 0 ? null : prng.pick(sagas()));

  /** Most stops are lifted within hours, as they are in life; a few stay until somebody tidies up. */
  const laterLifted = (lift: () => Promise<unknown>): void => {
    if (prng.chance(0.7)) later(prng.between(1_000, 4 * HOUR_MS), lift);
  };

  /** Whose release failed halfway; a person who is told so gives the command again. */
  const halfReleased = new Set<string>();

  const releaseOne = async (target: Target): Promise<void> => {
    halfReleased.add(target.key);
    await release(store, target);
    halfReleased.delete(target.key);
  };

  const anyTarget = (): Target => {
    const saga = anySaga();
    const keys = [...csms.secrets.map(({ name }) => `huawei/${PROJECT}/${name}`), ...sae.secrets.map(({ id }) => `alibaba/${NAMESPACE}/${id}`)];
    switch (saga === null ? 'secret' : prng.pick(['saga', 'instance', 'secret'] as const)) {
      case 'saga':
        return { kind: 'saga', key: saga?.sagaId ?? '' };
      case 'instance':
        return { kind: 'instance', key: prng.pick(scenario.instances).instanceId };
      case 'secret':
        return { kind: 'secret', key: prng.pick(keys) };
    }
  };

  const holdSomething = async (): Promise<void> => {
    const target = anyTarget();
    laterLifted(() => releaseOne(target));
    await hold(store, target, aHold());
  };

  const releaseAll = async (): Promise<void> => {
    for (const key of new Set([...Object.keys((await readControls(ledger)).holds), ...halfReleased])) await releaseOne(parseTarget(key) ?? { kind: 'secret', key });
  };

  const pauseAll = async (): Promise<void> => {
    laterLifted(() => resume(store));
    await pause(store, aHold());
  };

  const undo = async (): Promise<void> => {
    const saga = anySaga();
    if (saga === null) return;
    const amended = await amend(ledger, saga.sagaId, clock.now(), ({ saga: now }) => {
      const undone = undoOf(now, 'somebody', clock.now());
      return undone.kind === 'begins' ? [undone.fact] : [];
    });
    if (amended?.changed === true) await wake(queue, amended.stored.saga, 0);
  };

  const approveAll = async (): Promise<void> => {
    for (const { sagaId, plan, wait } of sagas()) if (wait?.why === 'approval' && plan !== null) await approve(store, sagaId, plan.digest, 'somebody');
  };

  const anyName = (): string => prng.pick(csms.secrets).name;

  const link = (): void => {
    const { instanceId, instanceType } = prng.pick(scenario.instances);
    const unlinked = csms.secrets.filter((secret) => secret.erased === null && secret.state === 'ENABLED' && secret.link === null && secret.name.startsWith('named'));
    if (prng.chance(0.3) && unlinked.length > 0) csms.relink(prng.pick(unlinked), linkOf(instanceId, instanceType).link);
    else csms.add({ name: `late-${(made += 1)}`, ...linkOf(instanceId, instanceType) });
  };

  const unlink = (): void => {
    const linked = csms.secrets.filter((secret) => secret.erased === null && secret.state === 'ENABLED' && secret.link !== null);
    if (linked.length > 0) csms.relink(prng.pick(linked), prng.chance(0.5) ? null : { instanceId: 'another-instance', instanceType: 'RDS' });
  };

  const recreate = (): void => {
    const gone = csms.secrets.filter((secret) => secret.erased !== null && csms.find(secret.name) === undefined);
    if (gone.length > 0) csms.add({ name: prng.pick(gone).name, link: null, unseenLink: null });
  };

  const attach = (): void => {
    if (sae.secrets.length === 0) return;
    const secret = prng.pick(sae.secrets);
    const kind = prng.pick(['application', 'job'] as const);
    sae.attach({ kind, name: `${kind}-${(made += 1)}`, uses: new Set([secret.id]), isListed: prng.chance(0.7) });
  };

  const detach = (): void => {
    if (sae.dependants.length > 0) sae.detach(prng.pick(sae.dependants).name);
  };

  const anotherEvent = async (): Promise<void> => {
    const [first] = scenario.events;
    const again = prng.chance(0.4);
    if (again && first !== undefined) return send(first);
    const { instance } = prng.pick(scenario.instances);
    const more = prng.chance(0.5) ? { ...instance, secretNames: [anyName()] } : instance;
    return send(anEvent(`evt-late-${(made += 1)}`, [more]));
  };

  const acts: Readonly<Record<string, () => unknown>> = {
    hold: holdSomething,
    release: releaseAll,
    pause: pauseAll,
    resume: () => resume(store),
    undo,
    approve: approveAll,
    link,
    unlink,
    recreate,
    remake: () => csms.recreate(anyName()),
    attach,
    detach,
    anotherEvent,
    schedule: () => void csms.schedule(anyName(), prng.pick([7, 9, 30]), PERSON),
    cancel: () => void csms.cancel(anyName(), PERSON),
    erase: () => void csms.erase(anyName(), PERSON),
    eraseCopy: () => {
      if (sae.secrets.length > 0) sae.erase(prng.pick(sae.secrets).id, PERSON);
    },
  };

  return {
    act: async () => {
      const name = prng.pick(Object.keys(acts));
      trace.line('person', name);
      await acts[name]?.();
    },
    tidyUp: async () => {
      await resume(store);
      await releaseAll();
      // A release that failed halfway lifted the hold on record and left the saga its own.
      for (const { sagaId, hold } of sagas()) if (hold !== null) await release(store, { kind: 'saga', key: sagaId });
      if (policy.requireApproval) await approveAll();
    },
  };
};
