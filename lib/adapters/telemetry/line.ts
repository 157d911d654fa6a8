import type { Observation, Subject } from '../../ports/telemetry.ts';

export type Level = 'info' | 'warn' | 'error';

/** Longer texts are cut: a line is for finding the saga, the ledger holds the rest. */
const LONGEST_TEXT = 500;

const levelOf = (observation: Observation): Level => {
  switch (observation.kind) {
    case 'reached':
      if (observation.state === 'compensation-failed') return 'error';
      return observation.state === 'parked' || observation.state === 'refused' || observation.state === 'restored' ? 'warn' : 'info';
    case 'called':
      return observation.verdict.kind === 'unauthenticated' || observation.verdict.kind === 'terminal' ? 'warn' : 'info';
    case 'waits':
      return observation.why === 'not-cancelled' || observation.why === 'credentials-refused' ? 'error' : 'info';
    case 'alarm-raised':
    case 'message-failed':
    case 'nobody-told':
      return 'error';
    case 'message-parked':
    case 'found':
    case 'woken-late':
    case 'list-not-believed':
      return 'warn';
  }
};

const messageOf = (observation: Observation): string => {
  switch (observation.kind) {
    case 'reached':
      return `saga reached ${observation.state}`;
    case 'waits':
      return `saga waits: ${observation.why}`;
    case 'called':
      return `${observation.operation} was answered ${observation.verdict.kind}`;
    case 'alarm-raised':
      return `alarm: ${observation.reason}`;
    case 'message-parked':
      return 'a message that can never succeed was parked';
    case 'message-failed':
      return 'a message failed and will be delivered again';
    case 'found':
      return `found by sweep, event missed: a secret ${observation.how === 'returned' ? 'came back' : 'appeared late'}`;
    case 'woken-late':
      return 'a saga whose message was lost was woken by the sweep';
    case 'list-not-believed':
      return `a list was not believed: ${observation.why}`;
    case 'nobody-told':
      return 'a digest did not go out and will be told again';
  }
};

/** An observation's own fields, without those that are a line's own; of a verdict its kind and the vendor's code. */
const fieldsOf = (observation: Observation): Record<string, unknown> => {
  if (observation.kind !== 'called') {
    const { kind: _kind, ...fields } = observation;
    return fields;
  }
  const { api, operation, requests, milliseconds, verdict } = observation;
  return { api, operation, requests, milliseconds, verdict: verdict.kind, code: 'code' in verdict ? verdict.code : null };
};

const cut = (value: unknown): unknown => (typeof value === 'string' && value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value);

/** One observation as the fields of a JSON line: level, message, the ids it belongs to, and what it says. */
export const lineOf = (observation: Observation, about: Subject | null): Record<string, unknown> => {
  const fields = Object.fromEntries(Object.entries(fieldsOf(observation)).map(([name, value]) => [name, cut(value)]));
  const subject = about === null ? {} : { sagaId: about.sagaId, eventIds: about.events.map(({ id }) => id), instance: about.instance };
  return { level: levelOf(observation), message: cut(messageOf(observation)), ...subject, ...fields };
};
