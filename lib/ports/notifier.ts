import type { Instance } from '../saga/instance.ts';

/** One line of a digest: a saga that needs a person, and the commands to act. */
export interface Notice {
  readonly sagaId: string;
  readonly instance: Instance;
  readonly eventIds: readonly string[];
  readonly urgency: 'now' | 'soon' | 'when you can';
  readonly because: string;
  /** Until when acting still helps (epoch ms); null where no date ends that. */
  readonly until: number | null;
  readonly commands: readonly string[];
}

/** What people are told at once; `more` counts notices left out of a long one. */
export interface NoticeDigest {
  readonly notices: readonly Notice[];
  readonly more: number;
}

/**
 * Tells people. One digest MUST be one message, its notices in their order, each with its commands whole; a notice that
 * finds no room MUST be counted. It MUST reject when it cannot be sure that the digest went out: the same notices are then
 * told again with the next sweep, so a digest may come twice. Nothing waits for it and nothing fails with it. Every
 * adapter passes test/contract/notifier.
 */
export interface Notifier {
  tell(digest: NoticeDigest): Promise<void>;
}
