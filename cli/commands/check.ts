import type { Command } from 'commander';
import { BadInput } from '../terminal/bad-input.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { readEvents } from '../terminal/read-events.ts';
import { readPolicy } from '../terminal/read-policy.ts';
import { type Run, type Terminal, writeJson } from '../terminal/terminal.ts';
import { forecastText } from './forecast-text.ts';
import { type EventForecast, type Forecast, forecast } from './forecast.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';

const totalsOf = (events: readonly EventForecast[]): Forecast['totals'] => {
  const instances = events.flatMap((event) => event.instances);
  return {
    events: events.length,
    notAccepted: events.filter(({ accepted }) => !accepted).length,
    instances: instances.length,
    refused: instances.filter(({ reason }) => reason !== null).length,
  };
};

/** Judges the policy and every event without a call; exit 3 when something would not be accepted or refused, as `run` would say it. */
const check = async (terminal: Terminal, files: readonly string[], options: CommonOptions): Promise<ExitCode> => {
  const policy = await readPolicy(options.policy);
  const events = await readEvents(files, policy.kind === 'parsed' ? policy.value.sources : {});
  if (policy.kind === 'refused' || events.kind === 'refused') {
    throw new BadInput([policy, events].flatMap((read) => (read.kind === 'refused' ? read.problems : [])));
  }
  const forecasts = forecast(events.value, policy.value, terminal.now());
  const checked: Forecast = { policy: { file: options.policy ?? '', ...policy.value }, events: forecasts, totals: totalsOf(forecasts) };
  if (options.json) writeJson(terminal, checked);
  else terminal.out(forecastText(checked));
  return checked.totals.notAccepted + checked.totals.refused > 0 ? EXIT.needsPerson : EXIT.settled;
};

const AFTER_HELP = `
Needs no credentials and calls nothing. Says of each event which mode would apply, and which instances and copies
would be refused: those outside the policy's scopes, protected ones, those over a cap.

Examples:
  $ npx probate check --policy policy.json               the policy alone
  $ npx probate check --policy policy.json event.json    with events
  $ generate-event | npx probate check --policy policy.json -

Exit codes: 0 all good; 2 a file is not as it must be; 3 something would be refused.`;

/** Adds the command `check [FILE...]`. */
export const addCheck = (program: Command, run: Run): void => {
  withCommonOptions(program.command('check'))
    .summary('check policy and events; calls nothing')
    .description('Checks a policy, and events against it.')
    .argument('[file...]', 'files with one event or an array of events; - is standard input')
    .addHelpText('after', AFTER_HELP)
    .action((files: readonly string[], options: CommonOptions) => run((terminal) => check(terminal, files, options)));
};
