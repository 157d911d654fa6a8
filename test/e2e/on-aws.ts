import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import * as z from 'zod/mini';
import { functionMappings } from '../../cli/run/serverless.ts';
import { readAwsSettings } from '../../lib/adapters/aws/settings.ts';
import { prepareStage } from '../../local/aws/prepare.ts';
import { chooseTier } from './tier.ts';

const SERVE = fileURLToPath(new URL('../stand-ins/serve.ts', import.meta.url));

const Endpoints = z.record(z.string(), z.string());

/** Starts what stands in for AWS, in a process of its own: nothing of it is in the one that is tested. */
const startAws = async (): Promise<{ readonly endpoints: z.infer<typeof Endpoints>; readonly stop: () => Promise<void> }> => {
  const child = spawn(process.execPath, [SERVE], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return { endpoints: Endpoints.parse(JSON.parse(String(value))), stop };
};

/** Puts the sites of a test file on SQS and DynamoDB, each in a stage of its own; called before its tests are imported. */
export const standOnAws = (): void => {
  let aws: Awaited<ReturnType<typeof startAws>> | undefined;
  let stages = 0;
  beforeAll(async () => {
    aws = await startAws();
  });
  afterAll(() => aws?.stop());
  chooseTier({
    movesTime: false,
    site: () => {
      stages += 1;
      return { ...aws?.endpoints, PROBATE_STACK: 'aws', PROBATE_STAGE: `site-${stages}` };
    },
    prepare: async (env) => {
      const settings = readAwsSettings(env);
      await prepareStage(settings, env, functionMappings(settings.stage, env));
    },
  });
};
