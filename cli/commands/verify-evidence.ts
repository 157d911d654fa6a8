import type { Command } from 'commander';
import type { VerifyEvidenceOptions } from '../evidence/tell-evidence.ts';
import type { Run } from '../terminal/terminal.ts';

const AFTER_HELP = `
Checks every hash chain, every file's SHA-256 and that no file was added or taken away, and names the first thing that
does not hold. Needs no state and no network. Whoever can write the whole folder can also write all of its hashes anew:
keep the manifest's hash elsewhere and give it with --manifest.

Examples:
  $ npx probate verify-evidence evidence/2026-11
  $ npx probate verify-evidence evidence/2026-11 --manifest sha256:…

Exit codes: 0 everything holds; 2 the folder cannot be read; 3 something was changed, added or taken away.`;

/** Adds the command `verify-evidence DIR`. */
export const addVerifyEvidence = (program: Command, run: Run): void => {
  program
    .command('verify-evidence')
    .summary('check what report --evidence wrote')
    .description('Checks a folder of evidence.')
    .argument('<dir>', 'the folder that report --evidence wrote')
    .option('--manifest <hash>', "the manifest's hash as it was printed, from where it was kept")
    .option('--json', 'print one JSON document on standard output')
    .addHelpText('after', AFTER_HELP)
    .action((directory: string, options: VerifyEvidenceOptions) =>
      run(async (terminal) => {
        const { tellEvidence } = await import('../evidence/tell-evidence.ts');
        return tellEvidence(terminal, directory, options);
      }),
    );
};
