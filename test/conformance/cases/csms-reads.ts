import * as z from 'zod/mini';
import { SecretName } from '../../../events/ids.ts';
import { classify } from '../../../lib/clouds/huawei/classify.ts';
import { SHOW_SECRET } from '../../../lib/clouds/huawei/operations.ts';
import type { CsmsSecret } from '../../../lib/saga/seen.ts';
import { LeftOut, casesOf, type Case } from '../case.ts';
import { OWN_PREFIX, type CsmsTarget } from '../csms/target.ts';
import { deadline } from '../deadline.ts';
import { done, expectThat, expectVerdict, inWords, jsonOf, statusAndCode } from '../expectations.ts';

const read = casesOf<CsmsTarget>('nothing');

/** The project's secrets, at least so many: what is missing is made where that is allowed. */
export const atLeast = async (target: CsmsTarget, count: number): Promise<readonly CsmsSecret[]> => {
  const standing = done(await target.csms.list(deadline()));
  if (standing.length >= count) return standing;
  if (target.allowed === 'nothing') throw new LeftOut(`the project holds ${standing.length} of the ${count} secrets this takes`);
  for (let made = standing.length; made < count; made += 1) await target.make();
  return done(await target.csms.list(deadline()));
};

const NOBODY = SecretName.parse(`${OWN_PREFIX}nobody`);

/** The number as it came, before the client makes milliseconds of it. */
const CreateTimes = z.object({ secrets: z.array(z.object({ create_time: z.number() })).check(z.minLength(1)) });

export const CSMS_READS: readonly Case<CsmsTarget>[] = [
  read('the list is read to its end, no secret twice', 'ListSecrets', '1, Paging', async ({ csms }) => {
    const secrets = done(await csms.list(deadline()));
    expectThat(new Set(secrets.map(({ id }) => id)).size === secrets.length, 'a secret is listed twice');
    return `${secrets.length} secrets`;
  }),
  read('one secret by its name is the one the list shows', 'ShowSecret', '1; 2', async (target) => {
    const [first] = await atLeast(target, 1);
    const name = SecretName.safeParse(first?.name);
    if (!name.success) throw new LeftOut('the first secret has a name that no URL may hold');
    const shown = done(await target.csms.show(name.data, deadline()));
    expectThat(shown.id === first?.id && shown.createTime === first.createTime, 'another id or another time than in the list');
    return shown.state;
  }),
  read('versions are listed without a value', 'ListSecretVersions', '1; 2, VersionMetadata', async (target) => {
    const named = (await atLeast(target, 1)).map(({ name }) => SecretName.safeParse(name)).find(({ success }) => success);
    if (named?.data === undefined) throw new LeftOut('no secret has a name that a URL may hold');
    const versions = done(await target.csms.listVersions(named.data, deadline()));
    expectThat(!/secret_(string|binary)/.test(target.last().body ?? ''), 'the reply holds a value');
    return `${versions.length} versions`;
  }),
  read('a name that nobody has', 'ShowSecret', '4, Not-found conflict', async ({ csms, last }) => {
    expectVerdict(await csms.show(NOBODY, deadline()), 'alreadyGone');
    const saw = statusAndCode(last());
    return saw === '404 CSMS.0005' ? 'status404' : saw === '400 CSMS.0106' ? 'status400' : saw;
  }, 'notFound'),
  read('the gateway’s own 404 is no proof of absence', 'ShowSecret', '4, Gateway', async ({ raw }) => {
    const reply = await raw('GET', '/no-such-api');
    const verdict = classify(SHOW_SECRET, reply);
    expectThat(verdict.kind === 'unknown', `was to be unknown, is ${inWords(verdict)}`);
    return statusAndCode(reply);
  }),
  read('times are given in', 'ListSecrets', '2, Units', async (target) => {
    await atLeast(target, 1);
    const times = CreateTimes.safeParse(jsonOf(await target.raw('GET', '/secrets')));
    if (!times.success) return 'times that are no numbers';
    return times.data.secrets.every(({ create_time: time }) => time >= 1e11) ? 'milliseconds' : 'seconds';
  }, 'timeUnit'),
  read('a wrong secret key is refused at once, and not tried again', 'ListSecrets', '4, Gateway; 4, Lockout', async ({ withWrongKey, csms }) => {
    if (withWrongKey === null) throw new LeftOut('there is no key pair');
    const refused = await withWrongKey.list(deadline());
    const saw = expectVerdict(refused, 'unauthenticated');
    expectThat(refused.requests === 1, `${refused.requests} requests were made`);
    // Ends the row of failures that would lock the key.
    done(await csms.list(deadline()));
    return saw;
  }),
  read('a token opens its project', 'KeystoneCreateUserTokenByPassword', '6, Token', async ({ withToken }) => {
    if (withToken === null) throw new LeftOut('there is no IAM user: set HUAWEICLOUD_IAM_DOMAIN, HUAWEICLOUD_IAM_USER and HUAWEICLOUD_IAM_PASSWORD');
    return `${done(await withToken.list(deadline())).length} secrets`;
  }),
];
