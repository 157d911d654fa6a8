import { afterAll, beforeAll } from 'vitest';
import { type StandIns, startStandIns } from '../stand-ins/aws.ts';
import { aStage } from './aws-stage.ts';
import { describeLedger } from './ledger.suite.ts';

// What of the contract dynalite 4.0.0 cannot show, since it differs from DynamoDB: its index is never behind the table,
// nothing is throttled, and no key of a BatchGetItem is left unread below 16 MB.

let standIns: StandIns;
beforeAll(async () => {
  standIns = await startStandIns();
});
afterAll(async () => standIns.close());

describeLedger('DynamoDB', async () => {
  const stage = await aStage(standIns);
  return { ledger: stage.ledger, close: async () => stage.close() };
});
