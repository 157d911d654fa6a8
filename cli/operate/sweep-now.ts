import { lineNotifier } from '../../lib/adapters/notices/line-notifier.ts';
import { NewerSaga, orNewer } from '../../lib/workflow/records/saga-store.ts';
import { drainDeadLetters } from '../../lib/workflow/replay/dead-letters.ts';
import { SWEEP_INTERVAL_SECONDS, type Swept, sweep } from '../../lib/workflow/sweep/sweep.ts';
import { UNBOUNDED } from '../../lib/workflow/time-left.ts';
import type { CommonOptions } from '../commands/options.ts';
import { readInputs } from '../run/inputs.ts';
import { type OpenedStack, withStack } from '../run/open-stack.ts';
import { optionProblems } from '../run/option-problems.ts';
import { openPlace } from '../run/place.ts';
import { type RunResult, exitCodeOf, outsetOf, resultOf } from '../run/results.ts';
import { runHere } from '../run/run-events.ts';
import { describeRun } from '../run/summary.ts';
import { EXIT, type ExitCode, firstThatApplies } from '../terminal/exit.ts';
import { printable } from '../terminal/printable.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';

/** Options of `sweep`. */
export interface SweepOptions extends CommonOptions {
  readonly embed?: true;
  readonly acceptShrink?: true;
}

interface SweptHere {
  /** null where a newer Probate wrote a saga (H32): what was due of the others is sent and told, and findings are not looked for. */
  readonly swept: Swept | null;
  readonly drained: number;
  readonly result: RunResult;
}

const sweepOn = async (terminal: Terminal, stack: OpenedStack, policy: Parameters<typeof openPlace>[0]['policy'], options: SweepOptions): Promise<SweptHere> => {
  const place = await openPlace({ terminal, stack, state: options.state, policy, events: [], embed: options.embed === undefined ? null : {} });
  try {
    const { workflow } = place;
    const outset = await outsetOf(workflow);
    const drained = await drainDeadLetters(workflow, UNBOUNDED);
    const swept = await sweep(workflow, {
      intervalSeconds: SWEEP_INTERVAL_SECONDS,
      timeLeft: UNBOUNDED,
      look: { when: 'now', acceptShrink: options.acceptShrink === true },
      // On AWS the deployed sweep tells whoever subscribed, and the deployed functions work off what was sent.
      notifier: stack.functions === 'here' ? lineNotifier(terminal.err) : null,
    }).catch(orNewer);
    const result = stack.functions === 'here' ? await runHere(terminal, place, [], options.json === true ? { json: true } : {}) : await resultOf(place, [], outset);
    return { swept: swept instanceof NewerSaga ? null : swept, drained, result };
  } finally {
    await place.close();
  }
};

const counted = (count: number, what: string): string[] => (count === 0 ? [] : [`${count} ${what}`]);

const CUT_SHORT = 'what was due is sent; findings were not looked for, since that takes every saga of the ledger';

const sweptLines = ({ sent, looked, events, untold }: Swept, drained: number): string[] => {
  const findings = looked.flatMap((one) => one.findings);
  const acts = [...counted(sent, 'wake-ups sent'), ...counted(drained, 'dead letters parked'), ...counted(events.length, 'events sent for findings')];
  return [
    acts.length === 0 ? 'nothing was due' : acts.join(', '),
    ...looked.flatMap(({ scope, trouble }) => (trouble === null ? [] : [`not believed: ${scope}: ${printable(trouble)}`])),
    ...findings.map(({ kind, name, scope, sagaId, planDigest }) =>
      printable(`found: ${name} of ${scope} ${kind === 'returned' ? 'came back' : 'appeared'} after ${sagaId}${planDigest === null ? '' : `; a new event would plan ${planDigest}`}`),
    ),
    ...(untold === null ? [] : [`nobody could be told: ${printable(untold)}`]),
  ];
};

const text = ({ swept, drained, result }: SweptHere): string =>
  [...(swept === null ? [[CUT_SHORT, ...counted(drained, 'dead letters parked')].join('; ')] : sweptLines(swept, drained)), '', describeRun(result)].join('\n');

const asksFor = ({ looked, untold }: Swept): boolean => untold !== null || looked.some(({ trouble, findings }) => trouble !== null || findings.length > 0);

const exitOf = ({ swept, drained, result }: SweptHere): ExitCode =>
  firstThatApplies([exitCodeOf(result), drained > 0 || swept === null || asksFor(swept) ? EXIT.needsPerson : EXIT.settled]);

/** `sweep`: one sweep now, dead letters included; what is due is sent and worked off. */
export const sweepNow = async (terminal: Terminal, options: SweepOptions): Promise<ExitCode> => {
  const { policy } = await readInputs({ ...options, files: [], problems: optionProblems(options) });
  return withStack(options, 'existing', async (stack) => {
    const whole = await sweepOn(terminal, stack, policy, options);
    const { result, swept, drained } = whole;
    if (options.json === true) writeJson(terminal, { ...result, sweep: swept === null ? { drained } : { ...swept, drained } });
    else terminal.out(text(whole));
    return terminal.interrupted.aborted ? EXIT.interrupted : exitOf(whole);
  });
};
