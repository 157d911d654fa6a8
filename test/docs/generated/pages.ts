import { emulatorOnly, operationsTable, unknownsTable } from './clouds.ts';
import { awsTable, cloudsTable, functionsTable, optionsTable } from './environment.ts';
import { eventFields, samples, wakeUpFields } from './events.ts';
import type { Page } from './page.ts';
import { policyTable } from './policy.ts';
import { alibabaPermissions, huaweiPermissions } from './permissions.ts';
import { verdictsTable } from './verdicts.ts';

/** The pages with parts that the code writes: `npm run docs` writes them, a test holds them to it. */
export const PAGES: readonly Page[] = [
  { path: 'docs/clouds.md', parts: { operations: operationsTable, 'emulator-only': emulatorOnly, verdicts: verdictsTable, unknowns: unknownsTable } },
  { path: 'docs/deploy.md', parts: { 'huawei-permissions': huaweiPermissions, 'alibaba-permissions': alibabaPermissions } },
  { path: 'docs/environment.md', parts: { options: optionsTable, clouds: cloudsTable, aws: awsTable, functions: functionsTable } },
  { path: 'docs/events.md', parts: { fields: eventFields, 'wake-up-fields': wakeUpFields, samples } },
  { path: 'docs/policy.md', parts: { keys: policyTable } },
];
