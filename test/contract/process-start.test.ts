import { describe, expect, it } from 'vitest';
import { processSpace, processStart } from '../../lib/adapters/sqlite/process-start.ts';
import { startChild } from './child.ts';
import { temporaryDirectory } from './temporary.ts';

describe('the start of a process', () => {
  it('stays the same while it runs, and differs from a later process\'s', async () => {
    const child = startChild('receiver', temporaryDirectory());
    const own = processStart(process.pid);
    expect(own).toBe(processStart(process.pid));
    expect(own).toMatch(/./);
    expect(processStart(child.pid)).not.toBe(own);
    await child.kill();
  });

  it('is null once it was killed', async () => {
    const child = startChild('receiver', temporaryDirectory());
    expect(processStart(child.pid)).toMatch(/./);
    await child.kill();
    expect(processStart(child.pid)).toBeNull();
  });

  it('is told among the processes whose numbers can be compared', () => {
    expect(processSpace()).toBe(processSpace());
    expect(processSpace()).toMatch(/./);
  });
});
