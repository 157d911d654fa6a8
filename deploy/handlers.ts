import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { validate } from '../events/problems.ts';
import { cloudFormationTags } from '../local/serverless/tags.ts';
import type { Handler } from './bundle.ts';
import { PackagingRefused } from './refused.ts';

const Functions = z.looseObject({ functions: z.record(z.string(), z.looseObject({ handler: z.string() })) });

/** Each function of serverless.yml and the module of its handler, such as `functions/intake`. */
export const readHandlers = (file: string): readonly Handler[] => {
  const judged = validate(Functions, parse(readFileSync(file, 'utf8'), { customTags: cloudFormationTags }), file);
  if (judged.kind === 'refused') throw new PackagingRefused(judged.problems);
  return Object.entries(judged.value.functions).map(([name, { handler }]) => ({ name, module: handler.slice(0, handler.lastIndexOf('.')) }));
};
