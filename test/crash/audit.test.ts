import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prngOf } from '../simulation/prng.ts';
import { audit } from './audit.ts';
import { type Clouds, type JournalEntry, startClouds } from './clouds.ts';
import { type Evidence, type Saga, takeEvidence } from './evidence.ts';
import { type Life, live } from './life.ts';
import { drawWorld } from './world.ts';

const SEED = 1;
/** One of each kind. */
const INSTANCES = 10;

const folder = mkdtempSync(join(tmpdir(), 'probate-audit-'));
let clouds: Clouds;
let life: Life;
let evidence: Evidence;

const there = <T>(thing: T | undefined | null): T => {
  if (thing === undefined || thing === null) throw new Error('the run did not come to it');
  return thing;
};

// One real run, left alone, whose journals and ledger are then doctored.
beforeAll(async () => {
  clouds = await startClouds(folder);
  life = await live({ clouds, folder: join(folder, 'run'), world: drawWorld(SEED, 'recoverable', INSTANCES, Date.now()), usual: null, prng: prngOf(SEED) });
  evidence = there((await takeEvidence(life.state, join(folder, 'evidence'), clouds.env)).evidence);
}, 120_000);

afterAll(async () => {
  await clouds.stop();
  rmSync(folder, { recursive: true });
});

/** The first request of that kind that had an effect. */
const first = (cloud: 'csms' | 'sae', operation: string): JournalEntry => there(life.journals[cloud].find((entry) => entry.operation === operation && entry.effect !== null));

const list = (cloud: 'csms' | 'sae'): JournalEntry => there(life.journals[cloud].find(({ operation }) => operation === 'ListSecrets'));

/** The same run, and these requests after all others; the ledger intended everything twice. */
const alsoAsked = (cloud: 'csms' | 'sae', ...entries: readonly JournalEntry[]): readonly [Life, Evidence] => {
  const journal = [...life.journals[cloud], ...entries].map((entry, index) => ({ ...entry, seq: index + 1 }));
  return [
    { ...life, journals: { ...life.journals, [cloud]: journal } },
    { ...evidence, intents: [...evidence.intents, ...evidence.intents] },
  ];
};

const nothingDone = (entry: JournalEntry): JournalEntry => ({ ...entry, effect: null });

const withSagas = (change: (saga: Saga) => Saga | null): readonly [Life, Evidence] => [
  life,
  { ...evidence, report: { ...evidence.report, sagas: evidence.report.sagas.flatMap((saga) => change(saga) ?? []) } },
];

const withCsms = (change: (secrets: Life['after']['csms']) => Life['after']['csms']): readonly [Life, Evidence] => [{ ...life, after: { ...life.after, csms: change(life.after.csms) } }, evidence];

const gone = (): string => there(life.world.fates.flatMap(({ goes }) => goes).find((key) => key.startsWith('csms/'))).slice('csms/'.length);

it('finds nothing in a run as it was', () => {
  expect(audit(life, evidence)).toEqual([]);
});

const DOCTORED: readonly (readonly [string, string, RegExp, () => readonly [Life, Evidence]])[] = [
  ['a batch-delete sent again without a look', 'twice', /without a look/, () => alsoAsked('csms', first('csms', 'BatchDeleteSecrets'), first('csms', 'BatchDeleteSecrets'))],
  ['a batch-delete that told what it erased and was sent again', 'twice', /had taken effect/, () => alsoAsked('csms', list('csms'), nothingDone(first('csms', 'BatchDeleteSecrets')))],
  ['a copy deleted again', 'twice', /delete-copy .* had taken effect/, () => alsoAsked('sae', list('sae'), nothingDone(first('sae', 'DeleteSecret')))],
  ['a secret erased twice', 'twice', /erased more than once/, () => alsoAsked('csms', list('csms'), first('csms', 'BatchDeleteSecrets'))],
  ['a call the ledger never intended', 'wrong', /intended 0/, () => [life, { ...evidence, intents: [] }]],
  [
    'a batch-delete without a type',
    'wrong',
    /both fields/,
    () => alsoAsked('csms', { ...first('csms', 'BatchDeleteSecrets'), request: { ...first('csms', 'BatchDeleteSecrets').request, body: { instance_id: 'x' } } }),
  ],
  [
    'a batch-delete that took a stranger along',
    'wrong',
    /erased bystander-0/,
    () => alsoAsked('csms', { ...first('csms', 'BatchDeleteSecrets'), effect: { did: 'erased', names: ['bystander-0'] } }),
  ],
  [
    'somebody else’s schedule cancelled',
    'wrong',
    /had not made/,
    () => alsoAsked('csms', { ...first('csms', 'RestoreSecret'), request: { ...first('csms', 'RestoreSecret').request, path: first('csms', 'RestoreSecret').request.path.replace(/secrets\/[^/]+/, 'secrets/bystander-leaving-0') } }),
  ],
  ['a request Probate never makes', 'wrong', /CreateSecret/, () => alsoAsked('csms', { ...list('csms'), operation: 'CreateSecret' })],
  ['an instance nobody knows any more', 'lost', /has no saga/, () => withSagas((saga) => (saga.instance.instanceType === 'TaurusDB' ? null : saga))],
  ['an instance given up', 'lost', /parked .* instead of gone/, () => withSagas((saga) => (saga.instance.instanceType === 'GaussDB' ? { ...saga, state: 'parked' } : saga))],
  ['a secret left behind', 'lost', /left csms/, () => withCsms((secrets) => [...secrets, ...life.before.csms.filter(({ name }) => name === gone())])],
  ['a message set aside', 'lost', /set aside/, () => [life, { ...evidence, report: { ...evidence.report, parkedMessages: [{ reason: 'x' }] } }]],
  ['a bystander gone', 'wrong', /bystander-1 was to stay .* is gone/, () => withCsms((secrets) => secrets.filter(({ name }) => name !== 'bystander-1'))],
  ['a bystander scheduled', 'wrong', /bystander-1 was to stay/, () => withCsms((secrets) => secrets.map((secret) => (secret.name === 'bystander-1' ? { ...secret, state: 'PENDING_DELETE' } : secret)))],
  ['a stage still on its secret', 'wrong', /shared-.* was to stay/, () => withCsms((secrets) => secrets.map((secret) => (secret.name.startsWith('shared-') ? { ...secret, stages: { ...secret.stages, reader: 'v1' } } : secret)))],
  [
    'an erased secret told as kept',
    'wrong',
    /tells kept/,
    () => withSagas((saga) => ({ ...saga, secrets: saga.secrets.map((secret) => (secret.name === gone() ? { ...secret, outcome: 'kept' } : secret)) })),
  ],
];

it.each(DOCTORED)('finds %s', (_what, kind, what, doctored) => {
  expect(audit(...doctored())).toContainEqual({ kind, what: expect.stringMatching(what) });
});

it('lets a batch-delete of an unseen type be sent once more where a kill and a look lie in between, and no second time', () => {
  const batch = first('csms', 'BatchDeleteSecrets');
  const later = { ...nothingDone(batch), at: batch.at + 60_000 };
  const kills = [{ from: 'work', afterMs: 1, leg: 0, at: batch.at + 1_000 }] as const;
  const [once, intents] = alsoAsked('csms', list('csms'), later);
  expect(audit({ ...once, kills }, intents)).toEqual([]);
  const [again] = alsoAsked('csms', list('csms'), { ...later, effect: batch.effect }, list('csms'), later);
  expect(audit({ ...again, kills }, intents).map(({ kind }) => kind)).toContain('twice');
});

it('finds a ledger whose journal was changed after it was written', async () => {
  const state = join(folder, 'doctored');
  cpSync(life.state, state, { recursive: true });
  const database = new DatabaseSync(join(state, 'probate.db'));
  database.exec(`UPDATE item SET body = replace(body, 'CallSucceeded', 'CallWithdrawn') WHERE kind = 'saga'`);
  database.close();
  const { findings } = await takeEvidence(state, join(folder, 'doctored-evidence'), clouds.env);
  expect(findings).toMatchObject([{ kind: 'broken', what: expect.stringMatching(/^report --evidence ended with/) }]);
}, 60_000);
