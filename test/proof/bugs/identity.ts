import type { Mutant } from '../mutant.ts';

/** Which event, which saga, which secret. */
export const IDENTITY_BUGS: readonly Mutant[] = [
  {
    name: 'reused-event-id-accepted',
    about: 'design, Identity',
    file: 'lib/workflow/event-store.ts',
    from: 'return part.digest === dataDigest(event) ? part :',
    to: `return part.digest !== '' ? part :`,
    guard: { by: 'tests', files: ['test/workflow/intake.test.ts'] },
  },
  {
    name: 'older-event-accepted',
    about: 'H12',
    file: 'lib/saga/admission.ts',
    from: 'if (event.time < lastLife)',
    to: 'if (event.time < Math.min(0, lastLife))',
    guard: { by: 'tests', files: ['test/saga/admission.test.ts'] },
  },
  {
    name: 'joined-event-sent-again-taken-for-the-first',
    about: 'H11',
    file: 'lib/saga/admission.ts',
    from: 'event: null, ...termsAgain(latest, policy, askedMode) }',
    to: '...terms, event: null }',
    guard: { by: 'tests', files: ['test/saga/admission.test.ts'] },
  },
  {
    name: 'secret-claimed-by-two-open-plans',
    about: 'H4',
    file: 'lib/workflow/claims.ts',
    from: 'now === null || now.sagaId === known?.sagaId || now.sagaId === sagaId ?',
    to: `now?.sagaId !== '' ?`,
    guard: { by: 'tests', files: ['test/workflow/shared-state.test.ts'] },
  },
  {
    name: 'secret-of-an-earlier-plan-still-to-delete',
    about: 'H10',
    file: 'lib/saga/records.ts',
    from: `(record.origin === 'planned' ? { ...record, origin: 'earlier' } : record)`,
    to: `(record.origin === 'planned' ? { ...record, origin: 'planned' } : record)`,
    guard: { by: 'tests', files: ['test/saga/earlier-plan.test.ts'] },
  },
  {
    name: 'late-schedule-of-an-earlier-plan-kept',
    about: 'H39',
    file: 'lib/saga/quarantine.ts',
    from: `origin === 'earlier' && schedule?.by === 'us'`,
    to: `origin === 'unseen' && schedule?.by === 'us'`,
    guard: { by: 'tests', files: ['test/saga/earlier-plan.test.ts'] },
  },
  {
    name: 'sae-ids-through-number',
    about: 'H8',
    file: 'lib/clouds/alibaba/secrets.ts',
    from: '.transform(String)',
    to: '.transform((id) => String(Number(id)))',
    guard: { by: 'tests', files: ['test/clouds/sae-replies.test.ts'] },
  },
  {
    name: 'json-numbers-lose-their-digits',
    about: 'H8',
    file: 'lib/clouds/http/json.ts',
    from: 'MANY_DIGITS.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);',
    to: 'JSON.parse(text);',
    guard: { by: 'tests', files: ['test/clouds/sae-replies.test.ts'] },
  },
];
