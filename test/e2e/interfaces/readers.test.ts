import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ENTRY, run } from '../../cli/probate.ts';
import { anEvent } from '../../events/builders.ts';
import { aDatabase, linked } from '../builders.ts';
import { type Site, aSite, swift } from '../harness.ts';

/** Runs a command whose readers go away at once, so that what it writes is nobody's; answers its exit code. */
const unread = async ({ env, state }: Site, args: readonly string[]): Promise<unknown> => {
  const child = spawn(process.execPath, [ENTRY, ...args, '--state', state], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], ...env } });
  child.stdout.destroy();
  child.stderr.destroy();
  const [code]: unknown[] = await once(child, 'exit');
  return code;
};

describe('a command whose readers have gone', () => {
  it('carries out what it was asked to, and ends with the code of what happened', async () => {
    const site = await aSite({ seed: { secrets: [linked(1, 'orders')] } });
    await site.begin('pause').ended;
    expect(await unread(site, ['status', '--json'])).toBe(3);
    await site.begin('resume').ended;
    expect(await unread(site, ['run', '--policy', site.file('policy.json', swift()), site.file('event.json', anEvent([aDatabase(1)]))])).toBe(0);
    expect((await site.told('status')).result.totals.byState).toEqual({ gone: 1 });
  });

  it('ends with 1 when its result could not be written down', async () => {
    const site = await aSite();
    await site.begin('pause').ended;
    const { code, out, err } = await run('sh', ['-c', '"$0" "$1" status --state "$2" --json > /dev/full', process.execPath, ENTRY, site.state], { env: site.env });
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^probate: standard output cannot be written \(ENOSPC\)/);
  });
});
