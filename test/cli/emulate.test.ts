import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { PROJECT } from '../events/builders.ts';
import { ENTRY, ROOT, STACK_TRACE, aFolder, probate } from './probate.ts';

interface Announced {
  readonly service: string;
  readonly endpoint: string;
}

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

const emulate = async (...args: readonly string[]): Promise<{ child: ChildProcess; announced: Announced }> => {
  const child = spawn(process.execPath, [ENTRY, 'emulate', ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const announced: Announced = JSON.parse(String(line));
  return { child, announced };
};

const stopped = async (child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> => {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = await exit;
  return code;
};

const folder = aFolder({
  'seed.json': { secrets: [{ name: 'db-1', projectId: PROJECT }, { name: 'copy-1', namespaceId: 'cn-beijing:test', id: '16' }] },
  'bad-seed.json': { secrets: [{ nam: 'db-1', projectId: PROJECT }], aplications: [] },
  'bad-faults.json': { rules: [{ match: { operation: 'ListSecret' }, effect: { status: 500 } }] },
});

describe('emulate', () => {
  it.each([
    { service: 'csms', signal: 'SIGINT' as const, holds: 'db-1' },
    { service: 'sae', signal: 'SIGTERM' as const, holds: 'copy-1' },
  ])('$service announces its endpoint, serves its seed there, and stops at $signal', async ({ service, signal, holds }) => {
    const { child, announced } = await emulate(service, '--seed', folder.at('seed.json'));
    expect(announced).toEqual({ service, endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[0-9]+$/) });
    const state = await fetch(`${announced.endpoint}/_emulator/state`);
    expect(await state.text()).toContain(holds);
    expect(await stopped(child, signal)).toBe(130);
  });

  it('a taken port, a bad seed, a bad fault and a cloud nobody knows are bad input', async () => {
    const { announced } = await emulate('csms');
    const { port } = new URL(announced.endpoint);
    const rows = [
      { args: ['csms', '--port', port], says: [`--port\n  port ${port} is in use`] },
      { args: ['csms', '--port', '70000'], says: ['--port', '0 to 65535'] },
      { args: ['csms', '--seed', folder.at('bad-seed.json'), '--faults', folder.at('bad-faults.json')], says: ['secrets[0].name\n  is missing\n  add it; it must be a text\n', 'secrets[0].nam\n  is not a known key\n  remove this key\n', 'did you mean "applications"?', 'rules[0].match.operation', 'did you mean ListSecrets?'] },
      { args: ['cms'], says: ['csms, sae'] },
    ];
    const ended = await Promise.all(rows.map(({ args }) => probate(['emulate', ...args])));
    for (const [index, { code, out, err }] of ended.entries()) {
      expect([code, out]).toEqual([2, '']);
      expect(err).not.toMatch(STACK_TRACE);
      for (const said of rows[index]?.says ?? []) expect(err).toContain(said);
    }
  });
});
