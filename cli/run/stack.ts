import { fileURLToPath } from 'node:url';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { importHandler } from '../../local/mapping/import-handler.ts';
import { type Mapping, startMapping } from '../../local/mapping/mapping.ts';
import { readServerless } from '../../local/serverless/read.ts';
import type { Terminal } from '../terminal/terminal.ts';

const SERVERLESS = fileURLToPath(new URL('../../serverless.yml', import.meta.url));

/** Triggers the functions, unchanged, by their queues as serverless.yml says; what fails as a whole is told on standard error. */
export const startFunctions = ({ queue, clock }: Workflow, { env, err }: Pick<Terminal, 'env' | 'err'>): Promise<Mapping> =>
  startMapping({
    queue,
    clock,
    mappings: readServerless(SERVERLESS, { stage: 'local', env }),
    loadHandler: importHandler,
    onFault: (fault) => err(`${JSON.stringify({ level: 'error', ...fault })}\n`),
  });
