import { randomBytes, randomUUID } from 'node:crypto';
import { type NamespaceId, SecretId } from '../../../events/ids.ts';
import { createSaeReader, createSaeWriter } from '../../../lib/clouds/alibaba/sae.ts';
import { authorization, type AlibabaKey } from '../../../lib/clouds/alibaba/signer.ts';
import { readJson } from '../../../lib/clouds/http/json.ts';
import type { HttpReply, HttpRequest } from '../../../lib/clouds/http/message.ts';
import { canonicalQuery } from '../../../lib/clouds/http/query.ts';
import type { Transport } from '../../../lib/clouds/http/transport.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import type { SaeReader, SaeWriter } from '../../../lib/ports/clouds.ts';
import { sha256 } from '../../../lib/saga/canonical.ts';
import type { SaeSecret } from '../../../lib/saga/seen.ts';
import * as z from 'zod/mini';
import { Disproved, LeftOut, type Reach, type Tidied } from '../case.ts';
import { deadline } from '../deadline.ts';
import { done, statusAndCode } from '../expectations.ts';
import type { SaeGiven } from '../settings.ts';
import { watched } from '../watched.ts';

/** An action of SAE with its parameters, as the suite sends it where the client has no call. */
export interface Action {
  readonly action: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
}

/** One namespace of SAE, as the cases see it: through our client, and raw where the client has no call for the scene. */
export interface SaeTarget extends Tidied {
  readonly sae: SaeWriter;
  readonly namespaceId: NamespaceId;
  /** The same region with a wrong secret, and with a key id that nobody has. */
  readonly withWrongSecret: SaeReader;
  readonly withUnknownKey: SaeReader;
  readonly given: SaeGiven;
  readonly allowed: Reach;
  /** A request signed once, to be sent as often as asked. */
  readonly signed: (action: Action) => HttpRequest;
  readonly send: (request: HttpRequest) => Promise<HttpReply>;
  readonly last: () => HttpReply;
  readonly make: () => Promise<SecretId>;
  /** The namespace's row of that secret, null when the list shows none; asked again while it does, where `untilGone`. */
  readonly row: (secretId: SecretId, untilGone?: boolean) => Promise<SaeSecret | null>;
}

export interface SaeAccess {
  readonly transport: Transport;
  readonly namespaceId: NamespaceId;
  readonly key: AlibabaKey;
  readonly clock: Clock;
  readonly given: SaeGiven;
  readonly allowed: Reach;
  readonly spacingMs: number;
  readonly looks: number;
}

const BETWEEN_LOOKS_MS = 2_000;

const signedWith = (key: AlibabaKey, host: string, now: number, { action, method, path, query }: Action): HttpRequest => {
  const temporary = key.securityToken === null ? {} : { 'x-acs-accesskey-id': key.accessKeyId, 'x-acs-security-token': key.securityToken };
  const headers = {
    host,
    'x-acs-action': action,
    'x-acs-version': '2019-05-06',
    'x-acs-date': new Date(now).toISOString().replace(/\.[0-9]{3}/, ''),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-content-sha256': sha256(''),
    ...temporary,
  };
  const parameters = canonicalQuery(query);
  return {
    method,
    path: parameters === '' ? path : `${path}?${parameters}`,
    headers: { ...headers, accept: 'application/json', authorization: authorization(key, { method, path, query, headers }) },
    body: null,
  };
};

const Created = z.object({ Data: z.object({ SecretId: z.pipe(z.pipe(z.union([z.int(), z.string()]), z.transform(String)), SecretId) }) });

export const openSae = ({ transport: bare, namespaceId, key, clock, given, allowed, spacingMs, looks }: SaeAccess): SaeTarget => {
  const { transport, last } = watched(bare, clock, spacingMs);
  const sae = createSaeWriter({ transport, key, clock });
  const run = randomBytes(4).toString('hex');
  const made: SecretId[] = [];

  const signed: SaeTarget['signed'] = (action) => signedWith(key, transport.host, clock.now(), action);
  const send: SaeTarget['send'] = async (request) => {
    const outcome = await transport.send(request, deadline().signal);
    if (outcome.kind === 'fault') throw new LeftOut(`no reply: ${outcome.code}`);
    return outcome;
  };

  let count = 0;
  const make: SaeTarget['make'] = async () => {
    count += 1;
    const query = [
      ['NamespaceId', namespaceId],
      ['SecretName', `probate_conf_${run}_${count}`],
      ['SecretType', 'Opaque'],
      ['SecretData', JSON.stringify({ SecretData: JSON.stringify({ k: randomUUID() }) })],
    ] as const;
    const reply = await send(signed({ action: 'CreateSecret', method: 'POST', path: '/pop/v1/sam/secret/secret', query }));
    const created = Created.safeParse(readJson(reply.body ?? ''));
    if (!created.success) throw new Disproved(`CreateSecret answered ${statusAndCode(reply)}`);
    made.push(created.data.Data.SecretId);
    return created.data.Data.SecretId;
  };

  const row: SaeTarget['row'] = async (secretId, untilGone = false) => {
    for (let look = 1; ; look += 1) {
      const found = done(await sae.list(namespaceId, deadline())).find(({ id }) => id === secretId) ?? null;
      if (found === null || !untilGone || look >= looks) return found;
      await clock.sleep(BETWEEN_LOOKS_MS);
    }
  };

  return {
    sae,
    namespaceId,
    withWrongSecret: createSaeReader({ transport, key: { ...key, accessKeySecret: `${key.accessKeySecret}-wrong` }, clock }),
    withUnknownKey: createSaeReader({ transport, key: { ...key, accessKeyId: `LTAI${run}`, securityToken: null }, clock }),
    given,
    allowed,
    signed,
    send,
    last,
    make,
    row,
    tidy: async () => {
      const left: SecretId[] = [];
      for (const id of made.splice(0)) {
        const { verdict } = await sae.delete(namespaceId, id, deadline());
        if (verdict.kind !== 'done' && verdict.kind !== 'alreadyGone') left.push(id);
      }
      return left;
    },
  };
};
