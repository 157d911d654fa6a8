import type { Ledger } from '../../ports/ledger.ts';
import { type Controls, NO_CONTROLS } from '../../saga/controls.ts';
import type { Hold } from '../../saga/saga.ts';
import { changeItem } from './item.ts';

const ID = 'all';

/** What people stopped, as it stands now; read before every deletion (H63). */
export const readControls = async (ledger: Ledger): Promise<Controls> => {
  const item = await ledger.read('controls', ID);
  const controls: Controls = item === null ? NO_CONTROLS : JSON.parse(item.body);
  return controls;
};

const change = (ledger: Ledger, next: (controls: Controls) => Controls | null): Promise<void> =>
  changeItem<Controls, void>(ledger, 'controls', ID, (controls) => ({ body: next(controls ?? NO_CONTROLS), answer: undefined }));

export const setPause = (ledger: Ledger, pause: Hold | null): Promise<void> =>
  // Resuming also opens the keys a cloud refused: whoever resumes has seen to them.
  change(ledger, (controls) => (pause === null ? { ...controls, pause, closedKeys: [] } : { ...controls, pause }));

/** Of the item's 380 KB the rest is kept for a pause: the kill switch must find room, however much is held. */
const LARGEST_HOLDS_BYTES = 360 * 1_024;

/** One more hold finds no room; none was set. */
export class TooManyHolds extends Error {
  override readonly name = 'TooManyHolds';

  constructor(count: number) {
    super(`${count} holds stand already, and no more find room`);
  }
}

/** Rejects with TooManyHolds where it finds no room. One that is over stays until it is lifted: the clock of whoever sets another may be wrong. */
export const setHold = (ledger: Ledger, target: string, hold: Hold | null): Promise<void> =>
  change(ledger, (controls) => {
    const { [target]: _before, ...others } = controls.holds;
    const holds = hold === null ? others : { ...others, [target]: hold };
    if (hold !== null && Buffer.byteLength(JSON.stringify(holds)) > LARGEST_HOLDS_BYTES) throw new TooManyHolds(Object.keys(others).length);
    return { ...controls, holds };
  });

/** Closes a key for every worker of the account: a wrong signature is never tried again by itself. */
export const closeKey = (ledger: Ledger, fingerprint: string): Promise<void> =>
  change(ledger, (controls) => (controls.closedKeys.includes(fingerprint) ? null : { ...controls, closedKeys: [...controls.closedKeys, fingerprint] }));
