import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import type { Policy } from '../../lib/saga/policy.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { readControls } from '../../lib/workflow/records/controls.ts';
import { BY_NEWER, readAllUnlessNewer } from '../../lib/workflow/records/saga-store.ts';
import { NEVER_LOOKED, readInventory } from '../../lib/workflow/sweep/findings.ts';
import { scopeId } from '../../lib/workflow/sweep/settled.ts';
import type { CommonOptions } from '../commands/options.ts';
import { readSettings } from '../run/cloud-settings.ts';
import { readInputs } from '../run/inputs.ts';
import { type OpenedStack, withStack } from '../run/open-stack.ts';
import { holdsState } from '../run/open-state.ts';
import { paint } from '../run/progress.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { OutsideTrouble } from '../terminal/outside-trouble.ts';
import { printable } from '../terminal/printable.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { type Check, failed, notChecked, passed } from './check.ts';
import { checkClouds } from './clouds.ts';
import { checkStack } from './stack.ts';

const withoutSettings = (error: unknown): Check[] => {
  if (error instanceof BadInput) return error.problems.map(({ path, message, remedy }) => failed('credentials', `${path} ${message}`, remedy));
  if (error instanceof OutsideTrouble) return [failed('credentials', error.message, 'try again once it can be reached')];
  throw error;
};

const cloudChecks = async (terminal: Terminal, policy: Policy, stack: OpenedStack | null, sagas: readonly Saga[]): Promise<Check[]> => {
  const settings = await readSettings(terminal).catch(withoutSettings);
  if (Array.isArray(settings)) return settings;
  const controls = stack === null ? NO_CONTROLS : await readControls(stack.ledger);
  return checkClouds({
    settings,
    policy,
    controls,
    knownOf: async (scope) => ({
      sagas,
      inventory: stack === null ? NEVER_LOOKED : await readInventory(stack.ledger, scopeId(scope)),
      largestShrinkPercent: policy.sweep.largestShrinkPercent,
      now: stack?.clock.now() ?? terminal.now(),
    }),
  });
};

/** What stands in the ledger that cannot be read here: nothing of it is worked on, whoever runs (H32). */
const newerChecks = (newer: readonly string[]): Check[] =>
  newer.map((sagaId) => failed(`saga ${sagaId}`, BY_NEWER, 'deploy that one everywhere, and use it here'));

const MARKS = { passed: paint('green', 'passed'), failed: paint('red', 'failed'), 'not checked': paint('dim', 'not checked') } as const;

const line = ({ name, result, detail, remedy }: Check): string => printable(`${name}: ${detail}`).replace(/^/, `${MARKS[result]}  `) + (remedy === null ? '' : `\n    ${printable(remedy)}`);

/** On one machine the queues lie in the ledger's own file. */
const sendingChecks = ({ name }: OpenedStack): Check[] => (name === 'aws' ? [notChecked('sending to the queues', 'only a message would tell')] : []);

const examine = async (terminal: Terminal, policy: Policy, options: CommonOptions): Promise<Check[]> => {
  // Looking must not make a state where there is none.
  if (options.stack === 'embedded' && !holdsState(options.state)) {
    return [passed('state', `${options.state} holds none yet; the first run makes it`), ...(await cloudChecks(terminal, policy, null, []))];
  }
  return withStack(options, 'existing', async (stack) => {
    const { sagas, newer } = await readAllUnlessNewer(stack.ledger);
    return [...(await checkStack(stack)), ...newerChecks(newer), ...sendingChecks(stack), ...(await cloudChecks(terminal, policy, stack, sagas))];
  });
};

/** `doctor`: looks at everything a run depends on and changes nothing; exit 3 when a check failed. */
export const examineAll = async (terminal: Terminal, options: CommonOptions): Promise<ExitCode> => {
  const { policy } = await readInputs({ ...options, files: [], problems: [] });
  const checks = await examine(terminal, policy, options);
  if (options.json === true) writeJson(terminal, { checks });
  else terminal.out(`${checks.map(line).join('\n')}\n`);
  return checks.some(({ result }) => result === 'failed') ? EXIT.needsPerson : EXIT.settled;
};
