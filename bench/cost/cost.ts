import { type Measured, rounded } from '../result.ts';
import { MAPPINGS } from '../settle/stack.ts';
import { writesOf } from './bill.ts';
import { TOGETHER, countAlone, countTogether } from './count.ts';
import { ASSUMED_SECONDS, PRICES } from './prices.ts';

/** Of a million instances at six ledger writes each (performance.md, Floors measured). */
const FLOOR_DOLLARS = 5.45;

const GIGABYTES = Math.max(...MAPPINGS.map(({ memoryMegabytes }) => memoryMegabytes)) / 1_024;

/**
 * Writes of one instance that comes alone, and the dollars of a million: the ledger's units counted on that one, requests and
 * invocations on a hundred that come at once, since SQS and Lambda batch by themselves when many come.
 */
export const measureCost = async (): Promise<{ 'ledger-writes-per-instance': Measured; 'cost-per-million': Measured }> => {
  const [alone, three, together] = [await countAlone(1), await countAlone(3), await countTogether()];
  const each = (count: number): number => count / TOGETHER;
  const requests = each(together.sendRequests + together.receiveRequests + together.deleteRequests);
  const invocations = each(together.invocations);
  const dollars = {
    ledgerWrites: alone.writeUnits * PRICES.writeUnit,
    ledgerReads: alone.readUnits * PRICES.readUnit,
    queueRequests: requests * PRICES.sqsRequest,
    invocations: invocations * PRICES.invocation,
    gigabyteSeconds: invocations * ASSUMED_SECONDS * GIGABYTES * PRICES.gigabyteSecond,
  };
  const sum = Object.values(dollars).reduce((all, one) => all + one, 0);
  return {
    'ledger-writes-per-instance': { ratio: writesOf(alone), detail: { byKind: alone.writes, withThreeProofs: writesOf(three), threeProofsByKind: three.writes } },
    'cost-per-million': {
      ratio: sum / FLOOR_DOLLARS,
      detail: {
        dollars: rounded(sum),
        ...Object.fromEntries(Object.entries(dollars).map(([name, value]) => [`${name}Dollars`, rounded(value)])),
        writeUnits: alone.writeUnits,
        readUnits: alone.readUnits,
        messages: alone.messages,
        queueRequests: rounded(requests),
        invocations: rounded(invocations),
        assumedSeconds: ASSUMED_SECONDS,
      },
    },
  };
};
