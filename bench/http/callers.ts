import { Agent } from 'node:http';
import { create } from 'axios';
import { type Dispatcher, Pool } from 'undici';
import { InstanceId, InstanceType, ProjectId, Region } from '../../events/ids.ts';
import type { OpenedState } from '../../lib/adapters/sqlite/state.ts';
import { createClouds } from '../../lib/clouds/clouds.ts';
import { readCloudSettings } from '../../lib/clouds/settings.ts';
import { Policy } from '../../lib/saga/policy.ts';
import { makePace } from '../../lib/workflow/pace/pace.ts';
import { turnPace } from '../../lib/workflow/pace/turn-pace.ts';
import { withDeadline } from '../../lib/workflow/turn/deadline.ts';
import { unhindered } from '../workload.ts';
import type { Received } from './server.ts';

export const CONCURRENCY = 32;

/** Makes one and the same call over and over. */
export interface Caller {
  /** Rejects for anything but the success that the server answers with. */
  call(): Promise<void>;
  close(): Promise<void>;
}

/** A CSMS batch-delete as a worker makes one: a moment of the pace, a deadline, the signature, the reply read and judged. */
export const ours = (origin: string, { ledger, clock }: OpenedState): Caller => {
  const settings = readCloudSettings({ HUAWEICLOUD_SDK_AK: 'local-ak', HUAWEICLOUD_SDK_SK: 'local-sk', HUAWEICLOUD_CSMS_ENDPOINT: origin });
  const clouds = createClouds(settings, clock);
  const policy = Policy.parse(unhindered());
  const pace = makePace({ ledger, clock, policy, accountOf: (api) => clouds.account(api).account });
  const turn = turnPace(pace, null);
  const writer = clouds.csmsWriter(Region.parse('cn-north-4'), ProjectId.parse('0123456789abcdef0123456789abcdef'));
  const selector = { instanceId: InstanceId.parse('2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01'), instanceType: InstanceType.parse('RDS') };
  const deadlineMs = policy.retry.deadlineSeconds * 1_000;
  return {
    call: async () => {
      // Its moment has come: the pace is boundless here.
      await turn.admit('csms', 2);
      const answer = await withDeadline(clock, deadlineMs, ({ signal }) => writer.batchDelete(selector, { signal }));
      if (answer.verdict.kind !== 'done') throw new Error(`the client read ${answer.verdict.kind} ${answer.verdict.code}`);
    },
    close: () => clouds.close(),
  };
};

/** What the sender's HTTP stack adds by itself. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'transfer-encoding']);

const headersOf = ({ headers }: Received): Record<string, string> => Object.fromEntries(headers.filter(([name]) => !OWN_HEADERS.has(name.toLowerCase())));

const isPost = (method: string): method is Dispatcher.HttpMethod & 'POST' => method === 'POST';

/** The floor: the very bytes of that request by undici's own `Pool.request`, the reply read as text. */
export const bare = (origin: string, received: Received): Caller => {
  const { method, path, body } = received;
  if (!isPost(method)) throw new Error(`the client sent a ${method}`);
  const pool = new Pool(origin, { connections: CONCURRENCY });
  const headers = headersOf(received);
  return {
    call: async () => {
      const reply = await pool.request({ method, path, headers, body });
      await reply.body.text();
      if (reply.statusCode !== 200) throw new Error(`undici read ${reply.statusCode}`);
    },
    close: () => pool.close(),
  };
};

/** The peer: the same bytes by axios, on connections that are kept. */
export const peer = (origin: string, received: Received): Caller => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const client = create({ baseURL: origin, httpAgent: agent, proxy: false });
  const headers = headersOf(received);
  return {
    call: async () => {
      const { status } = await client.post(received.path, received.body, { headers });
      if (status !== 200) throw new Error(`axios read ${status}`);
    },
    close: async () => agent.destroy(),
  };
};
