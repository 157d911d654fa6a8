import { fileURLToPath } from 'node:url';
import type { DecommissionEvent } from '../../events/decommission.ts';
import { type OpenedState, openState } from '../../lib/adapters/sqlite/state.ts';
import type { Policy } from '../../lib/saga/policy.ts';
import { isTerminal } from '../../lib/saga/saga.ts';
import { sendEvents } from '../../lib/workflow/intake/send-events.ts';
import { listSagas } from '../../lib/workflow/records/saga-store.ts';
import type { SqsHandler } from '../../local/mapping/handler.ts';
import { importHandler } from '../../local/mapping/import-handler.ts';
import { type Mapping, startMapping } from '../../local/mapping/mapping.ts';
import type { FunctionMapping } from '../../local/serverless/function-mapping.ts';
import { readServerless } from '../../local/serverless/read.ts';

/** Which function is triggered by which queue, as serverless.yml has it. */
export const MAPPINGS: readonly FunctionMapping[] = readServerless(fileURLToPath(new URL('../../serverless.yml', import.meta.url)), { stage: 'bench', env: {} });

/** Lists are shared for ten seconds (design.md, Retry, pace, delay). */
const OLD_MS = 60_000;

/** The embedded stack as `probate run` drives it: ledger and queue in one SQLite file, the functions unchanged behind their queues. */
export interface Stack {
  readonly state: OpenedState;
  /** Lets so much time pass that nothing seen of a cloud so far counts as fresh. */
  age(): void;
  send(events: readonly DecommissionEvent[]): Promise<void>;
  /**
   * Resolves once nothing is on its way any more, or when the signal aborts; whatever waits for a date is not waited for,
   * the state's clock is moved there.
   */
  rest(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Opens the state of PROBATE_STATE. The functions open the same one: what is put in place of its ports before them, they use too. */
export const openStack = async (policy: Policy, wrap: (mapping: FunctionMapping, handler: SqsHandler) => SqsHandler = (_, handler) => handler, prepare: (state: OpenedState) => void = () => undefined): Promise<Stack> => {
  const state = openState(process.env['PROBATE_STATE'] ?? '');
  prepare(state);
  const { queue, ledger, clock } = state;
  const mapping: Mapping = await startMapping({
    queue,
    clock,
    mappings: MAPPINGS,
    loadHandler: async (one) => wrap(one, await importHandler(one)),
    onFault: (fault) => void process.stderr.write(`${JSON.stringify(fault)}\n`),
  });
  return {
    state,
    age: () => clock.advance(OLD_MS),
    send: async (events) => void (await sendEvents({ queue, ledger, clock, policy }, events)),
    rest: async (signal) => {
      try {
        for (;;) {
          const { nextAt } = await mapping.idle(signal);
          if (nextAt === null) return;
          clock.advance(Math.max(0, Math.ceil(nextAt - clock.now())));
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    stop: () => mapping.stop(),
  };
};

/** How the sagas begun since then (epoch ms) ended, by state; an open one by where it stands. */
export const endings = async ({ ledger }: OpenedState, since: number): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for await (const { saga } of listSagas(ledger)) {
    if (saga.startedAt < since) continue;
    const ending = isTerminal(saga) ? saga.state : `open in ${saga.state}`;
    counts[ending] = (counts[ending] ?? 0) + 1;
  }
  return counts;
};
