import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import { type Saga, isTerminal } from '../../lib/saga/saga.ts';
import { readAllUnlessNewer } from '../../lib/workflow/records/saga-store.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The colour of a state: what is over is green, what turned back or stopped is yellow, what needs somebody at once is red. */
export const colourOf = (state: Saga['state']): 'green' | 'yellow' | 'red' | 'cyan' => {
  switch (state) {
    case 'gone':
      return 'green';
    case 'restored':
    case 'refused':
    case 'compensating':
      return 'yellow';
    case 'parked':
    case 'compensation-failed':
      return 'red';
    case 'received':
    case 'planned':
    case 'quarantined':
    case 'purging':
    case 'verifying':
      return 'cyan';
  }
};

type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

/** Escape codes for standard output, only where a person reads it: NO_COLOR and a redirection both say no (https://no-color.org). */
export const paint: Paint = (format, text) => styleText(format, text, { stream: process.stdout });

const paintProgress: Paint = (format, text) => styleText(format, text, { stream: process.stderr });

const shortName = (sagaId: string): string => sagaId.split(':').slice(-2).join(':');

/** One saga in one line: where it is, and why it waits. */
export const lineOf = (saga: Saga): string => {
  const why = isTerminal(saga) ? saga.reason : saga.wait?.why;
  return `  ${paintProgress(colourOf(saga.state), saga.state.padEnd(20))}${shortName(saga.sagaId)}${why == null || why === 'next' ? '' : `  ${paintProgress('dim', printable(why))}`}`;
};

/** Waits that come with every step; anything else is worth a line of its own. */
const ROUTINE = /^(next|pace|throttled: own-pace)/;

/** Tells a saga's line whenever its state has changed since it was last told, or why it waits. */
export const tellNews = (err: Terminal['err']): ((saga: Saga) => void) => {
  const told = new Map<string, string>();
  return (saga) => {
    const why = saga.wait?.why ?? '';
    const isRoutine = isTerminal(saga) || ROUTINE.test(why);
    const known = told.get(saga.sagaId) ?? '';
    const news = isRoutine ? saga.state : `${saga.state} ${why}`;
    if (known === news || (isRoutine && known.startsWith(`${news} `))) return;
    told.set(saga.sagaId, news);
    err(`${lineOf(saga)}\n`);
  };
};

const REFRESH_MS = 200;
/** Of thousands of sagas a look takes long, and it takes its time from those who work on them. */
const LARGEST_SHARE = 1 / 20;
/** More lines than this would scroll a terminal away under its reader. */
const MOST_LINES = 12;

/** The picture of a run, as long as it is shown. */
export interface Progress {
  stop(): Promise<void>;
}

const SILENT: Progress = { stop: async () => undefined };

const picture = (sagas: readonly Saga[]): string => {
  const open = sagas.filter((saga) => !isTerminal(saga));
  const recent = [...open, ...sagas.filter((saga) => isTerminal(saga)).sort((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0))].slice(0, MOST_LINES);
  const more = sagas.length - recent.length;
  return [`${paintProgress('bold', `${sagas.length - open.length} of ${sagas.length}`)} instances settled`, ...recent.map(lineOf), ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
};

/**
 * Shows on standard error how far a run is: a picture that redraws itself in a terminal, one line per change of state
 * or of what it waits for elsewhere; nothing with --json.
 */
export const showProgress = (workflow: Workflow, terminal: Terminal, quiet: boolean): Progress => {
  if (quiet) return SILENT;
  const live = process.stderr.isTTY ? createLogUpdate(process.stderr) : null;
  const stopping = new AbortController();
  const tell = tellNews(terminal.err);
  const draw = async (): Promise<void> => {
    const { sagas } = await readAllUnlessNewer(workflow.ledger);
    if (live === null) sagas.forEach(tell);
    else live(terminal.redact(picture(sagas)));
  };
  const drawing = (async () => {
    while (!stopping.signal.aborted) {
      const began = performance.now();
      await draw();
      const restMs = Math.max(REFRESH_MS, (performance.now() - began) / LARGEST_SHARE);
      // The wall's time, not the state's: a clock that is moved forward must not hurry the picture.
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restMs);
        stopping.signal.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await drawing;
      await draw();
      live?.done();
    },
  };
};
