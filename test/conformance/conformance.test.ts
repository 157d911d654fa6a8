import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../lib/clouds/operations.ts';
import { UNKNOWNS, type UnknownName, type UnknownsDocument } from '../../local/emulators/unknowns.ts';
import { carryOut, type Finding } from './carry-out.ts';
import type { Case, Tidied } from './case.ts';
import { CSMS_CASES } from './cases/csms.ts';
import { SAE_CASES } from './cases/sae.ts';
import { emulateCsms, PROJECT } from './csms/emulated.ts';
import { emulateSae } from './sae/emulated.ts';

interface Cloud<Target extends Tidied> {
  readonly cases: readonly Case<Target>[];
  readonly emulate: (unknowns: UnknownsDocument) => Promise<{ readonly target: Target; readonly close: () => Promise<void> }>;
}

/** The findings of the cases against one emulator, in order. */
const findings = async <Target extends Tidied>({ cases, emulate }: Cloud<Target>, unknowns: UnknownsDocument): Promise<Map<Case<Target>, Finding>> => {
  const { target, close } = await emulate(unknowns);
  const found = new Map<Case<Target>, Finding>();
  for (const one of cases) found.set(one, await carryOut(one, target, 'whole-project'));
  await close();
  return found;
};

const isUnknown = (name: string): name is UnknownName => Object.hasOwn(UNKNOWNS, name);

/** What a cloud may answer instead of the default. */
const otherChoices = (service: 'csms' | 'sae'): (readonly [UnknownName, string])[] =>
  Object.keys(UNKNOWNS)
    .filter(isUnknown)
    .filter((name) => UNKNOWNS[name].service === service)
    .flatMap((name) => UNKNOWNS[name].choices.filter((choice) => choice !== UNKNOWNS[name].default).map((choice) => [name, choice] as const));

/** What each case came to; of those that settle nothing only whether they held. */
const said = <Target>(found: Map<Case<Target>, Finding>): readonly unknown[] =>
  [...found].map(([{ name, settles }, finding]) => [name, settles === null && finding.kind === 'held' ? { kind: 'held' } : finding]);

/** Every case holds; those that settle a switch see the choice made, or the default where none was. */
const allHeld = <Target>(found: Map<Case<Target>, Finding>, chosen: Readonly<Record<string, string>>): readonly unknown[] =>
  [...found].map(([{ name, settles }]) => [name, settles === null ? { kind: 'held' } : { kind: 'held', saw: chosen[settles] ?? UNKNOWNS[settles].default }]);

/** A hundred secrets made for one answer: held once against each of its own choices, and not against every other switch. */
const isCostly = ({ settles }: { readonly settles: UnknownName | null }): boolean => settles === 'batchBound';

const against = <Target extends Tidied>(cloud: Cloud<Target>, [name, choice]: readonly [UnknownName, string]): Promise<Map<Case<Target>, Finding>> =>
  findings({ ...cloud, cases: cloud.cases.filter((one) => one.settles === name || !isCostly(one)) }, { [name]: choice });

const csms = { cases: CSMS_CASES, emulate: emulateCsms };
const sae = { cases: SAE_CASES, emulate: emulateSae };

describe('the conformance suite', () => {
  it('holds against both emulators as they are', async () => {
    const [first, second] = [await findings(csms, {}), await findings(sae, {})];
    expect(said(first)).toEqual(allHeld(first, {}));
    expect(said(second)).toEqual(allHeld(second, {}));
  });

  it.each(otherChoices('csms'))('holds against CSMS’s emulator when %s is %s, and sees it', async (name, choice) => {
    const found = await against(csms, [name, choice]);
    expect(said(found)).toEqual(allHeld(found, { [name]: choice }));
  });

  it.each(otherChoices('sae'))('holds against SAE’s emulator when %s is %s, and sees it', async (name, choice) => {
    const found = await against(sae, [name, choice]);
    expect(said(found)).toEqual(allHeld(found, { [name]: choice }));
  });

  it('has a case for every operation of the clients, and one that settles each unknown', () => {
    const cases = [...CSMS_CASES.map((one) => ({ ...one, cloud: 'huawei' })), ...SAE_CASES.map((one) => ({ ...one, cloud: 'alibaba' }))];
    const put = new Set(cases.map(({ cloud, operation }) => `${cloud} ${operation}`));
    expect([...put].toSorted()).toEqual(OPERATIONS.map(({ cloud, name }) => `${cloud} ${name}`).toSorted());
    expect(cases.flatMap(({ settles }) => settles ?? []).toSorted()).toEqual(Object.keys(UNKNOWNS).toSorted());
    expect(new Set(cases.map(({ cloud, name }) => `${cloud} ${name}`)).size).toBe(cases.length);
  });

  it.each([
    { fault: 'a schedule without a date', operation: 'DeleteSecretForSchedule', effect: { status: 200, body: { secret: {} } }, why: 'was to be done, is unknown (unreadable-body)' },
    { fault: 'a deletion that does nothing', operation: 'DeleteSecret', effect: { status: 200, body: '' }, why: 'it is still shown' },
    { fault: 'a not-found of the gateway', operation: 'ShowSecret', effect: { status: 404, body: { error_code: 'APIGW.0101' } }, why: 'was to be alreadyGone, is unknown (APIGW.0101)' },
    { fault: 'a code that no contract names', operation: 'BatchDeleteSecrets', effect: { status: 400, body: { error_code: 'CSMS.0999' } }, why: 'saw 400 CSMS.0999, which is none of the answers batchNoMatch foresees' },
    { fault: 'a secret that will not go', operation: 'DeleteSecret', effect: { status: 403, body: { error_code: 'CSMS.0302' } }, why: expect.stringMatching(/^could not take away again: probate-conf-/) },
  ])('fails at $fault, and says what it saw', async ({ operation, effect, why }) => {
    const { target, endpoint, close } = await emulateCsms();
    await fetch(`${endpoint}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ rules: [{ match: { operation }, effect }] }) });
    const failed: unknown[] = [];
    for (const one of CSMS_CASES.filter((one) => one.operation === operation)) failed.push(await carryOut(one, target, 'whole-project'));
    await close();
    expect(failed).toContainEqual({ kind: 'failed', why });
  });

  it('sends no selector of unknown reach while anything that is not its own stands in the project', async () => {
    const { target, endpoint, close } = await emulateCsms();
    await fetch(`${endpoint}/_emulator/seed`, { method: 'POST', body: JSON.stringify({ secrets: [{ name: 'somebodys', projectId: PROJECT }] }) });
    const found = await Promise.all(CSMS_CASES.filter(({ reach }) => reach === 'whole-project').map((one) => carryOut(one, target, 'whole-project')));
    await close();
    expect(found.map(({ kind }) => kind)).toEqual(['left-out', 'left-out', 'left-out']);
  });

  it('changes nothing unless it is let', async () => {
    const [cloud, other] = [await emulateCsms(), await emulateSae()];
    for (const one of CSMS_CASES) await carryOut(one, { ...cloud.target, allowed: 'nothing' }, 'nothing');
    for (const one of SAE_CASES) await carryOut(one, { ...other.target, allowed: 'nothing' }, 'nothing');
    const effects = await Promise.all([cloud, other].map(async ({ endpoint }) => (await fetch(`${endpoint}/_emulator/journal`)).text()));
    const changes = effects.flatMap((journal) => [...journal.matchAll(/"did":"([a-zA-Z]+)"/g)].map(([, did]) => did));
    // The token the cases ask for, and the application that the scene let go.
    expect(changes).toEqual(['tokenIssued', 'applicationDeletionStarted']);
    await cloud.close();
    await other.close();
  });
});
