import { pathToFileURL } from 'node:url';
import type { FunctionMapping } from '../serverless/function-mapping.ts';
import type { SqsHandler } from './handler.ts';

const isHandler = (value: unknown): value is SqsHandler => typeof value === 'function';

/** Imports the module that serverless.yml names, unchanged; rejects when it fails to load or exports no function of that name. */
export const importHandler = async ({ handler }: FunctionMapping): Promise<SqsHandler> => {
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(handler.file).href);
  const exported = module[handler.export];
  if (!isHandler(exported)) throw new TypeError(`${handler.file} exports no function called ${handler.export}`);
  return exported;
};
