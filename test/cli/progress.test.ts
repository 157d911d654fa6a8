import { expect, it } from 'vitest';
import { tellNews } from '../../cli/run/progress.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { NOW, aPurgingSaga, aSaga } from '../saga/builders.ts';

const waiting = (saga: Saga, why: string): Saga => ({ ...saga, wait: { until: NOW, queue: 'deletions', why } });

it('a saga is told when its state has changed or what it waits for, once, and not for the waits of every step', () => {
  const told: string[] = [];
  const tell = tellNews((text) => told.push(text.trim().replaceAll(/ {2,}/g, ' ')));
  const [received, purging] = [aSaga(), aPurgingSaga()];
  const name = 'RDS:2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01#1';
  for (const saga of [
    received,
    waiting(received, 'retry: list (CSMS list): connection-refused'),
    waiting(received, 'pace'),
    waiting(received, 'retry: list (CSMS list): connection-refused'),
    waiting(received, 'retry: list (CSMS list): name-not-resolved'),
    waiting(purging, 'pace'),
    waiting(purging, 'throttled: own-pace sae'),
    waiting(purging, 'next'),
    { ...purging, state: 'gone' as const, wait: null },
  ]) {
    tell(saga);
  }
  expect(told).toEqual([
    `received ${name}`,
    `received ${name} retry: list (CSMS list): connection-refused`,
    `received ${name} retry: list (CSMS list): name-not-resolved`,
    `purging ${name} pace`,
    `gone ${name}`,
  ]);
});
