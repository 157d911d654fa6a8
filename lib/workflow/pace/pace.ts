import type { Clock } from '../../ports/clock.ts';
import type { Api } from '../../ports/clouds.ts';
import type { Item, Ledger } from '../../ports/ledger.ts';
import type { Policy } from '../../saga/policy.ts';
import type { State } from '../../saga/saga.ts';
import { changeItem } from '../records/item.ts';
import { type Asked, type Block, type Budget, type Granted, PATIENCE_OF_RETURNERS_MS, type Urgency, broughtTo, grantAll, heldUp, isHeld, momentOf, throttled } from './budget.ts';
import type { Hint } from './tempo.ts';

/** How urgent the calls of a saga in that state are. */
export const urgencyOf = (state: State): Urgency => {
  switch (state) {
    case 'compensating':
      return 0;
    case 'verifying':
      return 1;
    case 'received':
    case 'planned':
    case 'quarantined':
    case 'purging':
    case 'gone':
    case 'restored':
    case 'refused':
    case 'parked':
    case 'compensation-failed':
      return 2;
  }
};

/** A call may go out now, or its saga is to come back for it at a moment (epoch ms); `waited` tells whether time passed over it. */
export type Admitted = { readonly kind: 'now'; readonly waited: boolean } | { readonly kind: 'sent-off'; readonly until: number };

export interface Pace {
  /** Waits for the call's place if that is not far off: calls go out evenly spaced, since a burst overruns a sliding window. Of those who ask at once the most urgent comes first. */
  admit(api: Api, asked: Asked): Promise<Admitted>;
  /** Tells of so many calls that were not admitted, such as a read made once more: the line is held up by as many. */
  charge(api: Api, calls: number): Promise<void>;
  /** Tells that the API throttled us: everybody slows down, to the vendor's own figures where it gave any. */
  slowDown(api: Api, hint: Hint): Promise<void>;
}

export interface PaceParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly accountOf: (api: Api) => string;
}

export const makePace = (parts: PaceParts): Pace => {
  const lines: Readonly<Record<Api, Line>> = { csms: lineOf(parts, 'csms'), sae: lineOf(parts, 'sae') };
  return {
    admit: (api, asked) => lines[api].admit(asked),
    charge: (api, calls) => lines[api].charge(calls),
    slowDown: (api, hint) => lines[api].slowDown(hint),
  };
};

/** One API's line, as one worker stands in it. */
interface Line {
  admit(asked: Asked): Promise<Admitted>;
  charge(calls: number): Promise<void>;
  slowDown(hint: Hint): Promise<void>;
}

interface Asking extends Asked {
  readonly granted: (answer: Granted) => void;
  readonly failed: (error: unknown) => void;
}

/** So often at least whoever waits looks at the line: it may go faster by then, or somebody was throttled. */
const NAP_MS = 400;
/** To whoever still waits, what was seen of the line is good for so long. */
const FRESH_MS = 100;
/** To whoever's moment has come it is not: somebody may have passed the line since. */
const FRESH_WHEN_DUE_MS = 10;
/** Whoever slept past its place by more places than this goes back into the line: several such, of a worker that was held up, would be a burst. */
const LATE_PLACES = 3;

const lineOf = ({ ledger, clock, policy, accountOf }: PaceParts, api: Api): Line => {
  const baseMs = (policy.pace[api].perSeconds * 1_000) / policy.pace[api].calls;
  const id = (): string => `${api}/${accountOf(api)}`;
  const asking: Asking[] = [];
  let block: Block | null = null;
  let known: Budget | null = null;
  let knownAt = -Infinity;
  let isServing = false;

  const know = (budget: Budget | null): void => {
    if (budget?.lesson?.at !== known?.lesson?.at) block = null;
    known = budget;
    knownAt = clock.monotonic();
  };

  const change = async <T>(next: (budget: Budget | null, now: number) => { readonly budget: Budget; readonly answer: T }): Promise<T> => {
    const { budget, answer } = await changeItem<Budget, { budget: Budget; answer: T }>(ledger, 'pace', id(), (before) => {
      const changed = next(before, clock.now());
      return { body: changed.budget === before ? null : changed.budget, answer: changed };
    });
    know(budget);
    return answer;
  };

  let reading: Promise<Item | null> | null = null;

  const freshen = async (goodForMs: number): Promise<void> => {
    if (clock.monotonic() - knownAt < goodForMs) return;
    reading ??= ledger.read('pace', id());
    try {
      const item = await reading;
      // The ledger is our own: a budget holds what this module wrote.
      const budget: Budget | null = item === null ? null : JSON.parse(item.body);
      know(budget);
    } finally {
      reading = null;
    }
  };

  /** A place of the block this worker has already; null when that is used up or the line has passed it. */
  const ownPlace = (): Granted | null => {
    if (block === null) return null;
    const place = Math.max(block.from, broughtTo(clock.now(), baseMs, known).passed);
    if (place >= block.to) return null;
    block = { ...block, from: place + 1 };
    return { kind: 'place', place };
  };

  const serveFromLedger = async (some: readonly Asking[]): Promise<void> => {
    try {
      const answer = await change((before, now) => {
        const all = grantAll(before, some, baseMs, now);
        return { budget: all.budget, answer: all };
      });
      ({ block } = answer);
      answer.granted.forEach((granted, index) => some[index]?.granted(granted));
    } catch (error) {
      for (const { failed } of some) failed(error);
    }
  };

  const serve = async (): Promise<void> => {
    isServing = true;
    // Whoever asks in the same breath is there before the first is served.
    await Promise.resolve();
    while (asking.length > 0) {
      const left: Asking[] = [];
      for (const one of asking.splice(0).sort((a, b) => a.urgency - b.urgency)) {
        const own = ownPlace();
        if (own === null) left.push(one);
        else one.granted(own);
      }
      if (left.length > 0) await serveFromLedger(left);
    }
    isServing = false;
  };

  const ask = (asked: Asked): Promise<Granted> =>
    new Promise((granted, failed) => {
      asking.push({ ...asked, granted, failed });
      if (!isServing) void serve();
    });

  const earlyBy = (granted: Exclude<Granted, { kind: 'sent-off' }>): number => momentOf(granted, broughtTo(clock.now(), baseMs, known), baseMs) - clock.now();

  const isTooLate = (granted: Granted): boolean => granted.kind === 'place' && broughtTo(clock.now(), baseMs, known).passed - granted.place > LATE_PLACES;

  return {
    admit: async (asked) => {
      let waited = false;
      for (let asks = asked; ; asks = { ...asked, returns: true }) {
        const granted = await ask(asks);
        if (granted.kind === 'sent-off') return granted;
        const lesson = known?.lesson ?? null;
        let holds = true;
        // A timer has no finer grain than a millisecond.
        for (let early = earlyBy(granted); holds && early >= 1; early = earlyBy(granted)) {
          // The line halts for long, or nearly so.
          if (early > PATIENCE_OF_RETURNERS_MS) return { kind: 'sent-off', until: clock.now() + early };
          waited = true;
          await clock.sleep(Math.min(early, NAP_MS));
          await freshen(earlyBy(granted) < 1 ? FRESH_WHEN_DUE_MS : FRESH_MS);
          holds = isHeld(granted, lesson, broughtTo(clock.now(), baseMs, known));
        }
        if (!waited || (holds && !isTooLate(granted))) return { kind: 'now', waited };
      }
    },
    charge: (calls) => change((before, now) => ({ budget: heldUp(broughtTo(now, baseMs, before), calls), answer: undefined })),
    slowDown: (hint) => change((before, now) => ({ budget: throttled(before, hint, baseMs, now), answer: undefined })),
  };
};
