import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Reply } from '../../lib/saga/input.ts';
import { type Call, type Saga, isTerminal } from '../../lib/saga/saga.ts';
import type { Verdict } from '../../lib/saga/verdict.ts';
import { THROTTLED, aCsmsSecret, aRequest, aSaga, anSaeSecret, anUnlinkedSecret, retryable } from './builders.ts';
import { nameOf } from './call-name.ts';
import { type ModelClouds, type Played, clouds, obey, play } from './play.ts';

/** How one call fares: as asked, its reply lost after or before it took effect, or refused in one of the ways a cloud refuses. */
const FATES = ['obeyed', 'obeyed', 'obeyed', 'reply lost', 'request lost', 'throttled', 'failed', 'denied', 'blocked'] as const;
type Fate = (typeof FATES)[number];

const LOST: Verdict = { kind: 'unknown', code: 'deadline' };
const untold = (verdict: Verdict): Reply => ({ verdict, told: {} });

const meet = (fate: Fate, call: Call, now: number, held: ModelClouds): Reply => {
  switch (fate) {
    case 'obeyed':
      return obey(held, call, now);
    case 'reply lost':
      obey(held, call, now);
      return untold(LOST);
    case 'request lost':
      return untold(LOST);
    case 'throttled':
      return untold(THROTTLED);
    case 'failed':
      return untold(retryable('503'));
    case 'denied':
      return untold({ kind: 'terminal', code: 'CSMS.0401' });
    case 'blocked':
      return call.op === 'delete-copy' ? untold({ kind: 'blocked', code: 'DependencyViolation.Job', blocker: { kind: 'job', name: 'nightly' } }) : obey(held, call, now);
  }
};

interface Course extends Played {
  readonly held: ModelClouds;
  readonly tookEffect: readonly string[];
}

const REQUEST = aRequest({ names: ['app-db'], copies: ['16', '17'], stages: [['shared', 'reader-7']] });

const run = (mode: 'recoverable' | 'immediate', fates: readonly Fate[]): Course => {
  const held = clouds({
    csms: [aCsmsSecret('db-1'), aCsmsSecret('db-2'), anUnlinkedSecret('app-db'), anUnlinkedSecret('shared'), anUnlinkedSecret('stranger')],
    sae: [anSaeSecret('16'), anSaeSecret('17'), anSaeSecret('18')],
    stages: ['shared/reader-7', 'shared/kept'],
  });
  const tookEffect: string[] = [];
  let count = 0;
  const answer = (call: Call, now: number): Reply => {
    const fate = fates[count] ?? 'obeyed';
    count += 1;
    if (fate === 'obeyed' || fate === 'reply lost' || (fate === 'blocked' && call.op !== 'delete-copy')) tookEffect.push(nameOf(call));
    return meet(fate, call, now, held);
  };
  return { ...play(aSaga({ mode, request: REQUEST }), { held, answer }), held, tookEffect };
};

const courses = fc.tuple(fc.constantFrom('recoverable' as const, 'immediate' as const), fc.array(fc.constantFrom<Fate>(...FATES), { maxLength: 40 }));
const runs = { seed: 20261122, numRuns: 100 };

const always = (check: (course: Course) => void): void => {
  fc.assert(
    fc.property(courses, ([mode, fates]) => {
      check(run(mode, fates));
    }),
    runs,
  );
};

const named = (saga: Saga, name: string) => Object.values(saga.secrets).find(({ target }) => target.name === name);

it('H26: whatever becomes of its calls, a saga comes to an end', () => {
  always(({ saga }) => {
    expect(isTerminal(saga)).toBe(true);
    expect(saga.attempt).toBeNull();
  });
});

it('H54: what no plan named is never touched', () => {
  always(({ held }) => {
    expect(held.csms).toContainEqual(anUnlinkedSecret('stranger'));
    expect(held.csms).toContainEqual(anUnlinkedSecret('shared'));
    expect(held.sae).toContainEqual(anSaeSecret('18'));
    expect(held.stages).toContain('shared/kept');
  });
});

it('a saga is gone only when everything it planned is', () => {
  always(({ saga, held }) => {
    const left = [...held.csms.filter(({ name }) => name !== 'stranger' && name !== 'shared'), ...held.sae.filter(({ id }) => id !== '18'), ...held.stages.filter((key) => key !== 'shared/kept')];
    expect(saga.state === 'gone' && left.length > 0).toBe(false);
  });
});

it('H38: nothing that a saga scheduled is left pending, unless it says so by the highest alarm', () => {
  always(({ saga, held }) => {
    const pending = held.csms.filter(({ state }) => state === 'PENDING_DELETE');
    expect(pending.length > 0 && saga.state !== 'compensation-failed').toBe(false);
  });
});

const isPivot = ({ op }: Call): boolean => op === 'delete-stage' || op === 'batch-delete' || op === 'delete-named';

it('H33: until the pivot no CSMS secret is erased by a call, and after it nothing is cancelled', () => {
  always(({ calls, facts }) => {
    const pivot = calls.findIndex(isPivot);
    expect(pivot >= 0 && calls.slice(pivot).some(({ op }) => op === 'cancel' || op === 'schedule' || op === 'delete-copy')).toBe(false);
    const turnedBack = facts.findIndex(({ type }) => type === 'CompensationStarted');
    expect(turnedBack >= 0 && facts.slice(turnedBack).some((fact) => fact.type === 'CallIntended' && fact.attempt.call.op !== 'cancel')).toBe(false);
  });
});

it('H27: a deletion that took effect is never called again', () => {
  always(({ tookEffect }) => {
    for (const name of tookEffect.filter((call) => !call.startsWith('schedule') && !call.startsWith('cancel') && call !== 'batch-delete')) {
      expect(tookEffect.filter((call) => call === name)).toHaveLength(1);
    }
  });
});

it('what is told of a secret is true: proven means gone, untouched means there', () => {
  always(({ saga, held }) => {
    for (const name of ['db-1', 'db-2', 'app-db']) {
      const known = named(saga, name);
      const there = held.csms.some((secret) => secret.name === name);
      expect(known?.proven === true && there).toBe(false);
      expect(known !== undefined && known.erasure === 'none' && !known.vanished && known.schedule === null && !there).toBe(false);
    }
  });
});
