import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameAws } from '../../cli/run/aws-trouble.ts';
import { nameState } from '../../cli/run/open-state.ts';
import { EXIT, type ExitCode, firstThatApplies } from '../../cli/terminal/exit.ts';
import { explain } from '../../cli/terminal/explain.ts';
import { printable, printableJson } from '../../cli/terminal/printable.ts';
import { redactor } from '../../cli/terminal/redact.ts';
import { type Terminal, writeJson } from '../../cli/terminal/terminal.ts';
import { openState } from '../../lib/adapters/sqlite/state.ts';
import { accountOf } from '../../lib/clouds/account.ts';
import { readCloudSettings } from '../../lib/clouds/settings.ts';
import { DATABASE, aHuaweiInstance, anEvent } from '../events/builders.ts';
import { aPolicy } from './builders.ts';
import { ENTRY, STACK_TRACE, aFolder, probate, run } from './probate.ts';

const aTerminal = (env: Terminal['env']): { terminal: Terminal; written: { out: string; err: string } } => {
  const written = { out: '', err: '' };
  const terminal: Terminal = {
    env,
    interrupted: new AbortController().signal,
    now: () => 0,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    redact: (text) => text,
    conceal: () => undefined,
  };
  return { terminal, written };
};

describe('the exit code', () => {
  it.each<{ happened: ExitCode[]; code: ExitCode }>([
    { happened: [], code: 0 },
    { happened: [EXIT.settled, EXIT.needsPerson], code: 3 },
    { happened: [EXIT.needsPerson, EXIT.badInput], code: 2 },
    { happened: [EXIT.needsPerson, EXIT.badInput, EXIT.fault], code: 1 },
    { happened: [EXIT.needsPerson, EXIT.interrupted], code: 130 },
    { happened: [EXIT.interrupted, EXIT.fault], code: 1 },
  ])('of $happened is $code', ({ happened, code }) => {
    expect(firstThatApplies(happened)).toBe(code);
  });
});

describe('a fault of our own', () => {
  it('is one line with a hint, and no stack trace', () => {
    const { terminal, written } = aTerminal({});
    expect(explain(terminal, new Error('disk\nfull'), false)).toBe(EXIT.fault);
    expect(written).toEqual({ out: '', err: 'probate: a fault of its own: disk full (PROBATE_DEBUG=1 prints where)\n' });
  });

  it('shows its stack when asked to, and is one document for programs', () => {
    const { terminal, written } = aTerminal({ PROBATE_DEBUG: '1' });
    expect(explain(terminal, new Error('disk full'), true)).toBe(EXIT.fault);
    expect(written.err).toMatch(STACK_TRACE);
    expect(JSON.parse(written.out)).toEqual({ fault: 'disk full' });
  });
});

describe('what keeps it from going on', () => {
  it('is told as it is and not as a fault of its own: the disk is full, AWS is not there', () => {
    const trouble = [nameState('dir', Object.assign(new Error('database or disk is full'), { errcode: 13 })), nameAws('dev', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))];
    const said = trouble.map((error) => {
      const { terminal, written } = aTerminal({});
      return [explain(terminal, error, false), written.err];
    });
    expect(said).toEqual([
      [EXIT.fault, 'probate: the state in dir has no room left on its disk: make room; nothing that was written before is lost (PROBATE_DEBUG=1 prints where)\n'],
      [EXIT.fault, expect.stringMatching(/^probate: AWS cannot be reached; see AWS_REGION/)],
    ]);
  });
});

describe('H58: no credential is ever printed', () => {
  it('whatever it is made of, as it stands or inside JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 8, maxLength: 60 }).filter((key) => !key.includes('*')), fc.string(), (key, around) => {
        const redact = redactor({ HUAWEICLOUD_SDK_SK: key });
        expect(redact(`${around}${key}${around}`)).not.toContain(key);
        expect(JSON.stringify(JSON.parse(redact(JSON.stringify({ at: key }))))).toBe('{"at":"***"}');
        expect(redact(printable(key))).toBe('***');
        expect(JSON.parse(redact(printableJson(JSON.stringify({ at: key }))))).toEqual({ at: '***' });
      }),
      { seed: 43 },
    );
  });

  it('not even when it was pasted into a file or an option', async () => {
    const env = { HUAWEICLOUD_SDK_SK: 'canary-sk-canary-sk', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'canary-secret-canary', HUAWEICLOUD_IAM_PASSWORD: 'canary-"word"-canary' };
    const folder = aFolder({ 'policy.json': aPolicy({ mode: env.HUAWEICLOUD_SDK_SK, [env.HUAWEICLOUD_IAM_PASSWORD]: 1 }) });
    const args = ['check', '--policy', folder.at('policy.json'), env.ALIBABA_CLOUD_ACCESS_KEY_SECRET];
    const [people, programs] = await Promise.all([probate(args, { env }), probate([...args, '--json'], { env })]);
    expect([people.code, programs.code]).toEqual([2, 2]);
    expect(people.err + people.out + programs.err + programs.out).not.toContain('canary');
    expect(people.err).toContain('***');
  });
});

describe('H58: no credential of the environment is shown while a run is at work', () => {
  const SHORT = 'canary-sk-01';
  const env = { HUAWEICLOUD_SDK_AK: 'local-ak', HUAWEICLOUD_SDK_SK: SHORT };
  const folder = aFolder({ 'policy.json': aPolicy({ mode: 'immediate' }), 'event.json': anEvent([aHuaweiInstance()]) });

  it('in the picture that redraws itself, where a person has written it as a reason', async () => {
    const state = folder.at('held');
    const screen = 'data:text/javascript,process.stderr.isTTY=true';
    await probate(['hold', DATABASE, '--reason', `see ${SHORT}`, '--state', state], { env });
    const { err } = await run(process.execPath, ['--import', screen, ENTRY, 'run', '--policy', folder.at('policy.json'), '--state', state, '--embed', folder.at('event.json')], { env });
    expect(err).toContain('held: see ***');
    // A terminal's width may break it.
    expect(err).not.toMatch(/canary|sk-01/);
  });

  it('in what tells of a message that failed, where the fault quotes it', async () => {
    const state = folder.at('failing');
    const opened = openState(state);
    await opened.ledger.write({ kind: 'pace', id: `csms/${accountOf(readCloudSettings(env), 'csms').account}`, version: 1, body: SHORT, wakeAt: null });
    opened.close();
    const { err } = await probate(['run', '--policy', folder.at('policy.json'), '--state', state, '--embed', '--fast-forward', '--json', folder.at('event.json')], { env });
    expect(err).toMatch(/a message failed.*\*\*\*/);
    expect(err).not.toContain(SHORT);
  });
});

describe('H7: what a terminal would obey', () => {
  const hostile = 'a\u001b[31m\u009b5m\u202e\u200b\u{e0041}\u2028\ud800b';

  it('is shown as its code, every half of it', () => {
    expect(printable(hostile)).toBe('a\\u001b[31m\\u009b5m\\u202e\\u200b\\udb40\\udc41\\u2028\\ud800b');
    expect(printable('日本 é 😀')).toBe('日本 é 😀');
  });

  it('stays the same document in JSON', () => {
    const { terminal, written } = aTerminal({});
    writeJson(terminal, { [hostile]: [hostile, 'two\nlines'] });
    expect(written.out).not.toMatch(/[^\P{C}\n]/u);
    expect(JSON.parse(written.out)).toEqual({ [hostile]: [hostile, 'two\nlines'] });
  });
});

describe('colours', () => {
  const progress = JSON.stringify(new URL('../../cli/run/progress.ts', import.meta.url).href);
  const paintedOn = async (stream: 'stdout' | 'stderr'): Promise<unknown> => {
    const program = `process.${stream}.isTTY = true; const { paint } = await import(${progress}); console.log(JSON.stringify([paint('red', 'gone')]));`;
    return JSON.parse((await run(process.execPath, ['--input-type=module', '--eval', program])).out);
  };

  it('stand in a result only where a person reads that very result', async () => {
    expect(await paintedOn('stdout')).toEqual(['\u001B[31mgone\u001B[39m']);
    expect(await paintedOn('stderr')).toEqual(['gone']);
  });
});

describe('Ctrl-C', () => {
  it('asks for a graceful end the first time and is obeyed at once the second', async () => {
    const program = `
      import { watchInterrupts } from ${JSON.stringify(new URL('../../cli/terminal/interrupt.ts', import.meta.url).href)};
      const interrupted = watchInterrupts();
      interrupted.addEventListener('abort', () => console.log('aborted'));
      setInterval(() => undefined, 1_000_000);
      console.log('watching');`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'ignore'] });
    const exit = once(child, 'exit');
    const said: string[] = [];
    for await (const chunk of child.stdout) {
      said.push(...String(chunk).trim().split('\n'));
      child.kill('SIGINT');
    }
    expect(said).toEqual(['watching', 'aborted']);
    expect(await exit).toEqual([130, null]);
  });
});

describe('the ways to start it', () => {
  it.each([
    { way: 'npx probate', program: 'npx', args: ['probate'] },
    { way: 'npm run probate --', program: 'npm', args: ['run', '--silent', 'probate', '--'] },
  ])('$way', async ({ program, args }) => {
    const { code, out } = await run(program, [...args, 'check', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Usage: probate check [options] [file...]');
    expect(out).toContain('env: PROBATE_POLICY');
    expect(out).toContain('Examples:');
  });

  it('an older Node is told what it lacks in one line', async () => {
    const older = "data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.20.2'}})";
    const { code, out, err } = await run(process.execPath, ['--import', older, ENTRY, 'check']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^probate: needs Node 24 or newer.*\n$/);
    // Any Node reads the entry only as long as it holds no syntax but JavaScript's own.
    const source = readFileSync(ENTRY, 'utf8').replace(/^#!.*/, '');
    expect(() => new Script(source)).not.toThrow();
  });
});
