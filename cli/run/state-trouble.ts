/** What keeps a directory from being used as a state: what is wrong with it, and what to do. */
export interface StateTrouble {
  readonly message: string;
  readonly remedy: string;
}

const ELSEWHERE = 'name another directory with --state';
const NO_LEAVE: StateTrouble = { message: 'may not be written by you', remedy: `give yourself permission, or ${ELSEWHERE}` };
const NO_DIRECTORY: StateTrouble = { message: 'is no directory, or lies below a file', remedy: ELSEWHERE };
const READ_ONLY: StateTrouble = { message: 'cannot be written', remedy: `a state is written even to be looked at: give yourself permission, or work on a copy with --state` };
const FULL: StateTrouble = { message: 'has no room left on its disk', remedy: 'make room; nothing that was written before is lost' };
const DAMAGED: StateTrouble = { message: 'is damaged: SQLite cannot read its file', remedy: `bring the directory back from a copy, or ${ELSEWHERE}` };

const BY_SYSTEM: ReadonlyMap<string, StateTrouble> = new Map([
  ['EACCES', NO_LEAVE],
  ['EPERM', NO_LEAVE],
  ['EROFS', READ_ONLY],
  ['EEXIST', NO_DIRECTORY],
  ['ENOTDIR', NO_DIRECTORY],
  ['ENOENT', { message: 'cannot be made there', remedy: ELSEWHERE }],
  ['ENOSPC', FULL],
]);

/** By SQLite's primary result code (https://sqlite.org/rescode.html). */
const BY_SQLITE: ReadonlyMap<number, StateTrouble> = new Map([
  [5, { message: 'is in use: another process kept its file locked for seconds', remedy: `wait for that one to end, or ${ELSEWHERE}` }],
  [8, READ_ONLY],
  [10, { message: 'cannot be read or written: the disk reports a fault', remedy: `look at the disk, and bring the directory back from a copy, or ${ELSEWHERE}` }],
  [11, DAMAGED],
  [13, FULL],
  [14, { message: 'cannot be opened: its file is none, or may not be opened by you', remedy: ELSEWHERE }],
  [26, DAMAGED],
]);

/** Trouble that SQLite reports of a file, in words; null for any other error. */
export const sqliteTrouble = (error: unknown): StateTrouble | null =>
  // An extended result code keeps the primary one in its lowest byte.
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? (BY_SQLITE.get(error.errcode & 0xff) ?? null) : null;

/** Trouble on opening a state or a file of it, the operating system's included; null for any other error. */
export const openingTrouble = (error: unknown): StateTrouble | null =>
  sqliteTrouble(error) ?? (error instanceof Error && 'code' in error && 'syscall' in error ? (BY_SYSTEM.get(String(error.code)) ?? null) : null);
