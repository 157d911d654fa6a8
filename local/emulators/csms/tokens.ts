import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import type { IamUser } from '../credentials.ts';
import { readJson, type Incoming, type Outgoing } from '../wire.ts';
import type { Content } from './content.ts';

const LIFE_MS = 24 * 60 * 60 * 1000;

/** `POST /v3/auth/tokens` with a password (contracts/huawei-csms.md, section 6, Token); other fields are let through as IAM does. */
const TokenRequest = z.object({
  auth: z.object({
    identity: z.object({
      methods: z.array(z.string()),
      password: z.object({
        user: z.object({
          id: z.optional(z.string()),
          name: z.optional(z.string()),
          domain: z.optional(z.object({ name: z.optional(z.string()), id: z.optional(z.string()) })),
          password: z.string(),
        }),
      }),
    }),
    scope: z.optional(z.object({ project: z.optional(z.object({ id: z.optional(z.string()), name: z.optional(z.string()) })) })),
  }),
});

const idOf = (kind: string, name: string): string => createHash('md5').update(`${kind}:${name}`).digest('hex');

/** IAM's own shape of a refusal. */
export const iamRefused = (status: number, title: string, message: string): Outgoing => ({
  status,
  headers: { 'content-type': 'application/json', 'x-request-id': randomBytes(16).toString('hex') },
  body: JSON.stringify({ error: { code: status, message, title } }),
  code: `IAM.${status}`,
  effect: null,
});

// The wire writes microseconds.
const iamTime = (moment: number): string => new Date(moment).toISOString().replace('Z', '000Z');

/** `now` is real time, epoch ms: tokens do not age with the emulated clock. */
export const issueToken = ({ tokens, projects }: Content, user: IamUser, { body, query }: Incoming, now: number): Outgoing => {
  const request = TokenRequest.safeParse(readJson(body)?.value);
  if (!request.success || !request.data.auth.identity.methods.includes('password')) return iamRefused(400, 'Bad Request', 'Request body is invalid.');
  const { identity, scope } = request.data.auth;
  const { id, name, domain, password } = identity.password.user;
  const known = id === undefined ? name === user.name && domain?.name === user.domain : id === idOf('user', user.name);
  if (!known || password !== user.password) return iamRefused(401, 'Unauthorized', 'The username or password is wrong.');

  const project = scope?.project;
  const projectId = project === undefined ? null : (project.id ?? projects.get(project.name ?? '') ?? idOf('project', project.name ?? ''));
  for (const old of tokens.values()) if (old.expiresAt <= now - LIFE_MS) tokens.remove(old.token);
  const token = randomBytes(96).toString('base64url');
  const expiresAt = now + LIFE_MS;
  tokens.put(token, { token, projectId, userName: user.name, issuedAt: now, expiresAt });
  const inDomain = { id: idOf('domain', user.domain), name: user.domain };
  return {
    status: 201,
    headers: { 'content-type': 'application/json', 'x-request-id': randomBytes(16).toString('hex'), 'x-subject-token': token },
    body: JSON.stringify({
      token: {
        methods: ['password'],
        issued_at: iamTime(now),
        expires_at: iamTime(expiresAt),
        user: { id: idOf('user', user.name), name: user.name, domain: inDomain, password_expires_at: '' },
        ...(projectId === null ? { domain: inDomain } : { project: { id: projectId, name: project?.name ?? projectId, domain: inDomain } }),
        roles: [{ id: '0', name: 'te_admin' }],
        ...(query.includes('nocatalog') ? {} : { catalog: [] }),
      },
    }),
    code: null,
    effect: { did: 'tokenIssued', names: projectId === null ? [] : [projectId], note: null },
  };
};

/** Ends every token issued so far, as a changed password does. */
export const expireTokens = ({ tokens }: Content, now: number): void => {
  for (const token of tokens.values()) tokens.put(token.token, { ...token, expiresAt: Math.min(token.expiresAt, now) });
};
