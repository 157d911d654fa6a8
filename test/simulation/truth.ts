import type { CsmsSecret, SaeSecret } from '../../lib/saga/seen.ts';
import { BEGINNING, type Timeline } from './timeline.ts';

/** Who did something in a cloud. The clouds themselves never tell; only the simulation knows. */
export type Actor =
  | { readonly kind: 'saga'; readonly sagaId: string; readonly number: number; readonly sentAt: number }
  | { readonly kind: 'person' }
  | { readonly kind: 'date'; readonly scheduledBy: Actor };

export interface Erasure {
  readonly at: number;
  readonly by: Actor;
}

export interface TrueCsmsSecret {
  readonly cloud: 'huawei';
  readonly projectId: string;
  readonly id: string;
  readonly name: string;
  readonly createTime: number;
  state: 'ENABLED' | 'PENDING_DELETE';
  eraseAt: number | null;
  scheduled: Erasure | null;
  link: CsmsSecret['link'];
  /** A link of a type that no list shows. */
  unseenLink: { readonly instanceId: string; readonly instanceType: string } | null;
  linkedAt: number;
  readonly stages: Set<string>;
  erased: Erasure | null;
}

export interface TrueSaeSecret {
  readonly cloud: 'alibaba';
  readonly namespaceId: SaeSecret['namespaceId'];
  readonly id: SaeSecret['id'];
  readonly name: string;
  readonly createTime: number;
  erased: Erasure | null;
}

export type TrueSecret = TrueCsmsSecret | TrueSaeSecret;

/** A cloud's clock is right whatever the workers' machine believes, and counts whole seconds. */
export const cloudTime = (timeline: Timeline): number => Math.floor((BEGINNING + timeline.now()) / 1_000) * 1_000;

/** Everything a list ever showed, so that a list may answer with what it showed a while ago. */
export interface History<T> {
  record(rows: readonly T[]): void;
  /** What stood at that true time. */
  asOf(moment: number): readonly T[];
}

export const createHistory = <T>(timeline: Timeline): History<T> => {
  const states: { readonly from: number; readonly rows: readonly T[] }[] = [];
  return {
    record: (rows) => {
      states.push({ from: timeline.now(), rows });
    },
    asOf: (moment) => states.findLast(({ from }) => from <= moment)?.rows ?? states[0]?.rows ?? [],
  };
};
