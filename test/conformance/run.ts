import { CloudSettingsRefused } from '../../lib/clouds/settings-problem.ts';
import type { Case, Reach, Tidied } from './case.ts';
import { carryOut, type Finding } from './carry-out.ts';
import { CSMS_CASES } from './cases/csms.ts';
import { SAE_CASES } from './cases/sae.ts';
import { emulateCsms } from './csms/emulated.ts';
import { reachCsms } from './csms/real.ts';
import { lineOf, tally, unknownsSeen } from './report.ts';
import { emulateSae } from './sae/emulated.ts';
import { reachSae } from './sae/real.ts';
import { readSetup, SetupRefused, type Setup } from './settings.ts';

/** Holds both clouds against their contracts: `npm run conformance` (docs/clouds.md). Exit 1 when a case fails, 2 when the environment cannot be used. */

interface Reached<Target> {
  readonly target: Target & Tidied & { readonly allowed: Reach };
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const put = async <Target>(service: string, cases: readonly Case<Target>[], { target, endpoint, close }: Reached<Target>, isReal: boolean): Promise<readonly Finding[]> => {
  say(`${service} at ${isReal ? endpoint : 'its emulator'}`);
  const found: (readonly [Case<Target>, Finding])[] = [];
  try {
    for (const one of cases) {
      const finding = await carryOut(one, target, target.allowed);
      found.push([one, finding]);
      say(lineOf(one, finding));
    }
  } finally {
    await close();
  }
  const findings = found.map(([, finding]) => finding);
  say(tally(service, findings));
  if (isReal) say(`unknowns for a seed: ${JSON.stringify(unknownsSeen(found))}`);
  return findings;
};

const setup = (): Setup | null => {
  try {
    return readSetup(process.env);
  } catch (error) {
    if (!(error instanceof SetupRefused || error instanceof CloudSettingsRefused)) throw error;
    process.stderr.write(`${error.message}\n`);
    return null;
  }
};

const asked = setup();
if (asked === null) process.exitCode = 2;
else {
  const csms = await put('csms', CSMS_CASES, asked.csms === null ? await emulateCsms() : reachCsms(asked.csms, process.env), asked.csms !== null);
  const sae = await put('sae', SAE_CASES, asked.sae === null ? await emulateSae() : reachSae(asked.sae), asked.sae !== null);
  if ([...csms, ...sae].some(({ kind }) => kind === 'failed')) process.exitCode = 1;
}
