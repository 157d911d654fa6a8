import type { Policy } from '../../lib/saga/policy.ts';
import type { Call } from '../../lib/saga/saga.ts';
import type { AuditParts } from './audit-parts.ts';
import type { Life } from './life.ts';
import type { Intent } from './records.ts';
import type { CloudWatch, Reading, SentCall } from './simulated-clouds.ts';
import { isStopped } from './stops.ts';

const FRESH_MS = 10_000;
/** However slowly a list was read, what only cancels goes by none that began longer ago. */
const OLDEST_TO_CANCEL_MS = 60_000;

/** How old a list may be when a call is decided on: where that only cancels, the time it took to read is not counted. */
const oldestFor = ({ op }: Call, list: Reading | null): number => {
  const readMs = op !== 'cancel' || list === null || list.answeredAt === null ? 0 : list.answeredAt - list.begunAt;
  return Math.min(FRESH_MS + readMs, OLDEST_TO_CANCEL_MS);
};

const isThisCall = (call: Call, sent: SentCall): boolean => {
  if (call.op !== sent.op) return false;
  switch (sent.op) {
    case 'schedule':
    case 'cancel':
    case 'delete-named':
      return 'name' in call && call.name === sent.name;
    case 'delete-stage':
      return call.op === 'delete-stage' && call.name === sent.name && call.stage === sent.stage;
    case 'batch-delete':
      return call.op === 'batch-delete' && call.instanceId === sent.instanceId && call.instanceType === sent.instanceType;
    case 'delete-copy':
      return call.op === 'delete-copy' && call.namespaceId === sent.namespaceId && call.secretId === sent.secretId;
  }
};

const isInScope = (policy: Policy, sent: SentCall): boolean =>
  policy.scopes.some((scope) =>
    sent.op === 'delete-copy' ? scope.cloud === 'alibaba' && scope.namespaceId === sent.namespaceId : scope.cloud === 'huawei' && scope.projectId === sent.projectId,
  );

const namesOf = (intent: Intent): string[] => {
  const { call } = intent.attempt;
  // What an unseen type's first reply told as erased is no longer there to be spared.
  if (call.op === 'batch-delete') return Object.values(intent.saga.secrets).flatMap(({ target, erasure }) => (erasure === 'accepted' ? [] : [target.name]));
  return 'name' in call ? [call.name] : Object.values(intent.saga.secrets).flatMap(({ target }) => (target.key === call.key ? [target.name] : []));
};

const keysOf = ({ attempt: { call }, saga }: Intent): string[] => {
  if (call.op === 'batch-delete') return Object.keys(saga.secrets);
  // Whoever holds a secret means its stages too.
  return call.op === 'delete-stage' && saga.instance.cloud === 'huawei' ? [`huawei/${saga.instance.projectId}/${call.name}`] : [call.key];
};

/** Watches every call that leaves: it was intended in the ledger, by this worker, in time, and nothing that should stop it was in force. */
export const callAudit = (parts: AuditParts, policy: Policy): CloudWatch => {
  const { timeline, wallNow, records, findings, trace } = parts;

  const intentOf = (life: Life, sent: SentCall): Intent | null => {
    const isOpen = ({ sagaId, attempt }: Intent): boolean => records.sagas.get(sagaId)?.saga.attempt?.number === attempt.number;
    const newestFirst = [...records.intents.values()].filter(({ attempt }) => isThisCall(attempt.call, sent)).toReversed();
    const own = newestFirst.filter((intent) => intent.life === life);
    return own.find(isOpen) ?? newestFirst.find(isOpen) ?? own[0] ?? null;
  };

  const audit = (life: Life, intent: Intent, sent: SentCall): void => {
    const wrong = (what: string): void => findings.add('wrong', `${intent.sagaId} ${sent.op}: ${what}`);
    const { attempt, writtenAt, version, sagaId } = intent;
    const seen = records.seen(life);
    if (intent.life !== life) wrong('sent by a worker that did not intend it');
    if (timeline.now() > intent.notAfter) wrong(`sent ${timeline.now() - intent.notAfter} ms after its deadline`);
    const { call } = attempt;
    const needsFreshList = call.op === 'batch-delete' ? call.instanceType === 'RDS' || call.instanceType === 'TaurusDB' : true;
    // The list was fresh when the call was decided on; from there on the call's own deadline counts.
    const oldest = oldestFor(call, intent.lastList) + policy.retry.deadlineSeconds * 1_000 + 1;
    const listAge = intent.lastList === null ? Infinity : timeline.now() - intent.lastList.begunAt;
    if (needsFreshList && listAge > oldest) wrong(`the last list is ${listAge} ms old`);
    const sagaRead = seen.sagas.get(sagaId);
    if (sagaRead === undefined || sagaRead.at < writtenAt) wrong('sent without another look at its saga after the intent');
    else if (sagaRead.version !== version) wrong(`sent though its saga had been written since (${version} against ${sagaRead.version})`);
    if (sent.op === 'cancel') return;
    if (seen.controls === null || seen.controls.at < writtenAt) wrong('sent without another look at hold and pause after the intent');
    else if (isStopped(intent.saga, keysOf(intent), seen.controls.value, wallNow())) wrong('sent though a hold or a pause is in force');
    const guarded = [...namesOf(intent), ...(sent.op === 'delete-stage' ? [sent.name] : [])].find((name) => name.startsWith('prod-'));
    if (guarded !== undefined) wrong(`${guarded} is protected`);
    if (sent.op === 'batch-delete' && (sent.instanceId === '' || !sent.instanceType)) wrong('a batch-delete without both parts of its selector');
    if (attempt.call.op !== sent.op) wrong('another call was intended');
  };

  return {
    reading: (life, reading) => {
      trace.line(life.name, `reads ${reading.of.slice(-24)}, begun ${timeline.now() - reading.begunAt} ms ago, as of ${timeline.now() - reading.asOf} ms ago${[...reading.odd].map(([id, at]) => (at === null ? `, ${id} missing` : `, ${id} as of ${timeline.now() - at} ms ago`)).join('')}`);
      records.seen(life).readings.push(reading);
    },
    sending: (life, sent) => {
      trace.line(life.name, `calls ${JSON.stringify(sent)}`);
      if (!isInScope(policy, sent)) findings.add('wrong', `${sent.op}: outside the policy's scopes`);
      const intent = intentOf(life, sent);
      if (intent === null) {
        findings.add('wrong', `${JSON.stringify(sent)}: nobody intended it`);
        return { by: { kind: 'saga', sagaId: '', number: 0, sentAt: timeline.now() }, latest: timeline.now() };
      }
      audit(life, intent, sent);
      const latest = intent.notAfter + policy.retry.settleSeconds * 1_000 - 50;
      return { by: { kind: 'saga', sagaId: intent.sagaId, number: intent.attempt.number, sentAt: timeline.now() }, latest };
    },
  };
};
