import type { Report } from '../../../cli/report/report.ts';
import { SecretId } from '../../../events/ids.ts';
import { SagaId } from '../../../events/messages.ts';
import { OPENED, SAE, aHold, anEventName, anSaeSecret, aPlan, aRequest, copyKey } from '../../saga/builders.ts';
import { aReport, aJournaledSaga, later } from './builders.ts';

/** What somebody might call a secret, an application or an event to make a report act, break out of its place, or read backwards. */
export const HOSTILE = [
  '<img src=x onerror="globalThis.broken=1">',
  '"><script>globalThis.broken=1</script>',
  "' onfocus='globalThis.broken=1' autofocus='",
  '</style><style>body{display:none}</style>',
  '--><!--</bdi></article></main>',
  'javascript:globalThis.broken=1',
  '&lt;b&gt; &amp; &#60;i&#62;',
  '`${globalThis.broken=1}`',
  'safe\u202Egnp.exe',
  'nul\u0000 bell\u0007 line\nbreak \u2028 lone\uD800 \uFEFF',
  '<a href="https://example.test/">a link</a>',
];

/** A report with a saga for each hostile text, which stands wherever text from outside can. */
export const aHostileReport = (): Report =>
  aReport(
    HOSTILE.map((text, index) =>
      aJournaledSaga(
        { instance: SAE, at: OPENED + index, sagaId: SagaId.parse(`alibaba:cn-beijing:cn-beijing:test:0123456789ab#${index + 1}`), request: aRequest({ copies: ['17'] }), event: anEventName({ source: text, id: text, reason: text }) },
        later(1, { type: 'Planned', plan: { ...aPlan({ instance: SAE, request: aRequest({ copies: ['17'] }), sae: [anSaeSecret('17', { name: text })] }), notes: [text] } }),
        later(2, { type: 'Held', hold: aHold({ reason: text, by: text }) }),
        later(3, { type: 'Blocked', blockers: [{ secretId: SecretId.parse('17'), kind: 'application', name: text, code: text, seenBy: 'RelateApps' }] }),
        later(4, { type: 'SecretVanished', key: copyKey('17'), detail: text }),
        later(5, { type: 'StepFailed', step: text, code: text }),
        later(6, { type: 'Throttled', code: text }),
        later(7, { type: 'Settled', state: 'parked', reason: text }),
      ),
    ),
    {
      events: HOSTILE.map((text) => ({ source: text, id: text, time: OPENED, parts: { '1': { digest: text, instances: 1, accepted: false, reason: text } } })),
      parked: HOSTILE.map((text) => ({ queue: text, reason: text, body: text, hash: text, parkedAt: OPENED, messageId: text, attempts: 1 })),
      controls: { pause: aHold({ reason: HOSTILE[0] ?? '', by: HOSTILE[1] ?? '' }), holds: Object.fromEntries(HOSTILE.map((text) => [text, aHold({ reason: text })])), closedKeys: [] },
    },
  );

