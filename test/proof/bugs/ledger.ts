import type { Mutant } from '../mutant.ts';

/** Ledger, journal and queues, on both tiers. */
export const LEDGER_BUGS: readonly Mutant[] = [
  {
    name: 'sqlite-write-without-its-version',
    about: 'H31',
    file: 'lib/adapters/sqlite/ledger.ts',
    from: 'WHERE kind = ? AND id = ? AND version = ?',
    to: 'WHERE kind = ? AND id = ? AND version >= ?',
    guard: { by: 'tests', files: ['test/contract/sqlite.test.ts'] },
  },
  {
    name: 'dynamodb-write-without-its-version',
    about: 'H31',
    file: 'lib/adapters/aws/write.ts',
    from: `'#version = :before'`,
    to: `'#version >= :before'`,
    guard: { by: 'tests', files: ['test/contract/aws-ledger.test.ts'] },
  },
  {
    name: 'dynamodb-item-opened-twice',
    about: 'H11',
    file: 'lib/adapters/aws/write.ts',
    from: `'attribute_not_exists(#id)'`,
    to: `'attribute_not_exists(#id) OR attribute_exists(#id)'`,
    guard: { by: 'tests', files: ['test/contract/aws-ledger.test.ts'] },
  },
  {
    name: 'sqs-failed-entries-ignored-when-sending',
    about: 'design, A lost queue loses nothing',
    file: 'lib/adapters/aws/send.ts',
    from: `.filter(({ index }) => !stored.has(String(index)))`,
    to: `.filter(() => stored.size === 0)`,
    guard: { by: 'tests', files: ['test/contract/aws-faults.test.ts'] },
  },
  {
    name: 'sqs-failed-entries-ignored-when-removing',
    about: 'H27',
    file: 'lib/adapters/aws/queue.ts',
    from: 'if (kept.length > 0) throw',
    to: 'if (kept.length > portion.length) throw',
    guard: { by: 'tests', files: ['test/contract/aws-faults.test.ts'] },
  },
  {
    name: 'journal-line-without-the-line-before',
    about: 'design, Ledger',
    file: 'lib/saga/journal.ts',
    from: 'JSON.stringify({ seq, fact, before })',
    to: 'JSON.stringify({ seq, fact })',
    guard: { by: 'tests', files: ['test/saga/journal.test.ts'] },
  },
  {
    name: 'journal-link-from-the-beginning',
    about: 'design, Ledger',
    file: 'lib/saga/journal.ts',
    from: 'hashOf(seq + 1, fact, hash)',
    to: 'hashOf(seq + 1, fact, last.hash)',
    guard: { by: 'tests', files: ['test/saga/journal.test.ts'] },
  },
];
