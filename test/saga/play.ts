import { stageKey } from '../../events/decommissioned-instance.ts';
import type { SecretId } from '../../events/ids.ts';
import { type Controls, NO_CONTROLS } from '../../lib/saga/controls.ts';
import { decide } from '../../lib/saga/decide.ts';
import { evolveAll } from '../../lib/saga/evolve.ts';
import type { Dated, Told } from '../../lib/saga/facts.ts';
import { type LookRequest, type Occurrence, type Reply, type Sight, NOTHING_SEEN } from '../../lib/saga/input.ts';
import type { Policy } from '../../lib/saga/policy.ts';
import type { Call, Saga } from '../../lib/saga/saga.ts';
import type { CsmsSecret, SaeSecret } from '../../lib/saga/seen.ts';
import { DAY, DONE, OPENED, POLICY } from './builders.ts';

/** Both clouds as the contracts describe them, as far as a saga can tell: what is in them, and what a call does to it. */
export interface ModelClouds {
  csms: readonly CsmsSecret[];
  sae: readonly SaeSecret[];
  stages: readonly string[];
  /** Which secrets belong to an instance whose type shows no links. */
  hidden: readonly string[];
}

export const clouds = (content: Partial<ModelClouds> = {}): ModelClouds => ({ csms: [], sae: [], stages: [], hidden: [], ...content });

const change = (held: ModelClouds, name: string, to: Partial<CsmsSecret>): void => {
  held.csms = held.csms.map((secret) => (secret.name === name ? { ...secret, ...to } : secret));
};

const remove = (held: ModelClouds, names: readonly string[]): void => {
  held.csms = held.csms.filter(({ name }) => !names.includes(name));
};

const erase = (held: ModelClouds, secretId: SecretId): void => {
  held.sae = held.sae.filter(({ id }) => id !== secretId);
};

const GONE: Reply = { verdict: { kind: 'alreadyGone', code: 'CSMS.0005' }, told: {} };
const done = (told: Told = {}): Reply => ({ verdict: DONE, told });

/** What a cloud does and answers when nothing goes wrong. */
export const obey = (held: ModelClouds, call: Call, now: number): Reply => {
  const known = 'name' in call ? held.csms.find(({ name }) => name === call.name) : undefined;
  switch (call.op) {
    case 'schedule': {
      if (known === undefined) return GONE;
      if (known.state === 'PENDING_DELETE') return { verdict: { kind: 'pending', code: 'CSMS.0107' }, told: {} };
      const eraseAt = now + call.recoveryWindowDays * DAY;
      change(held, call.name, { state: 'PENDING_DELETE', eraseAt });
      return done({ id: known.id, eraseAt });
    }
    case 'cancel':
      if (known === undefined) return GONE;
      if (known.state !== 'PENDING_DELETE') return { verdict: { kind: 'notPending', code: 'CSMS.0108' }, told: {} };
      change(held, call.name, { state: 'ENABLED', eraseAt: null });
      return done({ id: known.id });
    case 'delete-named':
      if (known === undefined) return GONE;
      remove(held, [call.name]);
      return done();
    case 'delete-copy':
      erase(held, call.secretId);
      return done();
    case 'delete-stage':
      held.stages = held.stages.filter((key) => key !== call.key);
      return done();
    case 'batch-delete': {
      const names = held.csms.filter(({ name, link }) => link?.instanceId === call.instanceId || held.hidden.includes(name)).map(({ name }) => name);
      remove(held, names);
      return done({ batch: { total: names.length, succeeded: names, failed: [] } });
    }
  }
};

const lookedAt = ({ csms, sae: copies, stages: left }: ModelClouds, look: LookRequest, before: Sight, now: number, readMs: number): Sight => {
  const begunAt = Math.max(now, look.begunAfter + 1);
  const show = look.show.map((name): [string, Sight['shown'][string]] => [name, { begunAt, answer: csms.find((secret) => secret.name === name) ?? 'not-found' }]);
  const stages = look.stages.map((stage): [string, Sight['stages'][string]] => [stageKey(stage), { begunAt, present: left.includes(stageKey(stage)) }]);
  const sae = look.sae.map(({ namespaceId }): [string, Sight['sae'][string]] => [
    namespaceId,
    { begunAt, readMs: 0, secrets: copies.filter((secret) => secret.namespaceId === namespaceId) },
  ]);
  return {
    csms: look.csms ? { begunAt, readMs, secrets: csms } : before.csms,
    shown: { ...before.shown, ...Object.fromEntries(show) },
    stages: { ...before.stages, ...Object.fromEntries(stages) },
    sae: { ...before.sae, ...Object.fromEntries(sae) },
    claimed: look.claims.length > 0 ? { begunAt, by: {}, keys: look.claims.map(({ key }) => key) } : before.claimed,
    allowance: look.allowance === null ? before.allowance : { granted: true },
    failure: null,
  };
};

export interface Scene {
  readonly held: ModelClouds;
  readonly policy?: Policy;
  readonly from?: number;
  /** Waits that end later than this are not waited for. */
  readonly until?: number;
  /** What answers a call instead of the cloud; `obey` is there to be asked. */
  readonly answer?: (call: Call, now: number, held: ModelClouds) => Reply;
  readonly controlsAt?: (now: number) => Controls;
  /** Somebody else's acts right before a look, and at every wake-up. */
  readonly beforeLook?: (held: ModelClouds) => void;
  /** What of CSMS a look shows, by list and by name alike. */
  readonly shows?: (secrets: readonly CsmsSecret[]) => readonly CsmsSecret[];
  readonly meanwhile?: (now: number, held: ModelClouds) => void;
  /** How long a list of CSMS takes to read. */
  readonly listMs?: number;
  /** The generation before is still at work. */
  readonly previousOpen?: boolean;
  /** Hears of each decision's facts, which are one write of the shell or part of one. */
  readonly written?: (facts: readonly Dated[]) => void;
}

export interface Played {
  readonly saga: Saga;
  readonly calls: readonly Call[];
  readonly facts: readonly Dated[];
  readonly looks: number;
  readonly now: number;
}

const LONGEST_PLAY = 3_000;

const eraseWhatIsDue = (held: ModelClouds, now: number): void => {
  held.csms = held.csms.filter(({ eraseAt }) => eraseAt === null || eraseAt > now);
};

/** Carries a saga through as the shell does, against the model, until it ends or waits beyond the scene's end. */
export const play = (begun: Saga, { held, policy = POLICY, from = OPENED, until = OPENED + 60 * DAY, answer, controlsAt, beforeLook, shows, meanwhile, listMs = 0, previousOpen = false, written }: Scene): Played => {
  let saga = begun;
  let now = from;
  let sight = NOTHING_SEEN;
  let occurrence: Occurrence = { kind: 'woken' };
  let looks = 0;
  const calls: Call[] = [];
  const facts: Dated[] = [];
  for (let steps = 0; steps < LONGEST_PLAY; steps += 1) {
    now += 1;
    eraseWhatIsDue(held, now);
    const decision = decide(saga, { occurrence, sight, controls: controlsAt?.(now) ?? NO_CONTROLS, previousOpen }, policy, now);
    saga = evolveAll(saga, decision.facts);
    facts.push(...decision.facts);
    written?.(decision.facts);
    const { next } = decision;
    switch (next.do) {
      case 'look':
        looks += 1;
        beforeLook?.(held);
        sight = lookedAt(shows === undefined ? held : { ...held, csms: shows(held.csms) }, next.look, sight, now, listMs);
        if (next.look.csms) now += listMs;
        occurrence = { kind: 'looked' };
        break;
      case 'commit':
        occurrence = { kind: 'committed' };
        break;
      case 'call': {
        const { call, number } = next.attempt;
        calls.push(call);
        occurrence = { kind: 'replied', number, reply: (answer ?? ((one, at, state) => obey(state, one, at)))(call, now, held) };
        break;
      }
      case 'wait': {
        const wakeAt = saga.wait?.until ?? null;
        if (wakeAt === null || wakeAt > until) return { saga, calls, facts, looks, now };
        now = Math.max(now, wakeAt);
        eraseWhatIsDue(held, now);
        meanwhile?.(now, held);
        sight = NOTHING_SEEN;
        occurrence = { kind: 'woken' };
        break;
      }
      case 'end':
        return { saga, calls, facts, looks, now };
    }
  }
  throw new Error(`still at work after ${LONGEST_PLAY} steps: ${JSON.stringify(saga.wait)}`);
};
