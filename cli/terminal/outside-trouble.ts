/** Something around Probate keeps it from going on, and its message says what to do: a full disk, AWS that cannot be reached. Ends in exit code 1. */
export class OutsideTrouble extends Error {
  override readonly name = 'OutsideTrouble';
}
