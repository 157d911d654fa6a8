import * as z from 'zod/mini';
import type { Clock } from '../../lib/ports/clock.ts';
import type { Call, Cloud, Moment } from './cloud.ts';
import { unknownNames, type EmulatorControls, type Names } from './control.ts';
import type { EmulatorOptions } from './emulator.ts';
import { createFaults, FaultsDocument, type Struck } from './faults.ts';
import { journalled, openJournal } from './journal.ts';
import { SeedDocument, type ParsedSeed } from './seed.ts';
import { openStore, type Store } from './store.ts';
import type { Incoming, Outgoing } from './wire.ts';

/** An emulator without its socket: what it holds, what happens to a request, what is remembered of it. */
export interface Engine<State> extends EmulatorControls {
  state(): State;
  /** Which call a request is and what the fault rules make of it; each request is asked about once. */
  meet(incoming: Incoming): { readonly call: Call; readonly fault: Struck };
  /** Carries out, journals and makes durable, all at once; null means that the connection is to be cut. */
  carryOut(incoming: Incoming, call: Call, fault: Struck): Outgoing | null;
  close(): void;
}

/** Answers instead of the cloud where a rule says so. */
const canned = ({ status, body, headers }: Struck, effect: Outgoing['effect']): Outgoing => ({
  status: status ?? 200,
  headers: { 'content-type': typeof body === 'string' && body.startsWith('<') ? 'text/html' : 'application/json', ...headers },
  body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
  code: 'fault',
  effect,
});

const replaced = <State>(cloud: Cloud<State>, incoming: Incoming, fault: Struck, effect: Outgoing['effect']): Outgoing =>
  fault.code === undefined || fault.body !== undefined ? canned(fault, effect) : { ...cloud.error(incoming, fault.code, fault.status), effect };

const replyOf = <State>(cloud: Cloud<State>, incoming: Incoming, fault: Struck, now: Moment): Outgoing => {
  if (fault.exceeded !== null) return cloud.throttled(incoming, fault.exceeded.quota, fault.exceeded.retryAfterMs);
  const isReplaced = fault.status !== undefined || fault.body !== undefined || fault.code !== undefined;
  if (!isReplaced) return cloud.answer(incoming, fault, now);
  return replaced(cloud, incoming, fault, fault.takesEffect === true ? cloud.answer(incoming, fault, now).effect : null);
};

const namesChecked = (faults: FaultsDocument, names: Names): FaultsDocument => {
  const unknown = unknownNames(faults, names);
  if (unknown.length > 0) throw new Error(unknown.join('\n'));
  return faults;
};

/** Throws when a document is wrong, naming the field, or when another emulator owns the file. */
export const openEngine = <State, Credentials>(
  options: EmulatorOptions<Credentials>,
  names: Names,
  clock: Clock,
  openCloud: (store: Store, emulatedNow: () => number) => Cloud<State>,
): Engine<State> => {
  let firstSeed = options.seed === undefined ? undefined : SeedDocument.parse(options.seed);
  const startFaults = namesChecked(FaultsDocument.parse(options.faults ?? { rules: [] }), names);
  let faults = createFaults(startFaults);

  const store = openStore(options.persistTo);
  const settings = store.shelf('settings', z.number());
  const now = (): Moment => {
    const real = clock.now();
    return { real, emulated: real + (settings.get('offsetMs') ?? 0) };
  };
  const cloud = openCloud(store, () => now().emulated);
  const journal = openJournal(store);
  const plant = (seed: ParsedSeed): void => {
    firstSeed ??= seed;
    cloud.plant(seed, now());
  };
  if (settings.get('started') === undefined && firstSeed !== undefined) plant(firstSeed);
  settings.put('started', 1);
  store.commit();

  return {
    names,
    now: () => now().emulated,
    journal: () => journal.entries(),
    state: () => {
      cloud.settle(now());
      store.commit();
      return cloud.state(now());
    },
    reset: () => {
      cloud.empty();
      journal.clear();
      settings.remove('offsetMs');
      faults = createFaults(startFaults);
      if (firstSeed !== undefined) cloud.plant(firstSeed, now());
      store.commit();
    },
    seed: (seed) => {
      plant(seed);
      store.commit();
    },
    faults: (document) => {
      faults = createFaults(document);
    },
    advance: (seconds) => {
      settings.put('offsetMs', (settings.get('offsetMs') ?? 0) + seconds * 1000);
      cloud.settle(now());
      store.commit();
    },
    meet: (incoming) => {
      const call = cloud.identify(incoming);
      return { call, fault: faults.strike(call.operation, call.names, clock.now()) };
    },
    carryOut: (incoming, { operation, scope }, fault) => {
      cloud.settle(now());
      const reply = fault.reset === 'before' ? null : replyOf(cloud, incoming, fault, now());
      const arrives = fault.reset === undefined ? reply : null;
      journal.append({
        at: now().emulated,
        operation,
        scope,
        request: journalled(incoming),
        status: arrives?.status ?? null,
        code: fault.reset === undefined ? (reply?.code ?? null) : `connection-reset-${fault.reset}`,
        effect: reply?.effect ?? null,
      });
      store.commit();
      return arrives;
    },
    close: () => store.close(),
  };
};
