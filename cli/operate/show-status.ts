import { QUEUE_NAMES } from '../../events/messages.ts';
import { type Saga, isTerminal } from '../../lib/saga/saga.ts';
import { readControls } from '../../lib/workflow/controls.ts';
import { type Finding, listFindings } from '../../lib/workflow/findings.ts';
import { type Need, needOf, nextStepOf } from '../../lib/workflow/needs.ts';
import { listParked } from '../../lib/workflow/parked.ts';
import { type SagaResult, sagaResult, totalsOf } from '../../lib/workflow/result.ts';
import type { Desk } from '../../lib/workflow/stops.ts';
import { DEFAULT_STATE, type StateOptions } from '../commands/options.ts';
import { keepsClouds } from '../run/mixture.ts';
import { VENDOR_ENDPOINTS } from '../run/place.ts';
import { exitCodeOf } from '../run/results.ts';
import { EXIT, type ExitCode, firstThatApplies } from '../terminal/exit.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { withStack } from '../run/open-stack.ts';
import { allSagas, findSagas } from './find.ts';
import { statusText } from './status-text.ts';

/** A need as it is printed; `until` RFC 3339. */
export interface ShownNeed extends Omit<Need, 'occasion' | 'until'> {
  readonly until: string | null;
}

/** A saga as `status` prints it: its result, its next step, and what it needs a person for. */
export interface SagaStatus extends SagaResult {
  /** What it does next and when; null when nothing. */
  readonly next: { readonly step: string; readonly at: string | null } | null;
  readonly needs: ShownNeed | null;
}

/** What `status` prints with --json: a result document (interfaces.md, Result) and what stands beside the sagas. */
export interface Status {
  readonly clouds: { readonly csms: string; readonly sae: string };
  readonly events: readonly never[];
  readonly sagas: readonly SagaStatus[];
  readonly totals: ReturnType<typeof totalsOf>;
  readonly open: number;
  readonly parkedMessages: number;
  readonly queues: Readonly<Record<string, Awaited<ReturnType<Desk['queue']['depth']>>>>;
  readonly pause: { readonly reason: string; readonly until: string | null; readonly by: string } | null;
  readonly holds: readonly { readonly target: string; readonly reason: string; readonly until: string | null; readonly by: string }[];
  readonly closedKeys: number;
  readonly findings: readonly Finding[];
}

const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const shownNeed = ({ occasion: _occasion, ...need }: Need, where: string): ShownNeed => ({
  ...need,
  until: time(need.until),
  commands: need.commands.map((command) => `${command}${where}`),
});

/** What a command needs to find the same ledger again, where neither its defaults nor the environment say so. */
const whereabouts = ({ stack, state }: StateOptions, { env }: Terminal): string => {
  const isDefault = stack === 'aws' ? env['PROBATE_STACK'] === 'aws' : state === (env['PROBATE_STATE'] ?? DEFAULT_STATE);
  if (isDefault) return '';
  return stack === 'aws' ? ' --stack aws' : ` --state ${/^[\w./-]+$/.test(state) ? state : `'${state.replaceAll("'", `'\\''`)}'`}`;
};

const sagaStatus = (saga: Saga, need: Need | null, now: number, where: string): SagaStatus => {
  const step = nextStepOf(saga);
  return {
    ...sagaResult(saga, now),
    next: step === null ? null : { step, at: time(saga.wait?.until ?? null) },
    needs: need === null ? null : shownNeed(need, where),
  };
};

const cloudsOf = ({ env }: Terminal, state: string): Status['clouds'] =>
  keepsClouds(state)
    ? { csms: 'embedded', sae: 'embedded' }
    : { csms: env['HUAWEICLOUD_CSMS_ENDPOINT'] ?? VENDOR_ENDPOINTS.csms, sae: env['ALIBABA_CLOUD_SAE_ENDPOINT'] ?? VENDOR_ENDPOINTS.sae };

const count = async (items: AsyncIterable<unknown>): Promise<number> => {
  let counted = 0;
  for await (const _ of items) counted += 1;
  return counted;
};

const statusOf = async (desk: Desk, sagas: readonly Saga[], clouds: Status['clouds'], where: string): Promise<Status> => {
  const { ledger, queue, clock } = desk;
  const now = clock.now();
  const controls = await readControls(ledger);
  const told = sagas.map((saga) => sagaStatus(saga, needOf(saga, controls, now), now, where));
  const depths = await Promise.all(QUEUE_NAMES.map(async (name) => [name, await queue.depth(name)] as const));
  return {
    clouds,
    events: [],
    sagas: told,
    totals: totalsOf(told),
    open: sagas.filter((saga) => !isTerminal(saga)).length,
    parkedMessages: await count(listParked(ledger)),
    queues: Object.fromEntries(depths),
    pause: controls.pause === null ? null : { ...controls.pause, until: time(controls.pause.until) },
    holds: Object.entries(controls.holds).map(([target, hold]) => ({ target, ...hold, until: time(hold.until) })),
    closedKeys: controls.closedKeys.length,
    findings: await listFindings(ledger),
  };
};

const exitOf = ({ sagas, parkedMessages, pause, holds, closedKeys, queues }: Status): ExitCode => {
  const deadLetters = Object.values(queues).reduce((sum, { deadLetters: dead }) => sum + dead, 0);
  const stopped = parkedMessages + deadLetters + holds.length + closedKeys > 0 || pause !== null || sagas.some(({ needs }) => needs !== null);
  return firstThatApplies([exitCodeOf({ events: [], sagas }), stopped ? EXIT.needsPerson : EXIT.settled]);
};

/** `status [SAGA|INSTANCE|SECRET]`: where everything is, or that one; exit 3 while something needs a person. Calls no cloud. */
export const showStatus = (terminal: Terminal, asked: string | undefined, options: StateOptions): Promise<ExitCode> =>
  withStack(options, 'existing', async (desk) => {
    const sagas = asked === undefined ? await allSagas(desk) : await findSagas(desk, asked);
    const status = await statusOf(desk, sagas, cloudsOf(terminal, options.state), whereabouts(options, terminal));
    if (options.json === true) writeJson(terminal, status);
    else terminal.out(statusText(status, asked !== undefined));
    if (asked === undefined) return exitOf(status);
    return status.sagas.some(({ needs }) => needs !== null) ? EXIT.needsPerson : exitCodeOf(status);
  });
