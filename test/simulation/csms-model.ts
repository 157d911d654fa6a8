import type { BatchReply, CsmsSecret } from '../../lib/saga/seen.ts';
import type { Failure } from '../../lib/saga/verdict.ts';
import type { Timeline } from './timeline.ts';
import { type Actor, type History, type TrueCsmsSecret, cloudTime, createHistory } from './truth.ts';

const DAY_MS = 86_400_000;

export type Replied<T> = { readonly value: T } | { readonly failure: Failure };

const failed = (kind: 'alreadyGone' | 'pending' | 'notPending', code: string): { readonly failure: Failure } => ({ failure: { kind, code } });

/** CSMS as far as the design leans on it (contracts/huawei-csms.md, sections 1 and 3), in one project, with nothing hidden. */
export interface CsmsModel {
  readonly secrets: readonly TrueCsmsSecret[];
  add(secret: Pick<TrueCsmsSecret, 'name' | 'link' | 'unseenLink'> & { readonly stages?: readonly string[] }): TrueCsmsSecret;
  relink(secret: TrueCsmsSecret, link: CsmsSecret['link']): void;
  find(name: string): TrueCsmsSecret | undefined;
  listAsOf(moment: number): readonly CsmsSecret[];
  show(name: string): Replied<CsmsSecret>;
  hasStage(name: string, stage: string): boolean;
  schedule(name: string, days: number, by: Actor): Replied<CsmsSecret>;
  cancel(name: string, by: Actor): Replied<CsmsSecret>;
  erase(name: string, by: Actor): Replied<null>;
  /** Somebody deletes it and gives its name, and its link, to another at once. */
  recreate(name: string): void;
  removeStage(name: string, stage: string, by: Actor): Replied<null>;
  /** `spare` answers why the cloud fails one item of it, null where it does not. */
  batchDelete(instanceId: string, instanceType: string, by: Actor, spare: (secret: TrueCsmsSecret) => Failure | null): BatchReply;
}

/** Told of everything that touches a secret, by whomever, when it has taken effect. */
export interface CsmsWitness {
  erased(secret: TrueCsmsSecret): void;
  scheduled(secret: TrueCsmsSecret, by: Actor): void;
  /** `secret` still shows whose schedule is about to end. */
  cancelling(secret: TrueCsmsSecret, by: Actor): void;
  stageRemoved(secret: TrueCsmsSecret, by: Actor): void;
}

const PENDING: Failure = { kind: 'pending', code: 'CSMS.0107' };

const seen = ({ id, name, state, createTime, eraseAt, link }: TrueCsmsSecret): CsmsSecret => ({ id, name, state, createTime, eraseAt, link, unreadableLink: null });

export const createCsmsModel = (timeline: Timeline, projectId: string, witness: CsmsWitness): CsmsModel => {
  const secrets: TrueCsmsSecret[] = [];
  const history: History<CsmsSecret> = createHistory(timeline);
  const present = (): TrueCsmsSecret[] => secrets.filter((secret) => secret.erased === null);
  const changed = (): void => history.record(present().map(seen));
  const find = (name: string): TrueCsmsSecret | undefined => present().find((secret) => secret.name === name);
  changed();

  const eraseNow = (secret: TrueCsmsSecret, by: Actor): void => {
    secret.erased = { at: timeline.now(), by };
    changed();
    witness.erased(secret);
  };

  const on = <T>(name: string, act: (secret: TrueCsmsSecret) => Replied<T>): Replied<T> => {
    const secret = find(name);
    return secret === undefined ? failed('alreadyGone', 'CSMS.0005') : act(secret);
  };

  const isLinked = (secret: TrueCsmsSecret, instanceId: string, instanceType: string): boolean =>
    [secret.link, secret.unseenLink].some((link) => link?.instanceId === instanceId && link.instanceType === instanceType);

  const add: CsmsModel['add'] = ({ name, link, unseenLink, stages = [] }) => {
    const id = `0000000a-0000-4000-8000-${String(secrets.length + 1).padStart(12, '0')}`;
    const secret: TrueCsmsSecret = {
      cloud: 'huawei', projectId, id, name, createTime: cloudTime(timeline), state: 'ENABLED', eraseAt: null, scheduled: null,
      link, unseenLink, linkedAt: timeline.now(), stages: new Set(stages), erased: null,
    };
    secrets.push(secret);
    changed();
    return secret;
  };

  return {
    secrets,
    add,
    relink: (secret, link) => {
      secret.link = link;
      secret.linkedAt = timeline.now();
      changed();
    },
    find,
    listAsOf: (moment) => history.asOf(moment),
    show: (name) => on(name, (secret) => ({ value: seen(secret) })),
    hasStage: (name, stage) => find(name)?.stages.has(stage) ?? false,
    schedule: (name, days, by) =>
      on(name, (secret) => {
        if (secret.state === 'PENDING_DELETE') return failed('pending', 'CSMS.0107');
        const eraseAt = cloudTime(timeline) + days * DAY_MS;
        secret.state = 'PENDING_DELETE';
        secret.eraseAt = eraseAt;
        secret.scheduled = { at: timeline.now(), by };
        changed();
        witness.scheduled(secret, by);
        timeline.at(timeline.now() + eraseAt - cloudTime(timeline), () => {
          if (secret.erased === null && secret.eraseAt === eraseAt) eraseNow(secret, { kind: 'date', scheduledBy: by });
        });
        return { value: seen(secret) };
      }),
    cancel: (name, by) =>
      on(name, (secret) => {
        if (secret.state !== 'PENDING_DELETE') return failed('notPending', 'CSMS.0108');
        witness.cancelling(secret, by);
        secret.state = 'ENABLED';
        secret.eraseAt = null;
        secret.scheduled = null;
        changed();
        return { value: seen(secret) };
      }),
    erase: (name, by) =>
      on(name, (secret) => {
        if (secret.state === 'PENDING_DELETE') return failed('pending', 'CSMS.0107');
        eraseNow(secret, by);
        return { value: null };
      }),
    recreate: (name) => {
      const secret = find(name);
      if (secret === undefined || secret.state === 'PENDING_DELETE') return;
      eraseNow(secret, { kind: 'person' });
      add({ ...secret, stages: [...secret.stages] });
    },
    removeStage: (name, stage, by) =>
      on(name, (secret) => {
        if (secret.state === 'PENDING_DELETE') return failed('pending', 'CSMS.0103');
        if (!secret.stages.delete(stage)) return failed('alreadyGone', 'CSMS.0005');
        witness.stageRemoved(secret, by);
        return { value: null };
      }),
    batchDelete: (instanceId, instanceType, by, spare) => {
      const linked = present().filter((secret) => isLinked(secret, instanceId, instanceType));
      const judged = linked.map((secret) => ({ secret, verdict: secret.state === 'PENDING_DELETE' ? PENDING : spare(secret) }));
      const succeeded = judged.filter(({ verdict }) => verdict === null).map(({ secret }) => secret);
      for (const secret of succeeded) eraseNow(secret, by);
      return {
        total: linked.length,
        succeeded: succeeded.map(({ name }) => name),
        failed: judged.flatMap(({ secret: { name }, verdict }) => (verdict === null ? [] : [{ name, verdict }])),
      };
    },
  };
};
