/** HTTP requests made, by API; a list shared with other sagas counts for the one that caused it. */
export interface Calls {
  readonly csms: number;
  readonly sae: number;
}

export const NO_CALLS: Calls = { csms: 0, sae: 0 };

export const plus = (a: Calls, b: Calls): Calls => ({ csms: a.csms + b.csms, sae: a.sae + b.sae });

/** Requests for a saga that a worker could not write, since another one has it: whoever of this process writes it next counts them. */
export interface UnwrittenCalls {
  leave(sagaId: string, calls: Calls): void;
  /** What was left for a saga; it is the taker's from then on. */
  take(sagaId: string): Calls;
}

export const unwrittenCalls = (): UnwrittenCalls => {
  const left = new Map<string, Calls>();
  return {
    leave: (sagaId, calls) => {
      if (calls.csms + calls.sae > 0) left.set(sagaId, plus(left.get(sagaId) ?? NO_CALLS, calls));
    },
    take: (sagaId) => {
      const calls = left.get(sagaId) ?? NO_CALLS;
      left.delete(sagaId);
      return calls;
    },
  };
};
