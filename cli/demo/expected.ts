import type { SagaResult } from '../../lib/workflow/result.ts';

/** How each sample event is meant to end, and what there is to learn from it. */
export interface ExpectedEnding {
  readonly eventId: string;
  readonly state: SagaResult['state'];
  readonly because: string;
}

/** The seven samples, in the order they are told. */
export const EXPECTED: readonly ExpectedEnding[] = [
  {
    eventId: 'orders',
    state: 'gone',
    because: 'Nothing depends on its secrets. The SAE copy went first, since SAE may still refuse; then one batch-delete; then the named one. Each was proven gone, by name and by complete lists.',
  },
  {
    eventId: 'billing',
    state: 'restored',
    because: 'The application billing-web uses the copy. SAE lists it in RelateApps, so nothing was touched: everything is kept.',
  },
  {
    eventId: 'stock',
    state: 'restored',
    because: 'A job uses the copy, which only the deletion itself could tell. In recoverable mode the secrets were merely scheduled by then; each schedule was cancelled.',
  },
  {
    eventId: 'mail',
    state: 'verifying',
    because: 'One secret is deleted. The other had been scheduled by somebody else: it is pending until its date, and will be looked at then.',
  },
  { eventId: 'users', state: 'refused', because: 'The policy protects prod-*. A batch-delete would have taken that secret along, so it was not sent: everything is kept.' },
  {
    eventId: 'gateway',
    state: 'parked',
    because: 'Secrets of a gateway show no link, and batch-delete named none. Only proof means gone, so a person has to look.',
  },
  {
    eventId: 'wiki',
    state: 'compensation-failed',
    because: 'Turning back, the cloud refused to cancel the scheduled deletion. This is the loudest ending: the secret will be erased at its date unless somebody cancels it.',
  },
];
