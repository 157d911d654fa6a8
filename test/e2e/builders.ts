import type { Seed } from '../../local/emulators/seed.ts';
import { PROJECT, aHuaweiInstance } from '../events/builders.ts';

export const NAMESPACE = 'cn-beijing:test';

type SeedSecret = NonNullable<Seed['secrets']>[number];

/** The id of a database that a test tells from others by its number. */
export const databaseId = (number: number): string => `${String(number).padStart(32, '0')}in01`;
export const gatewayId = (number: number): string => String(number).padStart(32, '0');

export const aDatabase = (number: number, fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
  aHuaweiInstance({ instanceId: databaseId(number), ...fields });

export const sagaIdOf = (number: number, generation = 1, type = 'RDS'): string => `huawei:cn-north-4:${PROJECT}:${type}:${databaseId(number)}#${generation}`;

/** A secret that CSMS shows as linked to that database. */
export const linked = (number: number, name: string, fields: Readonly<Record<string, unknown>> = {}): SeedSecret => ({
  name,
  projectId: PROJECT,
  instance: { id: databaseId(number), type: 'RDS' },
  ...fields,
});

export const unlinked = (name: string, fields: Readonly<Record<string, unknown>> = {}): SeedSecret => ({ name, projectId: PROJECT, ...fields });

export const inSae = (id: string, name: string): SeedSecret => ({ name, namespaceId: NAMESPACE, id });
