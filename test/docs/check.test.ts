import { describe, expect, it } from 'vitest';
import { commandFaults } from './check/commands.ts';
import { documentFaults } from './check/documents.ts';
import { linkFaults } from './check/links.ts';
import { type Fault, anchorsOf, takeApart } from './check/markdown.ts';
import { pathFaults } from './check/paths.ts';
import { commandsIn } from './check/shell.ts';

const aPage = (...lines: readonly string[]) => takeApart('docs/a-page.md', lines.join('\n'));
const aBlock = (language: string, ...lines: readonly string[]) => aPage(`\`\`\`${language}`, ...lines, '```');
const problems = (faults: readonly Fault[]): string[] => faults.map(({ problem }) => problem);

describe('a link', () => {
  it.each([
    ['[a page](clouds.md)', []],
    ['[a part](runbook.md#where-to-look-first)', []],
    ['[a file](../lib/ports/queue.ts), [a folder](../events/samples), [elsewhere](https://example.com/nothing#here)', []],
    ['`[code](nowhere.md)` is no link', []],
    ['![a picture](images/no-such.png)', ['the link images/no-such.png leads to no file']],
    ['[a page](no-such.md#part)', ['the link no-such.md#part leads to no file']],
    ['[a part](runbook.md#no-such-part)', ['the link runbook.md#no-such-part leads to no heading']],
    ['[its own part](#nowhere)', ['the link #nowhere leads to no heading']],
  ])('%s', (line, expected) => {
    expect(problems(linkFaults(aPage('# Title', line)))).toEqual(expected);
  });

  it('is told with its line', () => {
    expect(linkFaults(aPage('# Title', '', '[a page](no-such.md)'))).toEqual([{ line: 3, problem: 'the link no-such.md leads to no file' }]);
  });

  it('leads to a heading by the name GitHub gives it, and code holds no headings', () => {
    const page = aPage('# What `status` says, at first', '## Twice', '## Twice', '```sh', '# no heading', '```');
    expect([...anchorsOf(page)]).toEqual(['what-status-says-at-first', 'twice', 'twice-1']);
  });
});

describe('a path', () => {
  it.each([
    ['`lib/ports/queue.ts`, `lib/clouds/*/classify.ts`, `functions/` and `policies/STAGE.json` are there', []],
    ['`policy.json`, `.build/STAGE/maps` and `huawei/PROJECT/NAME` are none of this repository', []],
    ['`lib/ports/no-such.ts`', ['there is no lib/ports/no-such.ts']],
    ['`test/no-such/*.suite.ts`', ['there is no test/no-such/*.suite.ts']],
    ['`nowhere/at/all.ts` may be the reader’s, `docs/STAGE.json` may not', ['there is no docs/STAGE.json']],
  ])('%s', (line, expected) => {
    expect(problems(pathFaults(aPage(line)))).toEqual(expected);
  });
});

describe('a command', () => {
  it.each([
    ['npm ci && npm start', []],
    ['npm start --silent -- --json | head -50', []],
    ['npm run bench -- --only end-to-end  # one of them', []],
    ['npm run --silent simulate -- --seed 17 --trace > trace.txt', []],
    ['npm run rails -- --only a-rail', []],
    ['npm audit --omit=dev', []],
    ['PROBATE_STACK=aws npx probate status > status.json', []],
    ["npx probate hold 'huawei/PROJECT/NAME' --reason \"it's asked\"", []],
    ['npx probate COMMAND --help', []],
    ['npx osls deploy --no-such-option', []],
    ['npm run no-such', ['npm run no-such: no such script']],
    ['npm ci && npm run rail', ['npm run rail: no such script']],
    ['npm run crash -- --time 200', ['npm run crash -- --time 200: unknown option --time']],
    ['npm start -- --jason', ["npm start -- --jason: error: unknown option '--jason'\n(Did you mean --json?)"]],
    ['npx probate statsu', ["npx probate statsu: error: unknown command 'statsu'\n(Did you mean status?)"]],
    ['npx probate run --polcy policy.json', ["npx probate run --polcy policy.json: error: unknown option '--polcy'\n(Did you mean --policy?)"]],
    ['npx probate status --stack gcp', ["npx probate status --stack gcp: error: option '--stack <where>' argument 'gcp' is invalid. Allowed choices are embedded, aws."]],
    ['npx probate approve SAGA', ["npx probate approve SAGA: error: missing required argument 'digest'"]],
    ['npx probate run \\\n  --embeded', ["npx probate run --embeded: error: unknown option '--embeded'\n(Did you mean --embed?)"]],
  ])('%s', async (line, expected) => {
    expect(problems(await commandFaults(aBlock('sh', line)))).toEqual(expected);
  });

  it('in a console is what stands behind the dollar sign', async () => {
    expect(problems(await commandFaults(aBlock('console', '$ npx probate sweeep', 'npx probate no-such was printed', '# exit 2')))).toEqual([
      "npx probate sweeep: error: unknown command 'sweeep'\n(Did you mean sweep?)",
    ]);
  });

  it('in prose need not be whole, but must be right', async () => {
    const page = aPage('`npx probate approve`, `run --json`, `probate hold`, `npm run docs`, `--until T`, `--seeds`', '`run --jsn`, `npm run dcs` and `--until-when`');
    expect(problems(await commandFaults(page))).toEqual(["run --jsn: error: unknown option '--jsn'\n(Did you mean --json?)", 'npm run dcs: no such script', '--until-when: no such option']);
  });

  it('is taken apart as a shell would', () => {
    expect(commandsIn("export A=1\nA=1 B=2 echo 'a b'\"c\"d # rest\none | two && three > out; four \\\n five")).toEqual([
      ['export', 'A=1'],
      ['echo', 'a bcd'],
      ['one'],
      ['two'],
      ['three'],
      ['out'],
      ['four', 'five'],
    ]);
  });
});

describe('a document', () => {
  const POLICY = '"mode": "plan", "scopes": [{ "cloud": "alibaba", "region": "cn-beijing", "namespaceId": "cn-beijing" }]';

  it.each([
    ['json', '{ "Statement": [] }', []],
    ['json', `{ ${POLICY} }`, []],
    ['sh', '{ "mode" }', []],
    ['json', '{ "mode": "plan", }', ['the json is no JSON']],
    ['json', `{ ${POLICY}, "recoveryWindow": 7 }`, ['the json is no policy: recoveryWindow is not a known key']],
    ['json', '{ "specversion": "1.0", "type": "probate.instance.decommissioned.v1", "source": "a", "id": "b" }', ['the json is no event: data is missing']],
    ['ts', 'export type   Run = (work: (terminal: Terminal) => Promise<ExitCode>)\n  => Promise<void>;', []],
    // Put together, or it would stand in this very file.
    ['ts', ['export const nobody', 'compiles(this);'].join(' = '), ['the ts stands in no TypeScript file of this repository']],
  ])('in %s: %s', (language, text, expected) => {
    expect(problems(documentFaults(aBlock(language, text)))).toEqual(expected);
  });
});
