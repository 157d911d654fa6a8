import { describe, expect, it } from 'vitest';
import { driveAlone } from '../../cli/run/private-drive.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { aWorld } from '../workflow/world.ts';

const workflowOf = async (readOnly: boolean): Promise<{ readonly given: Workflow | null; readonly shared: Workflow }> => {
  const { workflow: shared } = await aWorld({});
  const seen: Workflow[] = [];
  await driveAlone(shared, { readOnly, mayWorkOn: () => true, interrupted: new AbortController().signal }, async (workflow) => void seen.push(workflow));
  return { given: seen[0] ?? null, shared };
};

describe('H60: what works on its own sagas alone', () => {
  it('is handed no client that could change anything when it only plans', async () => {
    const { given, shared } = await workflowOf(true);
    expect(shared.writers).not.toBeNull();
    expect(given).toMatchObject({ writers: null });
  });

  it('is handed those that there are when it undoes', async () => {
    const { given, shared } = await workflowOf(false);
    expect(given?.writers).toBe(shared.writers);
  });
});
