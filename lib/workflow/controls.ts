import type { Ledger } from '../ports/ledger.ts';
import { type Controls, NO_CONTROLS } from '../saga/controls.ts';
import type { Hold } from '../saga/saga.ts';
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

export const setHold = (ledger: Ledger, target: string, hold: Hold | null): Promise<void> =>
  change(ledger, (controls) => {
    const { [target]: _before, ...others } = controls.holds;
    return { ...controls, holds: hold === null ? others : { ...others, [target]: hold } };
  });

/** Closes a key for every worker of the account: a wrong signature is never tried again by itself. */
export const closeKey = (ledger: Ledger, fingerprint: string): Promise<void> =>
  change(ledger, (controls) => (controls.closedKeys.includes(fingerprint) ? null : { ...controls, closedKeys: [...controls.closedKeys, fingerprint] }));
