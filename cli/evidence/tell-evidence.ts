import { inWordsOfNewer } from '../run/newer-sagas.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { onCommandLine } from '../terminal/command-line.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { printable } from '../terminal/printable.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { type EvidenceCheck, verifyEvidence } from './verify-evidence.ts';

/** The options of `verify-evidence`. */
export interface VerifyEvidenceOptions {
  readonly manifest?: string;
  readonly json?: true;
}

const keptHash = (text: string | undefined): string | null => {
  if (text === undefined) return null;
  const [, hash] = /^(?:sha256:)?([0-9a-f]{64})$/.exec(text) ?? [];
  if (hash !== undefined) return hash;
  const remedy = 'give the hash as report --evidence printed it: sha256: and 64 hex digits';
  throw new BadInput([onCommandLine('--manifest', `is ${JSON.stringify(text)}`, remedy)]);
};

const inWords = (checked: EvidenceCheck, isCompared: boolean): string => {
  if (checked.kind === 'broken') {
    const { file, line, what } = checked.broken;
    return `broken: ${printable(file)}${line === null ? '' : `, line ${line},`} ${printable(what)}\n`;
  }
  const { sagas, lines, manifest, newer } = checked;
  const compared = isCompared ? 'as kept' : 'compare this with the hash kept elsewhere: whoever can write the whole folder can write its hashes too';
  return `whole: ${sagas} ${sagas === 1 ? 'saga' : 'sagas'}, ${lines} lines, every chain holds\nmanifest ${manifest} (${compared})\n${inWordsOfNewer(newer).map((line) => `left out: ${line}\n`).join('')}`;
};

/** `verify-evidence DIR`: 0 when all holds, 3 when something does not; rejects with BadInput for a folder that cannot be read. */
export const tellEvidence = async (terminal: Terminal, directory: string, { manifest, json }: VerifyEvidenceOptions): Promise<ExitCode> => {
  const checked = verifyEvidence(directory, keptHash(manifest));
  if (json === true) writeJson(terminal, checked);
  else terminal.out(inWords(checked, manifest !== undefined));
  return checked.kind === 'whole' ? EXIT.settled : EXIT.needsPerson;
};
