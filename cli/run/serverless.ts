import { fileURLToPath } from 'node:url';
import type { FunctionMapping } from '../../local/serverless/function-mapping.ts';
import { readServerless } from '../../local/serverless/read.ts';

const SERVERLESS = fileURLToPath(new URL('../../serverless.yml', import.meta.url));

/** Which function is triggered by which queue of a stage, as this checkout's serverless.yml has it. */
export const functionMappings = (stage: string, env: Readonly<Record<string, string | undefined>>): readonly FunctionMapping[] => readServerless(SERVERLESS, { stage, env });
