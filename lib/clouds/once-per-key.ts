/** Makes a thing on first use of its key and hands out the same one ever after. */
export const oncePerKey = <K, T>(keyOf: (key: K) => string, make: (key: K) => T): { readonly get: (key: K) => T; readonly made: () => readonly T[] } => {
  const things = new Map<string, T>();
  return {
    get: (key) => {
      const name = keyOf(key);
      const thing = things.get(name) ?? make(key);
      things.set(name, thing);
      return thing;
    },
    made: () => [...things.values()],
  };
};
