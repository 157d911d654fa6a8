import { fileURLToPath } from 'node:url';
import { type AwsSettings, readAwsSettings } from '../../lib/adapters/aws/settings.ts';
import { type OpenedStage, openStage } from '../../lib/adapters/aws/stage.ts';
import { prepareStage } from '../../local/aws/prepare.ts';
import { readServerless } from '../../local/serverless/read.ts';
import type { StandIns } from '../stand-ins/aws.ts';

const SERVERLESS = fileURLToPath(new URL('../../serverless.yml', import.meta.url));

let stages = 0;

const settingsOf = ({ env }: StandIns): AwsSettings => {
  stages += 1;
  return readAwsSettings({ ...env, PROBATE_STAGE: `test-${stages}` });
};

/** A stage of its own, empty, on the stand-ins. */
export const aStage = async (standIns: StandIns): Promise<OpenedStage & { readonly settings: AwsSettings }> => {
  const settings = settingsOf(standIns);
  await prepareStage(settings, {}, readServerless(SERVERLESS, { stage: settings.stage, env: {} }));
  return { ...openStage(settings, {}), settings };
};
