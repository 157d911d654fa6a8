import type { DecommissionEvent } from '../../events/decommission.ts';
import type { SagaId } from '../../events/messages.ts';
import type { Policy } from '../../lib/saga/policy.ts';
import { type Hold, type Saga, isBeforePivot } from '../../lib/saga/saga.ts';
import { amend } from '../../lib/workflow/amend.ts';
import { readControls, setHold, setPause } from '../../lib/workflow/controls.ts';
import { wake } from '../../lib/workflow/wake-up.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import type { CsmsModel } from './csms-model.ts';
import type { Prng } from './prng.ts';
import type { SaeModel } from './sae-model.ts';
import { NAMESPACE, PROJECT, type Scenario, anEvent, linkOf } from './scenario.ts';
import type { Trace } from './trace.ts';

export interface PeopleParts {
  /** The ledger and queue as people's own commands reach them. */
  readonly desk: Pick<Workflow, 'ledger' | 'queue' | 'clock'>;
  readonly prng: Prng;
  readonly csms: CsmsModel;
  readonly sae: SaeModel;
  readonly scenario: Scenario;
  readonly policy: Policy;
  readonly sagas: () => readonly Saga[];
  readonly send: (event: DecommissionEvent) => Promise<void>;
  readonly trace: Trace;
}

/** What somebody outside of Probate may do at any moment; each picks its own object. */
export interface People {
  act(): Promise<void>;
  /** Lifts every stop and approves every plan, so that a saga left over then waits for nobody. */
  tidyUp(): Promise<void>;
}

const PERSON = { kind: 'person' } as const;

export const createPeople = ({ desk, prng, csms, sae, scenario, policy, sagas, send, trace }: PeopleParts): People => {
  const { ledger, queue, clock } = desk;
  let made = 0;

  const aHold = (): Hold => ({ reason: 'wait for me', until: prng.chance(0.5) ? clock.now() + prng.between(60_000, 30 * 3_600_000) : null, by: 'somebody' });

  const tell = async (sagaId: SagaId, bring: Parameters<typeof amend>[3]): Promise<void> => {
    const amended = await amend(ledger, sagaId, clock.now(), bring);
    if (amended?.changed === true) await wake(queue, amended.stored.saga, 0);
  };

  const anySaga = (): Saga | null => (sagas().length === 0 ? null : prng.pick(sagas()));

  const hold = async (): Promise<void> => {
    const saga = anySaga();
    const secrets = csms.secrets.map(({ name }) => `huawei/${PROJECT}/${name}`);
    const target = prng.pick(['saga', 'instance', 'secret']);
    const at = clock.now();
    if (target === 'secret') return setHold(ledger, prng.pick([...secrets, ...sae.secrets.map(({ id }) => `alibaba/${NAMESPACE}/${id}`)]), aHold());
    if (target === 'instance' || saga === null) return setHold(ledger, prng.pick(scenario.instances).instanceId, aHold());
    return tell(saga.sagaId, () => [{ type: 'Held', hold: aHold(), at }]);
  };

  const release = async (): Promise<void> => {
    const at = clock.now();
    for (const target of Object.keys((await readControls(ledger)).holds)) await setHold(ledger, target, null);
    for (const { sagaId } of sagas()) await tell(sagaId, ({ saga }) => (saga.hold === null ? [] : [{ type: 'Released', at }]));
    for (const saga of sagas()) if (saga.wait !== null) await wake(queue, saga, 0);
  };

  const resume = async (): Promise<void> => {
    await setPause(ledger, null);
    for (const saga of sagas()) if (saga.wait !== null) await wake(queue, saga, 0);
  };

  const undo = async (): Promise<void> => {
    const saga = anySaga();
    const at = clock.now();
    if (saga !== null) await tell(saga.sagaId, ({ saga: now }) => (canUndo(now) ? [{ type: 'UndoRequested', by: 'somebody', at }] : []));
  };

  const approve = async (): Promise<void> => {
    const at = clock.now();
    for (const { sagaId } of sagas()) {
      await tell(sagaId, ({ saga }) => (saga.wait?.why === 'approval' && saga.plan !== null ? [{ type: 'Approved', digest: saga.plan.digest, by: 'somebody', at }] : []));
    }
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

  const acts: Readonly<Record<string, () => Promise<void> | void>> = {
    hold,
    release,
    pause: () => setPause(ledger, aHold()),
    resume,
    undo,
    approve,
    link,
    unlink,
    recreate,
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
      await resume();
      await release();
      if (policy.requireApproval) await approve();
    },
  };
};

/** The command refuses what the design rules out: nothing goes back after the pivot, and what has settled is not undone. */
const canUndo = (saga: Saga): boolean => isBeforePivot(saga) && !['gone', 'restored', 'refused', 'planned', 'received', 'compensating'].includes(saga.state);
