import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { anEvent } from '../../events/builders.ts';
import { ROOT, begin } from '../../cli/probate.ts';
import { aDatabase } from '../builders.ts';
import { aFolder } from '../harness.ts';

/** One command line of the runbook, the lines it shows as output, and the exit code where it tells one. */
interface Shown {
  readonly line: string;
  readonly output: readonly string[];
  readonly code: number | null;
}

const read = (text: string): Shown[] => {
  const shown: Shown[] = [];
  for (const [, block = ''] of text.matchAll(/^```console\n(.*?)^```$/gms)) {
    for (const part of block.split(/^\$ /m).slice(1)) {
      const [line = '', ...rest] = part.trimEnd().split('\n');
      const exit = rest.find((one) => one.startsWith('# exit '));
      shown.push({ line, output: rest.filter((one) => one !== exit), code: exit === undefined ? null : Number(exit.slice('# exit '.length)) });
    }
  }
  return shown;
};

const words = (line: string): string[] => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([whole, quoted, plain]) => (whole.includes("'") && plain !== undefined ? plain.replaceAll("'", '') : (quoted ?? plain ?? '')));

const pattern = (line: string): RegExp => new RegExp(line.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*'));

const state = join(aFolder(), 'state');
const RUNBOOK = read(readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8'));

beforeAll(async () => {
  const { code, err } = await begin(['demo', '--state', state, '--json']).ended;
  if (code !== 0) throw new Error(err);
}, 60_000);

it('status names what presses most first, and what needs nobody last', async () => {
  const { out } = await begin(['status', '--state', state]).ended;
  const states = [...out.matchAll(/^([a-z-]+) +(?:RDS|TaurusDB|APIG) /gm)].map(([, name]) => name);
  expect([states.slice(0, 2), states.at(-1)]).toEqual([['compensation-failed', 'parked'], 'verifying']);
});

it('every command of the runbook, in its order, prints what the runbook shows and ends as it says', { timeout: 180_000 }, async () => {
  const env = { PROBATE_STATE: state, PROBATE_POLICY: join(ROOT, 'cli/demo/policy.json') };
  const event = JSON.stringify(anEvent([aDatabase(9)], { id: 'runbook' }));
  expect(RUNBOOK.length).toBeGreaterThan(15);
  const differences: string[] = [];
  for (const { line, output, code } of RUNBOOK) {
    const [npx, probate, ...args] = words(line);
    expect([npx, probate]).toEqual(['npx', 'probate']);
    const typed = args.map((word) => (word === 'EVENT.json' ? '-' : word));
    const ended = await begin(typed, { env, input: event }).ended;
    const said = `${ended.out}\n${ended.err}`;
    const missing = output.filter((one) => !pattern(one.trim()).test(said));
    if (missing.length > 0 || (code !== null && code !== ended.code)) differences.push(`$ ${line}\nexit ${ended.code}, the runbook says ${code}; not printed: ${missing.join(' | ')}\n${said}`);
  }
  expect(differences).toEqual([]);
});

it.each(['parked', 'restored', 'compensation-failed', 'refused', 'held', 'waiting'])('the state %s has a section of its own', (name) => {
  const headings = [...readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8').matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase().replaceAll(' ', '-'));
  expect(headings).toContain(name);
});
