/** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other; upper and lower case count as equal. */
const distance = (from: string, to: string): number => {
  const [a, b] = [from.toLowerCase(), to.toLowerCase()];
  let twoBack: number[] = [];
  let back = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (back[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] ? (twoBack[column - 2] ?? 0) + 1 : Infinity;
      current.push(Math.min(replaced, swapped, (back[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    twoBack = back;
    back = current;
  }
  return back[b.length] ?? 0;
};

/** The word somebody probably meant, or null when none is near: at most one edit in three letters. Long words are not compared. */
export const nearest = (word: string, candidates: readonly string[]): string | null => {
  if (word.length > 64) return null;
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(word, candidate) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3)))
    .sort((one, other) => one.edits - other.edits);
  return ranked[0]?.candidate ?? null;
};
