import type * as z from 'zod/mini';
import { ProjectId, SecretName, StageName } from '../../../events/ids.ts';
import { CallRefused } from '../call-refused.ts';
import { encodeRfc3986 } from '../http/query.ts';

const FORMS: ReadonlyMap<string, z.ZodMiniType<string>> = new Map<string, z.ZodMiniType<string>>([
  ['project_id', ProjectId],
  ['secret_name', SecretName],
  ['stage_name', StageName],
]);

/**
 * Fills a path template. Every value is held against its documented form again, brand or no brand, because `..` or an
 * empty segment would address something else (H7). Throws CallRefused, and never shows the value.
 */
export const fillPath = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replaceAll(/\{([a-z_]+)\}/g, (_, part: string) => {
    const read = FORMS.get(part)?.safeParse(values[part]);
    if (read?.success !== true) throw new CallRefused(`${part} is not of its documented form`);
    return encodeRfc3986(read.data);
  });
