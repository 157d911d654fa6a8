import { DecommissionEvent, EVENT_TYPE } from '../../../events/decommission.ts';
import { SagaId } from '../../../events/messages.ts';
import { digestOf } from '../../saga/canonical.ts';
import { type Controls, holdOn, inForce } from '../../saga/controls.ts';
import { csmsKey } from '../../saga/instance.ts';
import type { Saga } from '../../saga/saga.ts';
import { sendEvents } from '../intake/send-events.ts';
import { iso } from '../iso.ts';
import { readControls } from '../records/controls.ts';
import { readEvent } from '../records/event-store.ts';
import { readSaga } from '../records/saga-store.ts';
import { targetsOf } from '../stops/targets.ts';
import type { CloudlessParts } from '../workflow.ts';
import type { ScopeFindings } from './findings.ts';
import type { Finding } from './settled.ts';

/** The source of the events that a sweep sends itself. */
const SWEEP_SOURCE = 'urn:probate:sweep';

const isHeld = (saga: Saga, findings: readonly Finding[], controls: Controls, now: number): boolean => {
  const { instance } = saga;
  const keys = instance.cloud === 'huawei' ? findings.map(({ name }) => csmsKey(instance.projectId, name)) : [];
  return inForce(controls, now).pause !== null || [...targetsOf(saga), ...keys].some((key) => holdOn(controls, key, now) !== null);
};

/** The same findings make the same event, so that however many sweeps see them one saga comes of it. */
const eventOf = ({ instance, sagaId }: Saga, findings: readonly Finding[], now: number): DecommissionEvent =>
  DecommissionEvent.parse({
    specversion: '1.0',
    type: EVENT_TYPE,
    source: SWEEP_SOURCE,
    id: `${sagaId}/${digestOf(findings.map(({ id }) => id).sort()).slice('sha256:'.length, 'sha256:'.length + 12)}`,
    time: iso(now),
    data: { reason: `a sweep found ${findings.length} linked to it after ${sagaId}`, instances: [instance] },
  });

/**
 * Where the policy's `sweep.deleteFindings` says so: a new event for each instance that is gone and has secrets linked to
 * it again, so that every rail, cap and mode applies as to any other. What undo or a dependency brought back is left where
 * it is (H44), and so is whatever is held; answers the events sent.
 */
export const deleteFindings = async (parts: CloudlessParts, looked: readonly ScopeFindings[]): Promise<DecommissionEvent[]> => {
  const { ledger, clock, policy } = parts;
  if (!policy.sweep.deleteFindings) return [];
  const linked = looked.flatMap(({ findings }) => findings).filter((finding) => finding.linked && finding.state !== 'PENDING_DELETE');
  const controls = await readControls(ledger);
  const events: DecommissionEvent[] = [];
  for (const [sagaId, findings] of Map.groupBy(linked, (finding) => finding.sagaId)) {
    const stored = await readSaga(ledger, SagaId.parse(sagaId));
    if (stored === null || stored.saga.state !== 'gone' || isHeld(stored.saga, findings, controls, clock.now())) continue;
    const event = eventOf(stored.saga, findings, clock.now());
    // One on record was taken in already: whatever became of its saga is for a person now.
    if ((await readEvent(ledger, event)) === null) events.push(event);
  }
  return sendEvents(parts, events);
};
