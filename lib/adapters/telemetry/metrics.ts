import type { Observation } from '../../ports/telemetry.ts';

type Unit = 'Count' | 'Milliseconds' | 'Seconds';

/** One line's figures for CloudWatch: dimensions name a metric together with `Stage`, which every line has. */
export interface Figures {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, { readonly unit: Unit; readonly value: number }>>;
}

const count = (value = 1): { readonly unit: Unit; readonly value: number } => ({ unit: 'Count', value });

/**
 * What is counted of an observation. Dimensions hold closed sets of words only: each new combination is a metric that is
 * paid for, so ids and vendors' codes stay in the line and out of here. deploy/alarms.yml reads these names.
 */
export const figuresOf = (observation: Observation): Figures => {
  switch (observation.kind) {
    case 'reached':
      return { dimensions: { State: observation.state }, metrics: { SagasReached: count() } };
    case 'waits':
      return { dimensions: { Why: observation.why }, metrics: { Waits: count(), WaitSeconds: { unit: 'Seconds', value: (observation.delayMs ?? 0) / 1_000 } } };
    case 'called': {
      const { api, verdict, requests, milliseconds } = observation;
      return {
        dimensions: { Api: api, Verdict: verdict.kind },
        metrics: {
          Calls: count(),
          Requests: count(requests),
          CallDuration: { unit: 'Milliseconds', value: milliseconds },
          ...(verdict.kind === 'throttled' ? { Throttlings: count() } : {}),
        },
      };
    }
    case 'alarm-raised':
      return { dimensions: {}, metrics: { AlarmsRaised: count() } };
    case 'message-parked':
      return { dimensions: {}, metrics: { MessagesParked: count() } };
    case 'message-failed':
      return { dimensions: {}, metrics: { MessagesFailed: count() } };
    case 'found':
      return { dimensions: { Link: observation.linked ? 'linked' : 'name-only' }, metrics: { FoundBySweep: count() } };
    case 'woken-late':
      return { dimensions: {}, metrics: { WokenLate: count(), LateSeconds: { unit: 'Seconds', value: (observation.lateMs ?? 0) / 1_000 } } };
    case 'list-not-believed':
      return { dimensions: {}, metrics: { ListsNotBelieved: count() } };
    case 'nobody-told':
      return { dimensions: {}, metrics: { DigestsUntold: count() } };
  }
};
