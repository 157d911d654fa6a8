import { expect, it } from 'vitest';
import { A_LOOK_AT_NOTHING } from '../../lib/saga/look.ts';
import { turnPace } from '../../lib/workflow/pace/turn-pace.ts';
import { lookAround } from '../../lib/workflow/turn/looks.ts';
import { aSaga } from '../saga/builders.ts';
import { aWorld } from './world.ts';

it('H28: a hundred sagas that ask for their share of the hour at once all get it, and none fails for being outrun by the others', async () => {
  const { workflow } = await aWorld({});
  const looks = Array.from({ length: 100 }, () => lookAround({ workflow, turn: turnPace(workflow.pace, null) }, aSaga(), { ...A_LOOK_AT_NOTHING, begunAfter: 0, allowance: { huawei: 1, alibaba: 0 } }));
  expect((await Promise.all(looks)).filter(({ sight }) => sight.allowance?.granted !== true)).toEqual([]);
});
