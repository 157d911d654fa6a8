import { parseArgs } from 'node:util';
import type { Finding } from './findings.ts';
import type { Kill } from './life.ts';
import { type Time, liveTimes } from './times.ts';

/** `npm run crash`: kills real runs at random moments, goes on, and audits from outside that nothing was lost and nothing done twice. Exit 1 when anything was found. */

const { values } = parseArgs({
  options: { times: { type: 'string' }, seed: { type: 'string' }, instances: { type: 'string', default: '100' }, json: { type: 'boolean', default: false } },
});

const number = (text: string, option: string): number => {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new Error(`--${option} must be a positive whole number`);
  return Number(text);
};

/** One mishap may be behind hundreds of findings; the first tell enough of it. */
const MOST_TOLD = 20;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const momentOf = ({ leg, from, afterMs }: Kill): string => `${leg === 0 ? '' : 'at the erasing date '}${afterMs} ms after ${from === 'start' ? 'its start' : 'its first sign of work'}`;

const instances = number(values.instances, 'instances');
const times = values.times === undefined ? (values.seed === undefined ? 200 : 1) : number(values.times, 'times');
let done = 0;

const tell = ({ seed, mode, isDisturbed, kills, cutOff, legs, findings, folder }: Time): void => {
  if (isDisturbed) done += 1;
  const took = legs.map(({ startMs, workMs }) => `${startMs}+${workMs} ms`).join(', ');
  say(`${isDisturbed ? `${done}/${times}` : 'undisturbed'} seed ${seed} ${mode}: ${isDisturbed ? `${kills.length} kills cut off ${cutOff} calls, last runs` : 'runs'} ${took}${findings.length === 0 ? '' : `, ${findings.length} faults`}`);
  if (findings.length === 0) return;
  for (const kill of kills) say(`  killed ${momentOf(kill)}`);
  for (const { kind, what } of findings.slice(0, MOST_TOLD)) say(`  ${kind}: ${what}`);
  if (findings.length > MOST_TOLD) say(`  and ${findings.length - MOST_TOLD} more`);
  say(`  left in ${folder}\n  replay: npm run crash -- --seed ${seed}${instances === 100 ? '' : ` --instances ${instances}`}`);
};

const lived = await liveTimes({ first: number(values.seed ?? '1', 'seed'), times, instances, tell });
const found = (kind: Finding['kind']): number => lived.reduce((sum, { findings }) => sum + findings.filter((finding) => finding.kind === kind).length, 0);
const sums = {
  times: lived.filter(({ isDisturbed }) => isDisturbed).length,
  kills: lived.reduce((sum, { kills }) => sum + kills.length, 0),
  lost: found('lost'),
  twice: found('twice'),
  wrong: found('wrong'),
  broken: found('broken'),
};
process.stdout.write(values.json ? `${JSON.stringify(sums)}\n` : `${Object.entries(sums).map(([name, count]) => `${name} ${count}`).join(', ')}\n`);
process.exitCode = sums.lost + sums.twice + sums.wrong + sums.broken === 0 ? 0 : 1;
