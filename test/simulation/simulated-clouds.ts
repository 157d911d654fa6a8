import type { Answer, CallOptions, Clouds, CsmsWriter, SaeWriter } from '../../lib/ports/clouds.ts';
import type { BatchReply, SaeSecret } from '../../lib/saga/seen.ts';
import type { Failure } from '../../lib/saga/verdict.ts';
import type { CsmsModel, Replied } from './csms-model.ts';
import { exchange } from './exchange.ts';
import type { Life, Ports } from './life.ts';
import type { SaeModel } from './sae-model.ts';
import { AS_THE_REST, type OddRows, withOddRow } from './rows.ts';
import type { Actor } from './truth.ts';
import type { Weather } from './weather.ts';

/** A call that changes something, as the cloud gets it. */
export type SentCall =
  | { readonly op: 'schedule' | 'cancel' | 'delete-named'; readonly projectId: string; readonly name: string }
  | { readonly op: 'delete-stage'; readonly projectId: string; readonly name: string; readonly stage: string }
  | { readonly op: 'batch-delete'; readonly projectId: string; readonly instanceId: string; readonly instanceType: string }
  | { readonly op: 'delete-copy'; readonly namespaceId: string; readonly secretId: string };

/** What a read showed: `asOf` is the true moment whose state it gave, at times some while before it began. */
export interface Reading {
  readonly of: string;
  readonly begunAt: number;
  readonly asOf: number;
  readonly odd: OddRows;
  /** When its worker had the answer: one that was frozen meanwhile had it late. Null until then. */
  answeredAt: number | null;
}

export interface CloudWatch {
  /** Told before anything leaves; answers whose call it is and until when (true time) it may take effect. */
  sending(life: Life, call: SentCall): { readonly by: Actor; readonly latest: number };
  reading(life: Life, reading: Reading): void;
}

export interface CloudParts {
  readonly ports: Ports;
  readonly weather: () => Weather;
  readonly csms: ReadonlyMap<string, CsmsModel>;
  readonly sae: ReadonlyMap<string, SaeModel>;
  readonly watch: CloudWatch;
  /** How many looks the policy asks for before something is gone. */
  readonly proofs: number;
  /** When a list last passed over a copy (true time), by its id. */
  readonly missedCopies: Map<string, number>;
}

/** Past every deadline of a read; what comes later, nobody hears. */
const LONGEST_READ_MS = 20_000;
const LONGEST_STALENESS_MS = 20_000;
/** Between two lists that pass over the same copy, so that no row of proofs is made of such. */
const SELDOM_MS = 3_600_000;
const ALWAYS = (): true => true;
const NO_BATCH_FAULT = (): null => null;

const modelOf = <T>(models: ReadonlyMap<string, T>, key: string): T => {
  const model = models.get(key);
  if (model === undefined) throw new Error(`a call to ${key}, which no policy allows and no event names`);
  return model;
};

/** Both clouds as one process reaches them, over the same truth as everybody else. */
export const simulatedClouds = ({ ports, weather, csms, sae, watch, proofs, missedCopies }: CloudParts, life: Life): Clouds => {
  const { timeline, prng } = ports;

  const read = <T>(what: string, signal: AbortSignal, perform: () => Replied<T>): Promise<Answer<T>> =>
    exchange(ports, weather(), life, { what, changes: false, signal, latest: timeline.now() + LONGEST_READ_MS, mayComeLate: false, perform });

  const readOne = <T>(what: string, of: string, { signal }: CallOptions, look: () => Replied<T>): Promise<Answer<T>> => {
    const begunAt = timeline.now();
    return read(what, signal, () => {
      watch.reading(life, { of, begunAt, asOf: timeline.now(), odd: AS_THE_REST, answeredAt: null });
      return look();
    });
  };

  /** A list may lag behind, as a whole or by one row. */
  const readList = <T extends { readonly id: string }>(of: string, { signal }: CallOptions, listAsOf: (moment: number) => readonly T[], mayMiss: (row: T) => boolean): Promise<Answer<readonly T[]>> => {
    const begunAt = timeline.now();
    const served: Reading[] = [];
    const aWhile = (): number => prng.between(0, LONGEST_STALENESS_MS);
    const lagMs = prng.chance(weather().stale) ? aWhile() : 0;
    return read('list', signal, () => {
      const asOf = Math.max(0, timeline.now() - lagMs);
      const whole = listAsOf(asOf);
      const before = ({ id }: T): { readonly row: T | undefined; readonly at: number } => {
        const at = Math.max(0, asOf - aWhile());
        return { row: listAsOf(at).find((row) => row.id === id), at };
      };
      const { rows, odd } = prng.chance(weather().oddRows) ? withOddRow(prng, whole, { before, mayMiss }) : { rows: whole, odd: AS_THE_REST };
      const reading: Reading = { of, begunAt, asOf, odd, answeredAt: null };
      served.push(reading);
      watch.reading(life, reading);
      return { value: rows };
    }).finally(() => {
      for (const reading of served) reading.answeredAt = timeline.now();
    });
  };

  const change = <T>(call: SentCall, { signal }: CallOptions, perform: (by: Actor) => Replied<T>): Promise<Answer<T>> => {
    if (signal.aborted) return Promise.resolve({ verdict: { kind: 'retryable', code: 'deadline' }, requests: 0 });
    const { by, latest } = watch.sending(life, call);
    return exchange(ports, weather(), life, { what: call.op, changes: true, signal, latest, mayComeLate: call.op === 'schedule', perform: () => perform(by) });
  };

  /** Partial failure, a name passed over, a total that does not add up: all of it inside a 200 (H21, H23). */
  const batchReply = (model: CsmsModel, instanceId: string, instanceType: string, by: Actor): BatchReply => {
    if (!prng.chance(weather().batchFault)) return model.batchDelete(instanceId, instanceType, by, NO_BATCH_FAULT);
    const failures: readonly (Failure | null)[] = [{ kind: 'retryable', code: 'CSMS.0999' }, { kind: 'terminal', code: 'CSMS.0401' }, null, null];
    const reply = model.batchDelete(instanceId, instanceType, by, () => prng.pick(failures));
    switch (prng.pick(['plain', 'plain', 'omits', 'counts'])) {
      case 'omits':
        return { ...reply, succeeded: reply.succeeded.slice(1) };
      case 'counts':
        return { ...reply, total: (reply.total ?? 0) + 1 };
      default:
        return reply;
    }
  };

  const csmsOf = (projectId: string): CsmsWriter => {
    const model = (): CsmsModel => modelOf(csms, projectId);
    return {
      list: (options) => readList(projectId, options, (moment) => model().listAsOf(moment), ALWAYS),
      show: (name, options) => readOne('show', `${projectId}/${name}`, options, () => model().show(name)),
      showStage: (name, stage, options) =>
        readOne('show-stage', `${projectId}/${name}/${stage}`, options, () =>
          model().hasStage(name, stage) ? { value: { secretName: name, stage, versionId: 'v1' } } : { failure: { kind: 'alreadyGone', code: 'CSMS.0005' } },
        ),
      listVersions: () => Promise.reject(new Error('nothing in a saga reads versions')),
      schedule: (name, days, options) =>
        change({ op: 'schedule', projectId, name }, options, (by) => {
          if (prng.chance(weather().recreations)) model().recreate(name);
          return model().schedule(name, days, by);
        }),
      cancel: (name, options) => change({ op: 'cancel', projectId, name }, options, (by) => model().cancel(name, by)),
      delete: (name, options) => change({ op: 'delete-named', projectId, name }, options, (by) => model().erase(name, by)),
      // A stage's delete may answer well and leave the stage (contracts/huawei-csms.md, section 8).
      deleteStage: (name, stage, options) =>
        change({ op: 'delete-stage', projectId, name, stage }, options, (by) => (prng.chance(weather().batchFault / 2) ? { value: null } : model().removeStage(name, stage, by))),
      batchDelete: ({ instanceId, instanceType }, options) =>
        change({ op: 'batch-delete', projectId, instanceId, instanceType }, options, (by) => ({ value: batchReply(model(), instanceId, instanceType, by) })),
    };
  };

  /** SAE's list is all there is to see of a copy: passed over by every look, it is gone for everybody. */
  const mayMissCopy = ({ id }: SaeSecret): boolean => {
    const lastMissed = missedCopies.get(id) ?? -Infinity;
    if (proofs === 1 || timeline.now() - lastMissed < SELDOM_MS) return false;
    missedCopies.set(id, timeline.now());
    return true;
  };

  const saeOf = (): SaeWriter => ({
    list: (namespaceId, options) => readList(namespaceId, options, (moment) => modelOf(sae, namespaceId).listAsOf(moment), mayMissCopy),
    namespaceResources: () => Promise.reject(new Error('nothing in a saga reads namespace resources')),
    changeOrder: () => Promise.reject(new Error('nothing in a saga reads change orders')),
    delete: (namespaceId, secretId, options) => change({ op: 'delete-copy', namespaceId, secretId }, options, (by) => modelOf(sae, namespaceId).erase(secretId, by)),
  });

  return {
    csmsReader: (_, projectId) => csmsOf(projectId),
    csmsWriter: (_, projectId) => csmsOf(projectId),
    saeReader: saeOf,
    saeWriter: saeOf,
    account: (api) => ({ account: `account-of-${api}`, keyFingerprint: `key-of-${api}` }),
    close: () => Promise.resolve(),
  };
};
