import type { DecommissionEvent } from '../../events/decommission.ts';
import { type Sources, parseEvents } from '../../events/parse.ts';
import type { Parsed } from '../../events/problems.ts';
import { nameOf, readText } from './read.ts';

/** An event and the file it was read from. */
export interface FiledEvent {
  readonly file: string;
  readonly event: DecommissionEvent;
}

const readFileOfEvents = async (file: string, sources: Sources): Promise<Parsed<readonly FiledEvent[]>> => {
  const text = await readText(file);
  if (text.kind === 'refused') return text;
  const name = nameOf(file);
  const parsed = parseEvents(text.value, name, sources);
  return parsed.kind === 'refused' ? parsed : { kind: 'parsed', value: parsed.value.map((event) => ({ file: name, event })) };
};

/** The events of all files in order, a file named twice read once, or the problems of all of them; `-` is standard input and `sources` the policy's. */
export const readEvents = async (files: readonly string[], sources: Sources): Promise<Parsed<readonly FiledEvent[]>> => {
  const all = await Promise.all([...new Set(files)].map((file) => readFileOfEvents(file, sources)));
  const problems = all.flatMap((read) => (read.kind === 'refused' ? read.problems : []));
  if (problems.length > 0) return { kind: 'refused', problems };
  return { kind: 'parsed', value: all.flatMap((read) => (read.kind === 'parsed' ? read.value : [])) };
};
