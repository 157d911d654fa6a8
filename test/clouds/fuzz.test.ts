import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NamespaceId, ProjectId } from '../../events/ids.ts';
import { OPERATIONS } from '../../lib/clouds/operations.ts';
import type { Answer, CallOptions } from '../../lib/ports/clouds.ts';
import { aCalledCloud } from './called-cloud.ts';
import { NAME, PROJECT, REGION, SECRET, SELECTOR, STAGE } from './clients.ts';
import type { Canned } from './loopback-cloud.ts';
import { wildReply } from './wild-replies.ts';
import type { WildValue } from './wild-replies.ts';

const RUNS = 5_000;
const AT_ONCE = 16;
const KINDS = new Set(['done', 'alreadyGone', 'pending', 'notPending', 'blocked', 'throttled', 'unknown', 'retryable', 'unauthenticated', 'terminal']);

/** What enough wild replies lead to; a run that never met one of these proved less than it looks. */
const COMMON = ['done', 'alreadyGone', 'throttled', 'unknown', 'retryable', 'unauthenticated', 'terminal'];

const { cloud, clouds } = await aCalledCloud();

interface Run {
  readonly reply: Canned;
  readonly operation: string;
  readonly make: (options: CallOptions) => Promise<Answer<unknown>>;
}

/** The reply as the other side meant it: null when it did not arrive whole or is not JSON. */
const meant = ({ body, fault }: Canned): unknown => {
  if (fault !== undefined || typeof body !== 'string') return null;
  try {
    const value: unknown = JSON.parse(body);
    return value;
  } catch {
    return null;
  }
};

const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? Object.entries(inner).find(([name]) => name === key)?.[1] : undefined), value);

const saysNothing = ({ status, body, fault }: Canned): boolean => fault === undefined && (status === 204 || (status === 200 && String(body).trim() === ''));

/** What a reply must say for a change to count as made, written from the contracts and not from the clients. */
const SAYS_SO: Readonly<Record<string, (reply: Canned) => boolean>> = {
  delete: saysNothing,
  deleteStage: saysNothing,
  schedule: (reply) => reply.status === 200 && at(meant(reply), 'secret', 'name') === NAME && at(meant(reply), 'secret', 'state') === 'PENDING_DELETE' && Number(at(meant(reply), 'secret', 'scheduled_delete_time')) > 1e9,
  cancel: (reply) => reply.status === 200 && at(meant(reply), 'secret', 'name') === NAME && at(meant(reply), 'secret', 'state') === 'ENABLED',
  batchDelete: (reply) =>
    reply.status === 200 && at(meant(reply), 'error_code') === undefined && (Number.isInteger(at(meant(reply), 'total')) || Array.isArray(at(meant(reply), 'success_secrets')) || Array.isArray(at(meant(reply), 'failed_secrets'))),
  deleteSae: (reply) => reply.status === 200 && at(meant(reply), 'Success') === true && [undefined, null, 16, '16'].some((id) => id === at(meant(reply), 'Data', 'SecretId')),
};

const isRead = (operation: string): boolean => !Object.hasOwn(SAYS_SO, operation);

const judge = (run: Run, answer: Answer<unknown>, elapsedMs: number): readonly string[] => {
  const wrong: string[] = [];
  if (!KINDS.has(answer.verdict.kind)) wrong.push('no verdict');
  if ('code' in answer.verdict && !/^[A-Za-z0-9._-]{1,330}$/.test(answer.verdict.code)) wrong.push('a code of no form');
  if (!Number.isInteger(answer.requests) || answer.requests < 0) wrong.push('requests not counted');
  if (answer.verdict.kind === 'done' && (isRead(run.operation) ? run.reply.status !== 200 || run.reply.fault !== undefined : SAYS_SO[run.operation]?.(run.reply) !== true)) wrong.push('done, but nobody said so');
  if (!isRead(run.operation) && run.reply.fault !== undefined && answer.requests > 0 && answer.verdict.kind !== 'unknown') wrong.push('a lost reply to a change is not unknown');
  if (elapsedMs > 2_000) wrong.push('deadline not kept');
  return wrong.map((fault) => `${fault}: ${run.operation} ${JSON.stringify(run.reply).slice(0, 300)} → ${JSON.stringify(answer.verdict)}`);
};

const makeRuns = async (runs: readonly Run[]): Promise<{ readonly wrong: readonly string[]; readonly kinds: ReadonlySet<string> }> => {
  const wrong: string[] = [];
  const kinds = new Set<string>();
  const queue = [...runs.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const [, run] = next;
      const stalls = run.reply.fault === 'stall' || run.reply.fault === 'silence';
      const started = performance.now();
      const answer = await run.make({ signal: AbortSignal.timeout(stalls ? 40 : 1_500) });
      wrong.push(...judge(run, answer, performance.now() - started));
      kinds.add(answer.verdict.kind);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { wrong, kinds };
};

const codesOf = (vendor: 'huawei' | 'alibaba'): readonly string[] => [
  ...new Set(OPERATIONS.filter((operation) => operation.cloud === vendor).flatMap((operation) => Object.keys(operation.codes).map((code) => code.replace('*', 'X')))),
];

describe('H21, H24, H47: whatever a cloud replies', () => {
  it('CSMS’s client gives a verdict, and takes no change for made that was not said to be', async () => {
    const secret = { id: 'e2f8', name: NAME, state: 'ENABLED', create_time: 1_581_507_580_000, secret_type: 'RDS-FG', rotation_config: '{"InstanceId":"a"}' };
    const rights: readonly WildValue[] = [
      { secret },
      { secret: { ...secret, state: 'PENDING_DELETE', scheduled_delete_time: 1_800_000_000_000 } },
      { secrets: [secret], page_info: { next_marker: null, current_count: 1 } },
      { stage: { name: STAGE, secret_name: NAME, version_id: 'v1' } },
      { version_metadatas: [{ id: 'v1', create_time: 1_581_507_580_000, version_stages: ['a'] }], page_info: { next_marker: '' } },
      { total: 2, success_secrets: ['a'], failed_secrets: [{ secret_name: 'b', error_msg: 'CSMS.0107: x' }] },
    ];
    const operations = ['list', 'show', 'showStage', 'listVersions', 'schedule', 'cancel', 'delete', 'deleteStage', 'batchDelete'] as const;
    const samples = fc.sample(fc.tuple(fc.constantFrom(...operations), wildReply(rights, codesOf('huawei'))), { seed: 7, numRuns: RUNS });
    // The project says which run a request belongs to.
    cloud.answer(({ url }) => samples[Number.parseInt(url.split('/')[2] ?? '', 16)]?.[1] ?? { status: 599 });
    const runs = samples.map(([operation, reply], index): Run => {
      const csms = clouds.csmsWriter(REGION, ProjectId.parse(index.toString(16).padStart(PROJECT.length, '0')));
      const calls: Readonly<Record<typeof operation, Run['make']>> = {
        list: (options) => csms.list(options),
        show: (options) => csms.show(NAME, options),
        showStage: (options) => csms.showStage(NAME, STAGE, options),
        listVersions: (options) => csms.listVersions(NAME, options),
        schedule: (options) => csms.schedule(NAME, 7, options),
        cancel: (options) => csms.cancel(NAME, options),
        delete: (options) => csms.delete(NAME, options),
        deleteStage: (options) => csms.deleteStage(NAME, STAGE, options),
        batchDelete: (options) => csms.batchDelete(SELECTOR, options),
      };
      return { operation, reply, make: calls[operation] };
    });
    const { wrong, kinds } = await makeRuns(runs);
    expect(wrong).toEqual([]);
    expect([...COMMON, 'pending'].filter((kind) => !kinds.has(kind))).toEqual([]);
  });

  it('SAE’s client gives a verdict, and takes no deletion for made that was not said to be', async () => {
    const rights: readonly WildValue[] = [
      { Success: true, Code: '200', ErrorCode: '', Message: 'success', Data: { SecretId: 16 } },
      { Success: true, Code: '200', Data: { Secrets: [{ SecretId: 16, SecretName: 'a', NamespaceId: 'cn-beijing:t', CreateTime: 1_593_760_185_111, RelateApps: [{ AppId: 'a', AppName: 'b' }] }] } },
      { Success: true, Data: { NamespaceId: 'cn-beijing:t', AppCount: 1, LastChangeOrderId: 'co-1', LastChangeOrderRunning: false } },
      { Success: true, Data: { ChangeOrderId: 'co-1', Status: 2 } },
    ];
    const operations = ['listSae', 'resources', 'order', 'deleteSae', 'deleteSae'] as const;
    const samples = fc.sample(fc.tuple(fc.constantFrom(...operations), wildReply(rights, codesOf('alibaba'))), { seed: 7, numRuns: RUNS });
    cloud.answer(({ url }) => samples[Number(/t([0-9]+)/.exec(new URL(url, 'http://cloud').search)?.[1])]?.[1] ?? { status: 599 });
    const sae = clouds.saeWriter(REGION);
    const runs = samples.map(([operation, reply], index): Run => {
      const namespace = NamespaceId.parse(`cn-beijing:t${String(index)}`);
      const calls: Readonly<Record<typeof operation, Run['make']>> = {
        listSae: (options) => sae.list(namespace, options),
        resources: (options) => sae.namespaceResources(namespace, options),
        order: (options) => sae.changeOrder(`t${String(index)}`, options),
        deleteSae: (options) => sae.delete(namespace, SECRET, options),
      };
      return { operation, reply, make: calls[operation] };
    });
    const { wrong, kinds } = await makeRuns(runs);
    expect(wrong).toEqual([]);
    expect([...COMMON, 'blocked'].filter((kind) => !kinds.has(kind))).toEqual([]);
  });
});
