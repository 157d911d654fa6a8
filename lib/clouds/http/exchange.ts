import type { Failure } from '../../saga/verdict.ts';
import type { HttpFault, HttpOutcome, HttpRequest } from './message.ts';
import type { Transport } from './transport.ts';

/** The saga owns every other retry (design.md, Retry). */
const READ_RETRIES = 2;

/** What came of a call, its repeated reads included. */
export interface Exchanged {
  readonly outcome: HttpOutcome;
  /** Requests of which at least a byte may have left. */
  readonly requests: number;
}

const mayRepeat = (outcome: HttpOutcome): boolean => outcome.kind === 'fault' && !outcome.code.endsWith('deadline');

/** Sends what `build` signs, anew for each try: a read is tried again after a connection fault, a call that changes something never. */
export const exchange = async (transport: Transport, build: () => HttpRequest, changes: boolean, signal: AbortSignal): Promise<Exchanged> => {
  let requests = 0;
  for (let retries = 0; ; retries += 1) {
    const outcome = await transport.send(build(), signal);
    if (outcome.kind === 'reply' || outcome.reach === 'lost') requests += 1;
    if (changes || retries === READ_RETRIES || signal.aborted || !mayRepeat(outcome)) return { outcome, requests };
  }
};

/** A change that may have been carried out is unknown; everything else may be tried again. */
export const faultVerdict = (fault: HttpFault, changes: boolean): Failure => ({ kind: changes && fault.reach === 'lost' ? 'unknown' : 'retryable', code: fault.code });
