import { ALIBABA_OPERATIONS } from '../../../lib/clouds/alibaba/operations.ts';
import { HUAWEI_OPERATIONS } from '../../../lib/clouds/huawei/operations.ts';
import type { Operation } from '../../../lib/clouds/operation.ts';
import type { Verdict } from '../../../lib/saga/verdict.ts';
import { byMeaning } from './codes.ts';
import { code, table } from './page.ts';

interface Told {
  /** What stands for it where there is no code to go by. */
  readonly also: string;
  readonly next: string;
}

const TOLD: Readonly<Record<Verdict['kind'], Told>> = {
  done: { also: 'a status of success with a body that says what the call is to say; of SAE also `Success` true', next: 'on' },
  alreadyGone: { also: 'CSMS: a 404 with a code of CSMS that says nothing else, where the call names one secret or stage', next: 'counts as deleted, and is still verified' },
  pending: { also: 'a date is on record at the cloud', next: 'the date is kept, and the proof is looked for then' },
  notPending: { also: 'nothing to cancel', next: 'a look: ENABLED means cancelled' },
  blocked: { also: 'the text in brackets is kept as the blocker’s name, as it stands', next: 'waited out, then compensated' },
  throttled: { also: '429', next: 'the pace slows, the call comes again; never counts as a failure' },
  unknown: {
    also: 'a change whose reply is lost, a 5xx, or cannot be read; a success that cannot be read; 3xx; a 404 without a code, or with the gateway’s',
    next: 'the cloud’s state is read before anything is decided',
  },
  retryable: { also: 'a read that failed with a 5xx or on its connection; a change of which no byte left; every code that nobody listed', next: 'again, bounded by the saga’s attempts and deadline' },
  unauthenticated: { also: '401', next: 'a token is renewed once; a key is closed for every worker until `resume` or another key' },
  terminal: { also: '403 with no code, or of CSMS with one that says access denied', next: 'parked with the code as its reason' },
};

const codesRead = (operations: readonly Operation[], kind: Verdict['kind']): string => {
  const listed = operations.flatMap((operation) => [...byMeaning(Object.entries(operation.codes))].flatMap(([meaning, codes]) => (meaning === kind ? codes : [])));
  return [...new Set(listed)].map(code).join(' ');
};

const isKind = (word: string): word is Verdict['kind'] => Object.hasOwn(TOLD, word);

/** What each answer means; a code that several operations read differently stands in several rows. */
export const verdictsTable = (): string =>
  table(
    ['Verdict', 'CSMS and its gateway', 'SAE and its gateway', 'Also', 'Then'],
    Object.keys(TOLD)
      .filter(isKind)
      .map((kind) => [code(kind), codesRead(HUAWEI_OPERATIONS, kind), codesRead(ALIBABA_OPERATIONS, kind), TOLD[kind].also, TOLD[kind].next]),
  );
