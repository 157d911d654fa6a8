import type { Workflow } from '../../lib/workflow/workflow.ts';
import { importHandler } from '../../local/mapping/import-handler.ts';
import { type Mapping, startMapping } from '../../local/mapping/mapping.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { functionMappings } from './serverless.ts';

/** Triggers the functions, unchanged, by the queues of a stage as serverless.yml says; what fails as a whole is told on standard error. */
export const startFunctions = ({ queue, clock }: Workflow, stage: string, { env, err }: Pick<Terminal, 'env' | 'err'>): Promise<Mapping> =>
  startMapping({
    queue,
    clock,
    mappings: functionMappings(stage, env),
    loadHandler: importHandler,
    onFault: (fault) => err(`${JSON.stringify({ level: 'error', ...fault })}\n`),
  });
