import type { Mutant } from '../mutant.ts';

const replayTests = { by: 'tests', files: ['test/workflow/replay.test.ts'] } as const;
const faultTests = { by: 'tests', files: ['test/contract/aws-faults.test.ts'] } as const;
const processTests = { by: 'tests', files: ['test/contract/sqlite-processes.test.ts'] } as const;

/** What a process that dies in the middle, or a reply that is lost, must not cost. */
export const CRASH_BUGS: readonly Mutant[] = [
  {
    name: 'work-of-a-dead-process-stays-hidden',
    about: 'design, Two tiers',
    file: 'lib/adapters/sqlite/receivers.ts',
    from: 'if (dead.length === 0) return;',
    to: 'if (dead.length >= 0) return;',
    guard: processTests,
  },
  {
    name: 'dead-process-taken-for-a-later-one',
    about: 'design, Two tiers',
    file: 'lib/adapters/sqlite/receivers.ts',
    from: 'processStart(Number(pid)) !== started',
    to: 'processStart(Number(pid)) === null && started !== null',
    guard: processTests,
  },
  {
    name: 'saga-without-its-first-message-never-woken',
    about: 'H56',
    file: 'lib/workflow/intake/intake.ts',
    from: 'toWake: !isTerminal(admission.saga)',
    to: 'toWake: isTerminal(admission.saga)',
    guard: { by: 'tests', files: ['test/workflow/intake.test.ts'] },
  },
  {
    name: 'notice-lost-with-the-worker-that-owed-it',
    about: 'H38',
    file: 'lib/workflow/turn/work-off.ts',
    from: 'await noteNeed(ledger, stored.saga, clock.now());\n    return;',
    to: 'return;',
    guard: { by: 'tests', files: ['test/workflow/notices.test.ts'] },
  },
  {
    name: 'dead-letters-removed-before-they-are-rows',
    about: 'H17',
    file: 'lib/workflow/replay/dead-letters.ts',
    from: 'if (letters.length === 0) break;',
    to: 'if (letters.length === 0) break;\n      await queue.removeDead(name, letters.map(({ receipt }) => receipt));',
    guard: replayTests,
  },
  { name: 'message-parked-twice', about: 'H17', file: 'lib/workflow/replay/parked.ts', from: '`${message.queue}/${message.messageId}`', to: '`${message.queue}/${message.messageId}/${now}`', guard: replayTests },
  {
    name: 'marked-as-sent-before-it-is',
    about: 'H17',
    file: 'lib/workflow/replay/replay.ts',
    from: `if (fate.kind === 'sent') await queue.send(`,
    to: `if (fate.kind === 'sent') await markReplayed(ledger, row, { at: clock.now(), by, why, as: 'sent' });\n  if (fate.kind === 'sent') await queue.send(`,
    guard: replayTests,
  },
  {
    name: 'own-write-taken-for-a-conflict',
    about: 'H26',
    file: 'lib/adapters/aws/write.ts',
    from: 'wasTriedAgain && (await isOurs(client, table, item, writer))',
    to: 'wasTriedAgain && writer.length === 0',
    guard: faultTests,
  },
  {
    name: 'conflict-taken-for-an-own-write',
    about: 'H31',
    file: 'lib/adapters/aws/write.ts',
    from: `row?.['writer']?.S === writer`,
    to: `row?.['writer']?.S !== undefined && writer.length > 0`,
    guard: faultTests,
  },
  {
    name: 'chapter-of-the-winner-overwritten',
    about: 'design, Ledger',
    file: 'lib/workflow/records/saga-store.ts',
    from: `padStart(6, '0')}-\${lastHash}`,
    to: `padStart(6, '0')}-\${lastHash.slice(0, 0)}`,
    guard: { by: 'tests', files: ['test/workflow/chapters.test.ts'] },
  },
];
