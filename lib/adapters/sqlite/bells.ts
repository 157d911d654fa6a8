/** Tells those who wait in this process that something changed, so that they need not poll. */
export interface Bells {
  ring(name: string): void;
  /** Calls `heard` at each ring until the answer is called. */
  listen(name: string, heard: () => void): () => void;
}

export const makeBells = (): Bells => {
  const listeners = new Map<string, Set<() => void>>();
  return {
    ring: (name) => {
      for (const heard of listeners.get(name) ?? []) heard();
    },
    listen: (name, heard) => {
      const those = listeners.get(name) ?? new Set();
      listeners.set(name, those.add(heard));
      return () => those.delete(heard);
    },
  };
};
