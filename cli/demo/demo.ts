import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as z from 'zod/mini';
import type { DecommissionEvent } from '../../events/decommission.ts';
import { FaultsDocument } from '../../local/emulators/faults.ts';
import type { SagaResult } from '../../lib/workflow/result.ts';
import { readInputs } from '../run/inputs.ts';
import { withStack } from '../run/open-stack.ts';
import { type Place, openPlace } from '../run/place.ts';
import { paint } from '../run/progress.ts';
import type { RunResult } from '../run/results.ts';
import { runHere } from '../run/run-events.ts';
import { describeSaga } from '../run/summary.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { EXPECTED, type ExpectedEnding } from './expected.ts';

/** Options of `demo`. */
export interface DemoOptions {
  readonly state?: string;
  readonly json?: true;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const readFaults = async (): Promise<z.infer<typeof FaultsDocument>> => FaultsDocument.parse(JSON.parse(await readFile(here('faults.json'), 'utf8')));

const sagaOf = ({ sagas }: RunResult, { eventId }: ExpectedEnding): SagaResult | undefined => sagas.find(({ eventIds }) => eventIds.includes(eventId));

const isAsExpected = (result: RunResult, expected: ExpectedEnding): boolean => sagaOf(result, expected)?.state === expected.state;

const explain = (result: RunResult, expected: ExpectedEnding): string => {
  const saga = sagaOf(result, expected);
  const told = saga === undefined ? `${paint('red', 'missing')} ${expected.eventId}` : describeSaga(saga);
  const wrong = isAsExpected(result, expected) ? '' : `\n    ${paint('red', `this should have ended as ${expected.state}`)}`;
  return `${paint('bold', expected.because)}\n${told}${wrong}\n`;
};

const show = async (terminal: Terminal, place: Place, events: readonly DecommissionEvent[], json: true | undefined): Promise<ExitCode> => {
  if (json !== true) terminal.err('Seven decommissioned instances, on emulated clouds of this machine:\n\n');
  const result = await runHere(terminal, place, events, json === true ? { json } : {});
  const expected = EXPECTED.map((one) => ({ ...one, asExpected: isAsExpected(result, one) }));
  if (json === true) writeJson(terminal, { ...result, expected, journals: place.embedded?.journals() });
  else terminal.out(`\n${EXPECTED.map((one) => explain(result, one)).join('\n')}`);
  if (terminal.interrupted.aborted) return EXIT.interrupted;
  return expected.every(({ asExpected }) => asExpected) ? EXIT.settled : EXIT.fault;
};

/** `demo`: the sample events on embedded clouds; 0 when each ended as expected, 1 otherwise. */
export const demo = async (terminal: Terminal, { state, json }: DemoOptions): Promise<ExitCode> => {
  const { policy, events, seed } = await readInputs({ policy: here('policy.json'), files: [here('events.json')], seed: here('seed.json'), problems: [] });
  const directory = state ?? mkdtempSync(join(tmpdir(), 'probate-demo-'));
  const embed = { ...(seed === undefined ? {} : { seed }), csmsFaults: await readFaults() };
  try {
    return await withStack({ stack: 'embedded', state: directory }, 'made if missing', async (stack) => {
      const place = await openPlace({ terminal, stack, state: directory, policy, events, embed });
      try {
        return await show(terminal, place, events, json);
      } finally {
        await place.close();
      }
    });
  } finally {
    if (state === undefined) rmSync(directory, { recursive: true, force: true });
  }
};
