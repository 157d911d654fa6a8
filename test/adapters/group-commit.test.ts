import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { groupCommit } from '../../lib/adapters/sqlite/group-commit.ts';

it('H57: of a transaction that failed nothing was written, and none of those who share it is told otherwise', async () => {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  database.exec('CREATE TABLE line (text TEXT NOT NULL)');
  const insert = database.prepare('INSERT INTO line VALUES (?)');
  const commits = groupCommit(database);
  const told = await Promise.allSettled(['first', null, 'third'].map((text) => commits.run(() => insert.run(text))));
  expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(database.prepare('SELECT text FROM line').all()).toEqual([]);
  await commits.run(() => insert.run('later'));
  expect(database.prepare('SELECT text FROM line').all()).toMatchObject([{ text: 'later' }]);
});
