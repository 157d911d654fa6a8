import * as z from 'zod/mini';
import { type SecretName, StageName } from '../../../events/ids.ts';
import { LeftOut, casesOf, type Case } from '../case.ts';
import type { CsmsTarget } from '../csms/target.ts';
import { deadline } from '../deadline.ts';
import { done, expectThat, expectVerdict, inWords, jsonOf } from '../expectations.ts';

const write = casesOf<CsmsTarget>('own-secrets');

const DAY_MS = 86_400_000;
/** Clocks of two houses, and a reply that took its time. */
const DATE_TOLERANCE_MS = 5 * 60_000;
const STAGE = StageName.parse('conf-reader');

const Restored = z.object({ secret: z.object({ scheduled_delete_time: z.optional(z.unknown()) }) });

/** Schedules a secret that no API can bring into its state, and cancels at once; true when it was let. */
const schedulable = async ({ csms }: CsmsTarget, name: SecretName): Promise<boolean> => {
  const { verdict } = await csms.schedule(name, 7, deadline());
  if (verdict.kind !== 'done') return false;
  done(await csms.cancel(name, deadline()));
  return true;
};

export const CSMS_LIFECYCLE: readonly Case<CsmsTarget>[] = [
  write('a scheduled secret is pending, its date a window away', 'DeleteSecretForSchedule', '1; 1, State rules', async (target) => {
    const scheduled = done(await target.csms.schedule(await target.make(), 7, deadline()));
    const late = (scheduled.eraseAt ?? 0) - Date.now() - 7 * DAY_MS;
    expectThat(Math.abs(late) < DATE_TOLERANCE_MS, `the date lies ${Math.round(late / 1_000)} s beside now + 7 days`);
    return scheduled.state;
  }),
  write('a schedule without a window', 'DeleteSecretForSchedule', '1', async (target) => {
    const name = await target.make();
    const reply = await target.raw('POST', `/secrets/${name}/scheduled-deleted-tasks/create`, { body: {} });
    const { state, eraseAt } = done(await target.csms.show(name, deadline()));
    if (state !== 'PENDING_DELETE') return reply.status >= 400 ? 'refused' : `${reply.status}, and nothing was scheduled`;
    const late = (eraseAt ?? 0) - Date.now() - 30 * DAY_MS;
    return Math.abs(late) < DATE_TOLERANCE_MS ? 'thirtyDays' : `a date ${Math.round(late / 1_000)} s beside now + 30 days`;
  }, 'missingWindow'),
  write('a pending secret cannot be scheduled again', 'DeleteSecretForSchedule', '1, State rules', async (target) => {
    const name = await target.make();
    done(await target.csms.schedule(name, 7, deadline()));
    return expectVerdict(await target.csms.schedule(name, 7, deadline()), 'pending', 'CSMS.0107');
  }),
  write('a pending secret is listed and shown with its date', 'ListSecrets', '1, State rules', async (target) => {
    const name = await target.make();
    const { eraseAt } = done(await target.csms.schedule(name, 8, deadline()));
    const listed = done(await target.csms.list(deadline())).find((secret) => secret.name === name);
    const shown = done(await target.csms.show(name, deadline()));
    expectThat(listed?.state === 'PENDING_DELETE' && listed.eraseAt === eraseAt && shown.eraseAt === eraseAt, 'list, show and schedule do not agree');
    return 'one date in all three';
  }),
  write('a cancelled secret is enabled again', 'RestoreSecret', '1, State rules', async (target) => {
    const name = await target.make();
    done(await target.csms.schedule(name, 7, deadline()));
    const restored = done(await target.csms.cancel(name, deadline()));
    expectThat(restored.eraseAt === null, 'it still has a date');
    return restored.state;
  }),
  write('a secret that is not pending cannot be cancelled', 'RestoreSecret', '4', async (target) => expectVerdict(await target.csms.cancel(await target.make(), deadline()), 'notPending', 'CSMS.0108')),
  write('the date shown beside a cancelled secret', 'RestoreSecret', '2, Units', async (target) => {
    const name = await target.make();
    done(await target.csms.schedule(name, 7, deadline()));
    done(await target.csms.cancel(name, deadline()));
    return typeof Restored.parse(jsonOf(target.last())).secret.scheduled_delete_time === 'number' ? 'kept' : 'cleared';
  }, 'cancelledDate'),
  write('a deleted secret is gone by name and from the list', 'DeleteSecret', '1', async (target) => {
    const name = await target.make();
    done(await target.csms.delete(name, deadline()));
    const { status } = target.last();
    expectThat(!(await target.stands(name)), 'it is still shown');
    expectThat(!done(await target.csms.list(deadline())).some((secret) => secret.name === name), 'it is still listed');
    expectVerdict(await target.csms.delete(name, deadline()), 'alreadyGone');
    return `${status}, empty body`;
  }),
  write('DeleteSecret on a pending secret', 'DeleteSecret', '1, State rules', async (target) => {
    const name = await target.make();
    done(await target.csms.schedule(name, 7, deadline()));
    const { verdict } = await target.csms.delete(name, deadline());
    if (verdict.kind === 'done') expectThat(!(await target.stands(name)), 'done, and the secret still stands');
    return verdict.kind === 'done' ? 'erased' : verdict.kind === 'pending' ? 'refused' : inWords(verdict);
  }, 'deletePending'),
  write('which states can be scheduled', 'DeleteSecretForSchedule', '1, State rules', async (target) => {
    const { disabledSecret, frozenSecret } = target.given;
    if (disabledSecret === null || frozenSecret === null) {
      throw new LeftOut('no API makes such secrets: name them in PROBATE_CONFORMANCE_DISABLED_SECRET and PROBATE_CONFORMANCE_FROZEN_SECRET');
    }
    if (!(await schedulable(target, disabledSecret))) return 'enabledOnly';
    return (await schedulable(target, frozenSecret)) ? 'all' : 'notFrozen';
  }, 'deletableStates'),
  write('using a pending secret', 'DeleteSecretStage', '1, State rules', async (target) => {
    const name = await target.make();
    await target.putStage(name, STAGE);
    done(await target.csms.schedule(name, 7, deadline()));
    const { verdict } = await target.csms.deleteStage(name, STAGE, deadline());
    return 'code' in verdict ? verdict.code : verdict.kind;
  }, 'pendingUse'),
  write('a stage is shown where it was put, and not found where it was not', 'ShowSecretStage', '1; 2, Stage', async (target) => {
    const name = await target.make();
    expectVerdict(await target.csms.showStage(name, STAGE, deadline()), 'alreadyGone');
    await target.putStage(name, STAGE);
    return done(await target.csms.showStage(name, STAGE, deadline())).versionId;
  }),
  write('a stage that was removed with a 204', 'DeleteSecretStage', '8, 2', async (target) => {
    const name = await target.make();
    await target.putStage(name, STAGE);
    done(await target.csms.deleteStage(name, STAGE, deadline()));
    if ((await target.csms.showStage(name, STAGE, deadline())).verdict.kind === 'alreadyGone') return 'removes';
    done(await target.csms.deleteStage(name, STAGE, deadline()));
    return (await target.csms.showStage(name, STAGE, deadline())).verdict.kind === 'alreadyGone' ? 'leavesOnce' : 'a stage that does not go';
  }, 'stageDelete'),
  write('the status of a removed stage', 'DeleteSecretStage', '1', async (target) => {
    const name = await target.make();
    await target.putStage(name, STAGE);
    done(await target.csms.deleteStage(name, STAGE, deadline()));
    return String(target.last().status);
  }, 'stageDeleteStatus'),
];
