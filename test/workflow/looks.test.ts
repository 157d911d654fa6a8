import { describe, expect, it } from 'vitest';
import { Stage } from '../../events/decommissioned-instance.ts';
import { SecretName } from '../../events/ids.ts';
import { A_LOOK_AT_NOTHING } from '../../lib/saga/turn.ts';
import { lookAround } from '../../lib/workflow/looks.ts';
import { turnPace } from '../../lib/workflow/turn-pace.ts';
import { aSaga } from '../saga/builders.ts';
import { PROJECT, aWorld } from './world.ts';

const NAME = SecretName.parse('db-1');
const OTHER = SecretName.parse('db-2');
const STAGE = Stage.parse({ secretName: 'db-1', stage: 'reader-7' });

/** Each answer that is no answer to the question whether it is there. */
const REFUSALS: readonly (readonly [what: string, effect: Readonly<Record<string, unknown>>, kind: string])[] = [
  ['a 403', { status: 403, body: { error_code: 'CSMS.0302', error_msg: 'no' } }, 'terminal'],
  ['a 401', { status: 401, body: { error_code: 'APIGW.0301', error_msg: 'no' } }, 'unauthenticated'],
  ['a 404 of the gateway', { status: 404, body: { error_code: 'APIGW.0101', error_msg: 'no' } }, 'unknown'],
  ['a 404 without a code', { status: 404, body: '<html></html>' }, 'unknown'],
  ['a 500', { status: 500, body: { error_code: 'CSMS.0001', error_msg: 'no' } }, 'retryable'],
];

describe('H47: a look by name', () => {
  it.each(REFUSALS)('takes %s for no proof of anything', async (_what, effect, kind) => {
    const { workflow, csms } = await aWorld({ secrets: [{ name: 'db-1', projectId: PROJECT }] });
    const armed = await fetch(`${csms.endpoint}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ rules: [{ match: { operation: '*' }, effect }] }) });
    expect(armed.status).toBe(200);
    for (const asked of [{ show: [NAME] }, { stages: [STAGE] }]) {
      const { sight } = await lookAround({ workflow, turn: turnPace(workflow.pace, null) }, aSaga(), { ...A_LOOK_AT_NOTHING, begunAfter: 0, ...asked });
      expect([sight.shown, sight.stages, sight.failure?.failure.kind]).toEqual([{}, {}, kind]);
    }
  });

  it('knows what is there from what is not by the cloud’s own word', async () => {
    const { workflow } = await aWorld({ secrets: [{ name: 'db-1', projectId: PROJECT }] });
    const { sight } = await lookAround({ workflow, turn: turnPace(workflow.pace, null) }, aSaga(), { ...A_LOOK_AT_NOTHING, begunAfter: 0, show: [NAME, OTHER] });
    expect(sight).toMatchObject({ failure: null, shown: { 'db-1': { answer: { name: 'db-1' } }, 'db-2': { answer: 'not-found' } } });
  });
});
