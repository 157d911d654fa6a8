import type { Notice, NoticeDigest } from '../../ports/notifier.ts';

/** A reason quotes what people and clouds wrote; `status` has the rest of a longer one. */
const LONGEST_REASON = 1_000;

/** On one line and in reading order, whatever somebody wrote: line breaks, escapes, marks that turn text around. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

export const reasonText = ({ because }: Pick<Notice, 'because'>): string => `${because.slice(0, LONGEST_REASON).replaceAll(UNPRINTABLE, '\u{FFFD}')}${because.length > LONGEST_REASON ? '…' : ''}`;

const lineOf = (notice: Notice): string => {
  const { sagaId, urgency, until, commands } = notice;
  return `needs you ${urgency}: ${sagaId}: ${reasonText(notice)}${until === null ? '' : ` (before ${new Date(until).toISOString()})`}; ${commands.join('; ')}`;
};

export const moreText = (more: number): string => `and ${more} more: npx probate status`;

/** The last line, and the line break before it, in whatever digits the count has. */
const ROOM_FOR_MORE_BYTES = 64;

/** A digest as lines of text of `largestBytes` UTF-8 bytes at most; the notices that find no room are counted with the rest. */
export const digestText = ({ notices, more }: NoticeDigest, largestBytes = Infinity): string => {
  const lines: string[] = [];
  let room = largestBytes - ROOM_FOR_MORE_BYTES;
  for (const line of notices.map(lineOf)) {
    room -= Buffer.byteLength(line) + 1;
    if (room < 0) break;
    lines.push(line);
  }
  const left = more + notices.length - lines.length;
  return [...lines, ...(left === 0 ? [] : [moreText(left)])].join('\n');
};
