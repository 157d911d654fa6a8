import { randomBytes, randomUUID } from 'node:crypto';
import { type ProjectId, SecretName, type StageName } from '../../../events/ids.ts';
import { keyAuthority, type Authority } from '../../../lib/clouds/huawei/authority.ts';
import type { HuaweiKey } from '../../../lib/clouds/huawei/signer.ts';
import { createCsmsReader } from '../../../lib/clouds/huawei/reader.ts';
import { tokenAuthority } from '../../../lib/clouds/huawei/token-authority.ts';
import type { HuaweiUser } from '../../../lib/clouds/huawei/token.ts';
import { createCsmsWriter } from '../../../lib/clouds/huawei/writer.ts';
import type { HttpReply } from '../../../lib/clouds/http/message.ts';
import type { Transport } from '../../../lib/clouds/http/transport.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import type { CsmsReader, CsmsWriter } from '../../../lib/ports/clouds.ts';
import { Disproved, LeftOut, type Reach, type Tidied } from '../case.ts';
import { deadline } from '../deadline.ts';
import { statusAndCode } from '../expectations.ts';
import type { CsmsGiven } from '../settings.ts';
import { watched } from '../watched.ts';

/** What the suite may take away again is told by its name. */
export const OWN_PREFIX = 'probate-conf-';

/** CSMS of one project, as the cases see it: through our client, and raw where the client has no call for the scene. */
export interface CsmsTarget extends Tidied {
  readonly csms: CsmsWriter;
  /** The same project with a secret key that is wrong; null with a token. */
  readonly withWrongKey: CsmsReader | null;
  /** The same project by a token of IAM; null where no user is known. */
  readonly withToken: CsmsReader | null;
  readonly given: CsmsGiven;
  readonly allowed: Reach;
  /** One signed request below `/v1/{project_id}`. */
  readonly raw: (method: 'GET' | 'POST', path: string, sent?: { readonly query?: readonly (readonly [string, string])[]; readonly body?: unknown }) => Promise<HttpReply>;
  /** The last reply as it came. */
  readonly last: () => HttpReply;
  /** Makes a secret, linked to the RDS instance if one is given. */
  readonly make: (instanceId?: string) => Promise<SecretName>;
  /** Puts a stage on the secret's first version. */
  readonly putStage: (name: SecretName, stage: StageName) => Promise<void>;
  /** Whether the secret is still shown, looked at again while it is, as a cloud may be slow to forget. */
  readonly stands: (name: SecretName) => Promise<boolean>;
}

export interface CsmsAccess {
  readonly transport: Transport;
  readonly iam: Transport;
  readonly projectId: ProjectId;
  readonly key: HuaweiKey | null;
  readonly user: HuaweiUser | null;
  readonly clock: Clock;
  readonly given: CsmsGiven;
  readonly allowed: Reach;
  /** 0 and 1 against an emulator, which has no pace and forgets at once. */
  readonly spacingMs: number;
  readonly looks: number;
}

const BETWEEN_LOOKS_MS = 2_000;

/** An instance id that belongs to nobody. */
export const anInstanceId = (): string => `${randomBytes(16).toString('hex')}in01`;

const authorityOf = (key: HuaweiKey | null, token: Authority | null, host: string, clock: Clock): Authority => {
  if (key !== null) return keyAuthority(key, host, clock);
  if (token !== null) return token;
  throw new LeftOut('there are no credentials for CSMS');
};

/** What CreateSecret is asked for; its value is random and thrown away. */
const newSecret = (name: SecretName, instanceId: string | undefined): unknown => ({
  name,
  secret_string: randomUUID(),
  ...(instanceId === undefined ? {} : { secret_type: 'RDS-FG', rotation_config: JSON.stringify({ InstanceId: instanceId, SecretSubType: 'SingleUser' }) }),
});

export const openCsms = ({ transport: bare, iam, projectId, key, user, clock, given, allowed, spacingMs, looks }: CsmsAccess): CsmsTarget => {
  const { transport, last } = watched(bare, clock, spacingMs);
  const token = user === null ? null : tokenAuthority(iam, user, projectId, clock);
  const authority = authorityOf(key, token, transport.host, clock);
  const csms = createCsmsWriter({ transport, authority, projectId });
  const run = randomBytes(4).toString('hex');
  const made: SecretName[] = [];

  const raw: CsmsTarget['raw'] = async (method, path, { query = [], body } = {}) => {
    const { signal } = deadline();
    const grant = await authority.grant(signal);
    if (grant.kind === 'refused') throw new LeftOut('no token was given');
    const outcome = await transport.send(grant.sign({ method, path: `/v1/${projectId}${path}`, query, body: body === undefined ? null : JSON.stringify(body), projectId }), signal);
    if (outcome.kind === 'fault') throw new LeftOut(`no reply: ${outcome.code}`);
    return outcome;
  };

  const stands: CsmsTarget['stands'] = async (name) => {
    for (let look = 1; ; look += 1) {
      const { verdict } = await csms.show(name, deadline());
      if (verdict.kind === 'alreadyGone') return false;
      if (look === looks) return true;
      await clock.sleep(BETWEEN_LOOKS_MS);
    }
  };

  let count = 0;
  const make: CsmsTarget['make'] = async (instanceId) => {
    count += 1;
    const name = SecretName.parse(`${OWN_PREFIX}${run}-${String(count).padStart(3, '0')}`);
    const reply = await raw('POST', '/secrets', { body: newSecret(name, instanceId) });
    // A linked secret needs what this suite cannot make: an instance, and a function that rotates.
    if (reply.status !== 200 && instanceId !== undefined) throw new LeftOut(`the cloud makes no linked secret: ${statusAndCode(reply)}`);
    if (reply.status !== 200) throw new Disproved(`CreateSecret answered ${statusAndCode(reply)}`);
    made.push(name);
    return name;
  };

  const takeAway = async (name: SecretName): Promise<boolean> => {
    const shown = await csms.show(name, deadline());
    if (shown.verdict.kind === 'alreadyGone') return true;
    if ('value' in shown && shown.value.state === 'PENDING_DELETE') await csms.cancel(name, deadline());
    const { verdict } = await csms.delete(name, deadline());
    return verdict.kind === 'done' || verdict.kind === 'alreadyGone';
  };

  return {
    csms,
    withWrongKey: key === null ? null : createCsmsReader({ transport, authority: keyAuthority({ ...key, secretKey: `${key.secretKey}-wrong` }, transport.host, clock), projectId }),
    withToken: token === null ? null : createCsmsReader({ transport, authority: token, projectId }),
    given,
    allowed,
    raw,
    last,
    make,
    stands,
    putStage: async (name, stage) => {
      const reply = await raw('POST', `/secrets/${name}/stages`, { body: { name: stage, version_id: 'v1' } });
      if (reply.status !== 200) throw new Disproved(`CreateSecretStage answered ${statusAndCode(reply)}`);
    },
    tidy: async () => {
      const left: SecretName[] = [];
      for (const name of made.splice(0)) if (!(await takeAway(name))) left.push(name);
      return left;
    },
  };
};
