import type { CsmsSecret, Held } from './clouds.ts';
import { type Evidence, type Report, type Saga, keyOf } from './evidence.ts';
import { type Finding, lost, wrong } from './findings.ts';
import type { Fate, SecretKey } from './instances.ts';
import type { Life } from './life.ts';

const keysOf = ({ csms, sae }: Held): Set<SecretKey> => new Set([...csms.map(({ name }): SecretKey => `csms/${name}`), ...sae.map(({ id }): SecretKey => `sae/${id}`)]);

const nameOf = ({ instance, goes }: Fate): string => (instance === null ? `the namespace's ${goes.join(', ')}` : `${instance.type} ${instance.id}`);

const isOf = ({ instance, secrets }: Saga, fate: Fate): boolean =>
  fate.instance === null ? instance.cloud === 'alibaba' && secrets.some((secret) => fate.goes.includes(keyOf(secret))) : instance.instanceId === fate.instance.id && instance.instanceType === fate.instance.type;

/** No read tells what a lost batch-delete of an unseen type did: asked for again and told nothing, its saga goes to a person. */
const mayBeParked = ({ unseen, instance }: Fate, { state }: Saga, intents: readonly string[]): boolean =>
  state === 'parked' && unseen && instance !== null && intents.filter((target) => target === `batch-delete ${instance.type} ${instance.id}`).length > 1;

const GONE = new Set(['deleted', 'already-gone', 'raced']);

const judgeOutcomes = (fate: Fate, saga: Saga, standing: ReadonlySet<SecretKey>): Finding[] =>
  saga.secrets.flatMap((secret) => {
    const key = keyOf(secret);
    const isTrue = GONE.has(secret.outcome) !== standing.has(key);
    const isSure = saga.state !== 'gone' || secret.outcome === 'deleted';
    return (isTrue && isSure) || saga.state === 'parked' ? [] : [wrong(`${nameOf(fate)} tells ${secret.outcome} of ${key}, which ${standing.has(key) ? 'is there' : 'it erased'}`)];
  });

const judgeFate = (fate: Fate, { report, intents }: Evidence, standing: ReadonlySet<SecretKey>): Finding[] => {
  const [saga, ...others] = report.sagas.filter((one) => isOf(one, fate));
  if (saga === undefined) return [lost(`${nameOf(fate)} has no saga`)];
  const parked = mayBeParked(fate, saga, intents);
  const left = parked ? [] : fate.goes.filter((key) => standing.has(key));
  const told = new Set(saga.secrets.map(keyOf));
  const untold = parked ? [] : fate.goes.filter((key) => !told.has(key));
  return [
    ...(others.length === 0 ? [] : [wrong(`${nameOf(fate)} has ${others.length + 1} sagas`)]),
    ...(saga.state === fate.ends || parked ? [] : [lost(`${nameOf(fate)} is ${saga.state} (${saga.reason ?? 'no reason'}) instead of ${fate.ends}`)]),
    ...left.map((key) => lost(`${nameOf(fate)} left ${key} behind`)),
    ...untold.map((key) => wrong(`${nameOf(fate)} does not tell of ${key}`)),
    ...judgeOutcomes(fate, saga, standing),
  ];
};

/** A secret with what may change about one that stays: the stages asked for are off, and a cancelled schedule touches it. */
const asLeft = ({ updateTime: _touched, stages, ...secret }: CsmsSecret, removed: ReadonlySet<string>): string =>
  JSON.stringify({ ...secret, stages: Object.entries(stages).filter(([stage]) => !removed.has(`${secret.name}/${stage}`)) });

const judgeTheRest = (fates: readonly Fate[], before: Held, after: Held): Finding[] => {
  const goes = new Set(fates.flatMap((fate) => fate.goes));
  const removed = new Set(fates.flatMap(({ stages }) => stages));
  const csms = new Map(after.csms.map((secret) => [secret.name, asLeft(secret, new Set())]));
  const sae = new Map(after.sae.map((secret) => [secret.id, JSON.stringify(secret)]));
  return [
    ...before.csms.filter(({ name }) => !goes.has(`csms/${name}`)).map((secret) => ({ key: `csms/${secret.name}`, stood: asLeft(secret, removed), stands: csms.get(secret.name) })),
    ...before.sae.filter(({ id }) => !goes.has(`sae/${id}`)).map((secret) => ({ key: `sae/${secret.id}`, stood: JSON.stringify(secret), stands: sae.get(secret.id) })),
  ].flatMap(({ key, stood, stands }) => (stood === stands ? [] : [wrong(`${key} was to stay as ${stood}, and ${stands === undefined ? 'is gone' : `is ${stands}`}`)]));
};

const judgeMessages = ({ notAccepted, parkedMessages }: Report): Finding[] => [
  ...notAccepted.map((event) => lost(`an event was not accepted: ${JSON.stringify(event)}`)),
  ...parkedMessages.map((message) => lost(`a message was set aside: ${JSON.stringify(message)}`)),
];

/** Judges how it all ended: every saga, every secret that had to go, everything else, and whether the ledger tells it as it is. */
export const auditEnd = ({ world: { fates }, before, after }: Pick<Life, 'world' | 'before' | 'after'>, evidence: Evidence): Finding[] => {
  const standing = keysOf(after);
  const strangers = evidence.report.sagas.filter((saga) => !fates.some((fate) => isOf(saga, fate)));
  return [
    ...fates.flatMap((fate) => judgeFate(fate, evidence, standing)),
    ...strangers.map(({ sagaId }) => wrong(`${sagaId} is of no event`)),
    ...judgeTheRest(fates, before, after),
    ...judgeMessages(evidence.report),
  ];
};
