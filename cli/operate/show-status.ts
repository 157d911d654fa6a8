import { QUEUE_NAMES } from '../../events/messages.ts';
import { type Controls, inForce } from '../../lib/saga/controls.ts';
import { type Saga, isTerminal } from '../../lib/saga/saga.ts';
import { isoOrNull } from '../../lib/workflow/iso.ts';
import { type Need, nextStepOf } from '../../lib/workflow/needs/needs.ts';
import { readNeed } from '../../lib/workflow/needs/read-need.ts';
import { readControls } from '../../lib/workflow/records/controls.ts';
import { type SagasUnlessNewer, readAllUnlessNewer } from '../../lib/workflow/records/saga-store.ts';
import { listParked } from '../../lib/workflow/replay/parked.ts';
import { sagaResult, totalsOf } from '../../lib/workflow/result.ts';
import { listFindings } from '../../lib/workflow/sweep/findings.ts';
import type { Store } from '../../lib/workflow/workflow.ts';
import { DEFAULT_STATE, type StateOptions } from '../commands/options.ts';
import { keepsClouds } from '../run/mixture.ts';
import { withStack } from '../run/open-stack.ts';
import { VENDOR_ENDPOINTS } from '../run/place.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { findSagas } from './find.ts';
import { statusText } from './status-text.ts';
import type { SagaStatus, ShownNeed, Status } from './status.ts';

const shownNeed = ({ occasion: _occasion, ...need }: Need, where: string): ShownNeed => ({
  ...need,
  until: isoOrNull(need.until),
  commands: need.commands.map((command) => `${command}${where}`),
});

/** What a command needs to find the same ledger again, where neither its defaults nor the environment say so. */
const whereabouts = ({ stack, state }: StateOptions, { env }: Terminal): string => {
  const isDefault = stack === 'aws' ? env['PROBATE_STACK'] === 'aws' : state === (env['PROBATE_STATE'] ?? DEFAULT_STATE);
  if (isDefault) return '';
  return stack === 'aws' ? ' --stack aws' : ` --state ${/^[\w./-]+$/.test(state) ? state : `'${state.replaceAll("'", `'\\''`)}'`}`;
};

const sagaStatus = async ({ ledger }: Store, saga: Saga, controls: Controls, now: number, where: string): Promise<SagaStatus> => {
  const step = nextStepOf(saga, controls, now);
  const need = await readNeed(ledger, saga, controls, now);
  return {
    ...sagaResult(saga, controls, now),
    next: step === null ? null : { step, at: isoOrNull(saga.wait?.until ?? null) },
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

const statusOf = async (store: Store, { sagas, newer }: SagasUnlessNewer, clouds: Status['clouds'], where: string): Promise<Status> => {
  const { ledger, queue, clock } = store;
  const now = clock.now();
  const controls = inForce(await readControls(ledger), now);
  const statuses = await Promise.all(sagas.map((saga) => sagaStatus(store, saga, controls, now, where)));
  const depths = await Promise.all(QUEUE_NAMES.map(async (name) => [name, await queue.depth(name)] as const));
  return {
    clouds,
    events: [],
    sagas: statuses,
    totals: totalsOf(statuses),
    open: sagas.filter((saga) => !isTerminal(saga)).length,
    parkedMessages: await count(listParked(ledger)),
    queues: Object.fromEntries(depths),
    pause: controls.pause === null ? null : { ...controls.pause, until: isoOrNull(controls.pause.until) },
    holds: Object.entries(controls.holds).map(([target, hold]) => ({ target, ...hold, until: isoOrNull(hold.until) })),
    closedKeys: controls.closedKeys.length,
    findings: await listFindings(ledger),
    newer,
  };
};

/** A saga that nobody here can read may need somebody. */
const needAnybody = ({ sagas, newer }: Status): boolean => newer.length > 0 || sagas.some(({ needs }) => needs !== null);

const exitOf = (status: Status): ExitCode => {
  const { parkedMessages, pause, holds, closedKeys, queues, findings } = status;
  const deadLetters = Object.values(queues).reduce((sum, { deadLetters: dead }) => sum + dead, 0);
  const beside = parkedMessages + deadLetters + holds.length + closedKeys + findings.length > 0 || pause !== null;
  return beside || needAnybody(status) ? EXIT.needsPerson : EXIT.settled;
};

/** `status [SAGA|INSTANCE|SECRET]`: where everything is, or that one; exit 3 while something needs a person. Calls no cloud. */
export const showStatus = (terminal: Terminal, asked: string | undefined, options: StateOptions): Promise<ExitCode> =>
  withStack(options, 'existing', async (store) => {
    const sagas = asked === undefined ? await readAllUnlessNewer(store.ledger) : await findSagas(store, asked);
    const status = await statusOf(store, sagas, cloudsOf(terminal, options.state), whereabouts(options, terminal));
    if (options.json === true) writeJson(terminal, status);
    else terminal.out(statusText(status, asked !== undefined));
    if (asked === undefined) return exitOf(status);
    return needAnybody(status) ? EXIT.needsPerson : EXIT.settled;
  });
