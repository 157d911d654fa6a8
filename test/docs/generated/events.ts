import { readdirSync, readFileSync } from 'node:fs';
import { DecommissionEvent } from '../../../events/decommission.ts';
import { WakeUp } from '../../../events/messages.ts';
import { fieldsTable } from './fields.ts';

const SAMPLES = new URL('../../../events/samples/', import.meta.url);

export const eventFields = (): string => fieldsTable(DecommissionEvent);

export const wakeUpFields = (): string => fieldsTable(WakeUp);

/** Every sample beside the schemas, as it stands. */
export const samples = (): string =>
  readdirSync(SAMPLES)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => `\`events/samples/${name}\`\n\n\`\`\`json\n${readFileSync(new URL(name, SAMPLES), 'utf8').trimEnd()}\n\`\`\``)
    .join('\n\n');
