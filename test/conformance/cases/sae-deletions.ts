import * as z from 'zod/mini';
import type { SecretId } from '../../../events/ids.ts';
import { readJson } from '../../../lib/clouds/http/json.ts';
import { LeftOut, casesOf, type Case } from '../case.ts';
import { done, expectThat, expectVerdict, inWords } from '../expectations.ts';
import type { SaeTarget } from '../sae/target.ts';
import { deadline } from '../deadline.ts';

const write = casesOf<SaeTarget>('own-secrets');

/** A secret that only the console can bring into its place. */
const needed = (secretId: SecretId | null, variable: string): SecretId => {
  if (secretId === null) throw new LeftOut(`applications and jobs are not made here: name the secret in ${variable}`);
  return secretId;
};

const both = ({ given }: SaeTarget): SecretId => needed(given.bothSecret, 'PROBATE_CONFORMANCE_BOTH_SECRET');
const ofApplication = ({ given }: SaeTarget): SecretId => needed(given.applicationSecret, 'PROBATE_CONFORMANCE_APPLICATION_SECRET');
const ofJob = ({ given }: SaeTarget): SecretId => needed(given.jobSecret, 'PROBATE_CONFORMANCE_JOB_SECRET');

const Rows = z.object({ Data: z.object({ Secrets: z.array(z.object({ SecretId: z.pipe(z.union([z.number(), z.string()]), z.transform(String)), RelateApps: z.optional(z.unknown()) })) }) });

const KINDS: Readonly<Record<string, string>> = { 'DependencyViolation.Job': 'Job', 'DependencyViolation.Application': 'Application' };

export const SAE_DELETIONS: readonly Case<SaeTarget>[] = [
  write('a deleted secret is absent from the list', 'DeleteSecret', '0; 1', async (target) => {
    const id = await target.make();
    expectThat((await target.row(id)) !== null, 'a secret just made is not listed');
    done(await target.sae.delete(target.namespaceId, id, deadline()));
    expectThat((await target.row(id, true)) === null, 'it is still listed');
    return 'absent';
  }),
  write('a second deletion finds no secret', 'DeleteSecret', '0, 6', async (target) => {
    const id = await target.make();
    done(await target.sae.delete(target.namespaceId, id, deadline()));
    return expectVerdict(await target.sae.delete(target.namespaceId, id, deadline()), 'alreadyGone', 'InvalidSecretId.NotFound');
  }),
  write('RelateApps of a secret that nothing uses', 'ListSecrets', '2', async (target) => {
    const id = await target.make();
    await target.row(id);
    const rows = Rows.parse(readJson(target.last().body ?? '')).Data.Secrets;
    const related = rows.find((row) => row.SecretId === id)?.RelateApps;
    return related === undefined ? 'absent' : related === null ? 'null' : Array.isArray(related) && related.length === 0 ? 'list' : 'something else';
  }, 'emptyRelateApps'),
  write('an id under another namespace', 'DeleteSecret', '7, 6', async (target) => {
    const other = target.given.otherNamespace;
    if (other === null) throw new LeftOut('there is no second namespace: name one in PROBATE_CONFORMANCE_OTHER_NAMESPACE');
    const id = await target.make();
    const { verdict } = await target.sae.delete(other, id, deadline());
    const erased = (await target.row(id, verdict.kind === 'done')) === null;
    if (verdict.kind === 'done' && erased) return 'erased';
    return verdict.kind === 'alreadyGone' && !erased ? 'notFound' : `${inWords(verdict)}, ${erased ? 'erased' : 'standing'}`;
  }, 'namespaceMismatch'),
  write('an application that uses the secret keeps it', 'DeleteSecret', '3.1', async (target) => {
    const id = ofApplication(target);
    const saw = expectVerdict(await target.sae.delete(target.namespaceId, id, deadline()), 'blocked', 'DependencyViolation.Application');
    expectThat(((await target.row(id))?.applications.length ?? 0) > 0, 'RelateApps does not name it');
    return saw;
  }),
  write('a job that uses the secret keeps it', 'DeleteSecret', '3.1', async (target) => expectVerdict(await target.sae.delete(target.namespaceId, ofJob(target), deadline()), 'blocked', 'DependencyViolation.Job')),
  write('a job in RelateApps', 'ListSecrets', '0, 3', async (target) => {
    const id = ofJob(target);
    const row = await target.row(id);
    if (row === null) throw new LeftOut('the secret named in PROBATE_CONFORMANCE_JOB_SECRET is not there');
    return row.applications.length === 0 ? 'hidden' : 'shown';
  }, 'jobsInRelateApps'),
  write('which of job and application a violation names', 'DeleteSecret', '3.1', async (target) => {
    const { verdict } = await target.sae.delete(target.namespaceId, both(target), deadline());
    return (verdict.kind === 'blocked' ? KINDS[verdict.code] : undefined) ?? inWords(verdict);
  }, 'firstDependency'),
  write('what the brackets of a violation hold', 'DeleteSecret', '3.1', async (target) => {
    const id = ofApplication(target);
    const applications = (await target.row(id))?.applications ?? [];
    if (applications.length < 2) throw new LeftOut('the secret in PROBATE_CONFORMANCE_APPLICATION_SECRET must be used by two applications');
    const { verdict } = await target.sae.delete(target.namespaceId, id, deadline());
    if (verdict.kind !== 'blocked') return inWords(verdict);
    const said = verdict.blocker.name;
    if (applications.every(({ name }) => said.includes(name))) return 'allNames';
    return applications.some((application) => application.name === said) ? 'name' : applications.some((application) => application.id === said) ? 'id' : 'neither';
  }, 'dependentNamed'),
  write('a secret of an application that is being deleted', 'DeleteSecret', '0, 4', async (target) => {
    const id = needed(target.given.leavingSecret, 'PROBATE_CONFORMANCE_LEAVING_SECRET');
    const { verdict } = await target.sae.delete(target.namespaceId, id, deadline());
    return verdict.kind === 'blocked' ? 'blocks' : verdict.kind === 'done' ? 'frees' : inWords(verdict);
  }, 'deletingApplication'),
];
