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

/** The trouble in words, null when an error says nothing about the state. */
export const stateTrouble = (error: unknown): StateTrouble | null => {
  if (!(error instanceof Error)) return null;
  // An extended result code keeps the primary one in its lowest byte.
  if ('errcode' in error && typeof error.errcode === 'number') return BY_SQLITE.get(error.errcode & 0xff) ?? null;
  return 'code' in error && 'syscall' in error ? (BY_SYSTEM.get(String(error.code)) ?? null) : null;
};
