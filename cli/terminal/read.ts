import { createReadStream } from 'node:fs';
import type * as z from 'zod/mini';
import { parseDocument } from '../../events/parse.ts';
import type { Parsed, Problem } from '../../events/problems.ts';

/** An event is at most a few MiB; whatever is larger than this was not meant for us, and would not fit a string for long. */
const LARGEST_FILE_BYTES = 64 * 1024 * 1024;

const refused = (file: string, message: string, remedy: string): { kind: 'refused'; problems: Problem[] } => ({
  kind: 'refused',
  problems: [{ file, path: '', message, remedy }],
});

/** How a file is called in a problem. */
export const nameOf = (file: string): string => (file === '-' ? 'standard input' : file === '' ? '""' : file);

/** The whole of it, or null as soon as there is too much: a pipe and a device do not tell beforehand how much they hold. */
const bytesOf = async (file: string): Promise<Uint8Array | null> => {
  const source: AsyncIterable<Buffer> = file === '-' ? process.stdin : createReadStream(file);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > LARGEST_FILE_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const unreadable = (file: string, code: string): ReturnType<typeof refused> => {
  if (code === 'ENOENT' || code === 'ENOTDIR') return refused(file, 'does not exist', `check the name; it was looked for from ${process.cwd()}`);
  if (code === 'EISDIR') return refused(file, 'is a folder', 'name the files in it, one by one or with a pattern of the shell');
  if (code === 'EACCES' || code === 'EPERM') return refused(file, 'may not be read', 'give yourself permission to read it');
  return refused(file, `cannot be read (${code})`, 'check the file');
};

/** A file's text, or standard input's for `-`; what stands in the way (missing, a folder, no UTF-8, over 64 MiB) is a problem. */
export const readText = async (file: string): Promise<Parsed<string>> => {
  const name = nameOf(file);
  try {
    const bytes = await bytesOf(file);
    if (bytes === null) return refused(name, 'is larger than 64 MiB', 'split it into several files');
    return { kind: 'parsed', value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError) return refused(name, 'is not UTF-8 text', 'save it as UTF-8');
    if (error instanceof Error && 'code' in error) return unreadable(name, String(error.code));
    throw error;
  }
};

/** A JSON file as a value of the schema, or every problem with it, named by the file (`standard input` for `-`). */
export const readDocument = async <T>(schema: z.ZodMiniType<T>, file: string): Promise<Parsed<T>> => {
  const text = await readText(file);
  return text.kind === 'refused' ? text : parseDocument(schema, text.value, nameOf(file));
};
