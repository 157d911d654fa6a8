import type { UnknownName } from '../../local/emulators/unknowns.ts';

/** How far a case's changes may go, from the least to the most. `whole-project` is for calls of which nobody knows how much they erase. */
export const REACHES = ['nothing', 'own-secrets', 'whole-project'] as const;
export type Reach = (typeof REACHES)[number];

/** One point of a contract, held against a cloud or its emulator. */
export interface Case<Target> {
  /** A sentence about the cloud. */
  readonly name: string;
  /** As lib/clouds names it. */
  readonly operation: string;
  /** Where the contract says it, or says that it does not know. */
  readonly section: string;
  readonly reach: Reach;
  /** The switch of the emulators that this answers; the case then gives one of the switch's choices. */
  readonly settles: UnknownName | null;
  /** Gives what was seen. Throws Disproved when the contract does not hold, LeftOut when the scene cannot be set here. */
  readonly observe: (target: Target) => Promise<string>;
}

/** What makes cases of one reach against one kind of target. */
export const casesOf =
  <Target>(reach: Reach) =>
  (name: string, operation: string, section: string, observe: Case<Target>['observe'], settles: UnknownName | null = null): Case<Target> => ({ name, operation, section, reach, settles, observe });

/** A cloud, or its emulator, that cases can be put to. */
export interface Opened<Target> {
  readonly target: Target;
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

/** The cloud did otherwise than the contract says. */
export class Disproved extends Error {
  override readonly name = 'Disproved';
}

/** The case could not be put to this cloud; nothing was learnt. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut';
}

/** What a case does with a cloud it is done with. */
export interface Tidied {
  /** Takes away what the case made; gives the names of what would not go. */
  readonly tidy: () => Promise<readonly string[]>;
}
