import { describe, expect, it } from 'vitest';
import { HuaweiInstance, LONGEST_LIST, stageKey } from '../../events/decommissioned-instance.ts';
import { NamespaceId, Region, SecretId, SecretName, StageName } from '../../events/ids.ts';
import { checkItem } from '../../lib/adapters/check-item.ts';
import type { Ledger } from '../../lib/ports/ledger.ts';
import { openedSaga } from '../../lib/saga/evolve.ts';
import type { Dated, Fact } from '../../lib/saga/facts.ts';
import { type Request, requestOf } from '../../lib/saga/instance.ts';
import { LARGEST_SAGA } from '../../lib/saga/policy.ts';
import type { Call } from '../../lib/saga/saga.ts';
import type { SaeSecret } from '../../lib/saga/seen.ts';
import { type StoredSaga, unwritten, withFacts, writeSaga } from '../../lib/workflow/records/saga-store.ts';
import { DAY, DATABASE, OPENED, PROJECT, RDS, REGION, aCsmsSecret, aPolicy, anOpening, anSaeSecret, anUnlinkedSecret } from '../saga/builders.ts';
import { type Scene, clouds, obey, play } from '../saga/play.ts';
import { aState } from './state.ts';

const FARTHEST_REGION = Region.parse('cn-beijing-abcdefghijklmnopqrstu');
const LONGEST_NAMESPACE = NamespaceId.parse(`${FARTHEST_REGION}:`.padEnd(64, 'x'));
const NOTHING: Request = { secretNames: [], stages: [], copies: [] };

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const longName = (index: number): SecretName => SecretName.parse(`${index}-`.padEnd(64, 'n'));
const longStage = (index: number): Request['stages'][number] => ({ secretName: longName(index), stage: StageName.parse('s'.repeat(64)) });
const longCopy = (index: number): Request['copies'][number] => ({ region: FARTHEST_REGION, namespaceId: LONGEST_NAMESPACE, secretId: SecretId.parse(`${9_000_000_000_000_000 + index}000`) });

const uuid = (index: number): string => `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`;
const names = many(LARGEST_SAGA, longName);
const copies = many(LARGEST_SAGA, longCopy);
const stages = many(LARGEST_SAGA, longStage);
const linked = names.map((name, index) => aCsmsSecret(name, { id: uuid(index) }));
const unlinked = names.map((name, index) => anUnlinkedSecret(name, { id: uuid(index) }));
// A name of a Kubernetes secret has 253 characters at most, and SAE keeps such.
const listed = copies.map(({ secretId, namespaceId }): SaeSecret => ({ ...anSaeSecret(secretId, { name: 'n'.repeat(253) }), namespaceId }));

const policy = aPolicy({
  mode: 'recoverable',
  limits: { secretsPerInstance: LARGEST_SAGA },
  scopes: [
    { cloud: 'huawei', region: REGION, projectId: PROJECT },
    { cloud: 'alibaba', region: FARTHEST_REGION, namespaceId: LONGEST_NAMESPACE },
  ],
});

type Opening = Parameters<typeof anOpening>[0];

/** Holds each write to what every adapter lets in, and keeps nothing: hundreds of writes of such items are a matter of the disk. */
const aLedger = (): Ledger => ({
  ...aState().ledger,
  write: (item) => {
    checkItem(item);
    return Promise.resolve('written');
  },
});

const writeAll = async (ledger: Ledger, opening: Opening, decisions: readonly (readonly Dated[])[]): Promise<StoredSaga> => {
  const lease = { token: uuid(0), until: OPENED };
  let stored = unwritten(anOpening(opening));
  for (const facts of [[], ...decisions.filter((one) => one.length > 0)]) {
    const written = await writeSaga(ledger, withFacts(stored, facts), lease, OPENED);
    if (written === null) throw new Error('somebody else wrote it');
    stored = written;
  }
  return stored;
};

/** Plays a saga against the model, then writes all it decided, decision by decision. */
const livedThrough = async (opening: Opening, scene: Scene): Promise<StoredSaga> => {
  const decisions: (readonly Dated[])[] = [];
  play(openedSaga(anOpening(opening)), { policy, written: (facts) => decisions.push(facts), ...scene });
  return writeAll(aLedger(), opening, decisions);
};

/** The reply of each call's first tries is lost, and what it did too. */
const losing = (times: number): NonNullable<Scene['answer']> => {
  const tries = new Map<string, number>();
  return (call: Call, now, held) => {
    const step = `${call.op} ${call.key}`;
    tries.set(step, (tries.get(step) ?? 0) + 1);
    return (tries.get(step) ?? 0) > times ? obey(held, call, now) : { verdict: { kind: 'unknown', code: 'deadline' }, told: {} };
  };
};

describe('the largest saga that is let begin has room in its item for a whole course', () => {
  it.each<[string, NonNullable<Opening>, Scene]>([
    ['linked secrets', { mode: 'immediate' }, { held: clouds({ csms: linked }) }],
    ['named secrets', { mode: 'recoverable', request: { ...NOTHING, secretNames: names } }, { held: clouds({ csms: unlinked }) }],
    ['absent secrets', { mode: 'recoverable', request: { ...NOTHING, secretNames: names } }, { held: clouds() }],
    ['copies', { mode: 'recoverable', request: { ...NOTHING, copies } }, { held: clouds({ sae: listed }) }],
    ['absent secrets of a namespace', { mode: 'immediate', instance: { cloud: 'alibaba', region: FARTHEST_REGION, namespaceId: LONGEST_NAMESPACE }, request: { ...NOTHING, copies } }, { held: clouds() }],
    ['stages', { mode: 'immediate', request: { ...NOTHING, stages } }, { held: clouds({ csms: unlinked, stages: stages.map(stageKey) }) }],
  ])('of %s', async (_what, opening, scene) => {
    expect((await livedThrough(opening, scene)).saga.state).toBe('gone');
  });

  it('of named secrets whose schedules all lose their reply once', async () => {
    const { saga } = await livedThrough({ mode: 'recoverable', request: { ...NOTHING, secretNames: names } }, { held: clouds({ csms: unlinked }), answer: losing(1) });
    expect([saga.state, saga.unanswered.length]).toEqual(['gone', LARGEST_SAGA]);
  });

  it('of named secrets that is held while it soaks, and turns back', async () => {
    const hold = { reason: 'x'.repeat(1_000), until: null, by: 'operator' };
    const { sagaId } = anOpening();
    const { saga } = await livedThrough(
      { mode: 'recoverable', request: { ...NOTHING, secretNames: names } },
      { held: clouds({ csms: unlinked }), controlsAt: (now) => ({ pause: null, holds: now > OPENED + DAY ? { [sagaId]: hold } : {}, closedKeys: [] }) },
    );
    expect(saga.state).toBe('restored');
  });
});

it('the fullest request that an event may hold is refused for its own instance alone, and what is on record of it can be sent round again', async () => {
  const parsed = HuaweiInstance.parse({
    cloud: 'huawei',
    region: REGION,
    projectId: PROJECT,
    instanceId: DATABASE,
    instanceType: 'RDS',
    secretNames: many(LONGEST_LIST, longName),
    stages: many(LONGEST_LIST, longStage),
    copies: many(LONGEST_LIST, (index) => ({ cloud: 'alibaba', ...longCopy(index) })),
  });
  const opening = { instance: RDS, request: requestOf(parsed) };
  const decisions: (readonly Dated[])[] = [];
  const { saga, calls } = play(openedSaga(anOpening(opening)), { policy, held: clouds(), written: (facts) => decisions.push(facts) });
  expect([saga.state, saga.reason?.split(':')[0], calls]).toEqual(['refused', 'too-large', []]);
  const { mode, planFor, soakSeconds, recoveryWindowDays, policyDigest } = saga;
  const again: Fact = { type: 'Reopened', by: 'operator', event: null, request: opening.request, mode, planFor, soakSeconds, recoveryWindowDays, policyDigest };
  const stored = await writeAll(aLedger(), opening, [...decisions, [{ ...again, at: OPENED }], ...decisions]);
  expect(stored.saga.state).toBe('refused');
});
