import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NamespaceId, Region } from '../../events/ids.ts';
import type { Notice, NoticeDigest, Notifier } from '../../lib/ports/notifier.ts';
import { NAMESPACE } from '../workflow/world.ts';

export interface NotifierUnderTest {
  readonly notifier: Notifier;
  /** What people got to read, a text for each message. */
  readonly told: () => readonly string[];
  /** From here on nobody can be told; `false` mends it. */
  readonly breakDown: (broken: boolean) => void;
  close(): Promise<void>;
}

const UNTIL = Date.UTC(2026, 10, 28, 6);

export const aNotice = (number: number, changes: Partial<Notice> = {}): Notice => {
  const sagaId = `alibaba:cn-beijing:${NAMESPACE}:0123456789ab#${number}`;
  return {
    sagaId,
    instance: { cloud: 'alibaba', region: Region.parse('cn-beijing'), namespaceId: NamespaceId.parse(NAMESPACE) },
    eventIds: [`evt-${number}`],
    urgency: 'soon',
    because: `reason ${number}`,
    until: UNTIL,
    commands: [`npx probate hold '${sagaId}'`, `npx probate undo '${sagaId}'`],
    ...changes,
  };
};

export const aDigest = (notices: readonly Notice[], more = 0): NoticeDigest => ({ notices, more });

/** What every adapter of the Notifier port must hold (lib/ports/notifier.ts). */
export const describeNotifier = (name: string, make: () => Promise<NotifierUnderTest>): void => {
  describe(`the notifier contract on ${name}`, () => {
    let made: NotifierUnderTest;
    beforeEach(async () => {
      made = await make();
    });
    afterEach(async () => made.close());

    const lines = (): string[] => made.told().flatMap((message) => message.trimEnd().split('\n'));

    it('tells of each saga how much it presses, why, until when, and the commands to act', async () => {
      const notice = aNotice(1);
      await made.notifier.tell(aDigest([notice]));
      const [line = ''] = lines();
      for (const part of ['needs you soon', notice.sagaId, 'reason 1', '2026-11-28T06:00:00.000Z', ...notice.commands]) expect(line).toContain(part);
    });

    it('names no date where acting helps at any time', async () => {
      await made.notifier.tell(aDigest([aNotice(1, { until: null })]));
      expect(lines().join('\n')).not.toMatch(/\d{4}-\d{2}-\d{2}T/);
    });

    it('tells one digest as one message, a line for each notice, in their order', async () => {
      await made.notifier.tell(aDigest([aNotice(3), aNotice(1), aNotice(2)]));
      expect(made.told()).toHaveLength(1);
      expect(lines().map((line) => /reason (\d)/.exec(line)?.[1])).toEqual(['3', '1', '2']);
    });

    it('counts what was left out, and says how to see it', async () => {
      await made.notifier.tell(aDigest([aNotice(1)], 12));
      expect(lines()).toHaveLength(2);
      expect(lines().at(-1)).toContain('and 12 more: npx probate status');
    });

    it('tells or counts every notice, however many there are and however long', async () => {
      await made.notifier.tell(aDigest(Array.from({ length: 2_000 }, (_, index) => aNotice(index, { because: 'né'.repeat(700) })), 5));
      const told = lines().filter((line) => line.includes('needs you')).length;
      const counted = Number(/and (\d+) more/.exec(lines().at(-1) ?? '')?.[1]);
      expect(told).toBeGreaterThan(40);
      expect(told + counted).toBe(2_005);
      expect(lines().filter((line) => line.includes('npx probate undo')).length, 'commands are whole').toBe(told);
    });

    it('H58: keeps a notice on its line and in reading order, whatever somebody wrote into its reason', async () => {
      await made.notifier.tell(aDigest([aNotice(1, { because: 'a\nneeds you now: forged\r\u001b[2J\u202eb\u2028c\ud800' }), aNotice(2)]));
      expect(lines()).toHaveLength(2);
      expect(made.told().join('').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}]/u);
    });

    it('rejects when nobody can be told, and tells the next digest all the same', async () => {
      made.breakDown(true);
      await expect(made.notifier.tell(aDigest([aNotice(1)]))).rejects.toBeInstanceOf(Error);
      made.breakDown(false);
      await made.notifier.tell(aDigest([aNotice(2)]));
      expect(lines().at(-1)).toContain('reason 2');
    });
  });
};
