import type { Mutant } from '../mutant.ts';

const verdicts = { by: 'tests', files: ['test/clouds/csms-verdicts.test.ts'] } as const;

/** What a reply is taken for. */
export const REPLY_BUGS: readonly Mutant[] = [
  {
    name: 'failed-secrets-taken-for-erased',
    about: 'H21',
    file: 'lib/saga/effects.ts',
    from: 'next = withSecret(next, target.key, itemFailed(failure, at));',
    to: `next = withSecret(next, target.key, { erasure: 'accepted', code: failure.code });`,
    guard: { by: 'tests', files: ['test/saga/batch.test.ts'] },
  },
  {
    name: 'failed-secrets-not-read',
    about: 'H21',
    file: 'lib/clouds/huawei/batch.ts',
    from: 'readEach(items ?? [], readFailed)',
    to: 'readEach((items ?? []).slice(names?.length ?? 0), readFailed)',
    guard: { by: 'tests', files: ['test/clouds/csms-replies.test.ts', 'test/clouds/csms-verdicts.test.ts'] },
  },
  {
    name: 'silence-about-a-name-taken-for-erased',
    about: 'H23',
    file: 'lib/saga/effects.ts',
    from: `{ erasure: 'unknown', code: 'not-named-in-the-reply' }`,
    to: `{ erasure: 'accepted', code: 'not-named-in-the-reply' }`,
    guard: { by: 'tests', files: ['test/saga/batch.test.ts'] },
  },
  {
    name: 'raced-secret-not-told',
    about: 'H10',
    file: 'lib/saga/batch.ts',
    from: `extra.map((name) => added(turn, name, visible ? 'raced' : 'unseen', null))`,
    to: `extra.flatMap((name) => (visible ? [] : [added(turn, name, 'unseen', null)]))`,
    guard: { by: 'tests', files: ['test/saga/batch.test.ts'] },
  },
  {
    name: 'raced-secret-that-failed-not-told',
    about: 'H10',
    file: 'lib/saga/batch.ts',
    from: `failed.map(({ name, verdict }) => added(turn, name, visible ? 'raced' : 'unseen', verdict))`,
    to: `failed.flatMap(({ name, verdict }) => (visible ? [] : [added(turn, name, 'unseen', verdict)]))`,
    guard: { by: 'tests', files: ['test/saga/batch.test.ts'] },
  },
  {
    name: 'sae-success-false-taken-for-success',
    about: 'H24',
    file: 'lib/clouds/alibaba/call.ts',
    from: `fields?.get('Success') === true`,
    to: `fields?.has('Success') === true`,
    guard: { by: 'tests', files: ['test/clouds/sae-verdicts.test.ts'] },
  },
  { name: '404-without-a-code-taken-for-gone', about: 'H47', file: 'lib/clouds/huawei/classify.ts', from: `{ kind: 'unknown', code: 'http-404' }`, to: `{ kind: operation.notFound, code: 'http-404' }`, guard: verdicts },
  {
    name: '404-of-the-gateway-taken-for-gone',
    about: 'H47',
    file: 'lib/clouds/huawei/classify.ts',
    from: `if (/^APIG(W)?\\./.test(code)) return { kind: 'unknown', code };`,
    to: `if (/^APIG(W)?\\./.test(code)) return { kind: operation.notFound, code };`,
    guard: verdicts,
  },
  { name: '404-of-the-denied-taken-for-gone', about: 'H47', file: 'lib/clouds/huawei/classify.ts', from: 'if (code === DENIED || ', to: 'if (', guard: verdicts },
  { name: '401-taken-for-gone', about: 'H47', file: 'lib/clouds/huawei/classify.ts', from: `if (status === 401 || meaning === 'unauthenticated') return { kind: 'unauthenticated', code: label };`, to: `if (status === 401) return { kind: operation.notFound, code: label };`, guard: verdicts },
  {
    name: 'refused-read-taken-for-gone',
    about: 'H47',
    file: 'lib/workflow/turn/looks.ts',
    from: `else if (answer.verdict.kind === 'alreadyGone') shown[name]`,
    to: `else if (answer.verdict.kind === 'alreadyGone' || answer.verdict.kind === 'terminal') shown[name]`,
    guard: { by: 'tests', files: ['test/workflow/looks.test.ts'] },
  },
  {
    name: 'own-schedule-taken-for-somebody-elses',
    about: 'H22',
    file: 'lib/saga/decide.ts',
    from: `call.op === 'schedule' && turn.saga.unanswered.some(({ key }) => key === call.key)`,
    to: `call.op === 'schedule' && turn.saga.unanswered.length < 0`,
    guard: { by: 'tests', files: ['test/saga/lost-schedules.test.ts'] },
  },
];
