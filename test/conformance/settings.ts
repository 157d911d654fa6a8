import * as z from 'zod/mini';
import { NamespaceId, ProjectId, Region, SecretId, SecretName } from '../../events/ids.ts';
import { missing, readCloudSettings, type CloudSettings } from '../../lib/clouds/settings.ts';
import { IN_ENGLISH } from '../../local/in-english.ts';
import type { Reach } from './case.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What of a scene no API can set, named by whoever runs the suite; null leaves out the cases that need it. */
export interface CsmsGiven {
  readonly disabledSecret: SecretName | null;
  readonly frozenSecret: SecretName | null;
}

export interface SaeGiven {
  /** Secrets used by two applications, by one job, by one of each, and by an application whose deletion is running. */
  readonly applicationSecret: SecretId | null;
  readonly jobSecret: SecretId | null;
  readonly bothSecret: SecretId | null;
  readonly leavingSecret: SecretId | null;
  readonly otherNamespace: NamespaceId | null;
}

/** One real cloud to be held against its contract. */
export interface Place<Where, Given> {
  readonly settings: CloudSettings;
  readonly where: Where;
  readonly given: Given;
  readonly allowed: Reach;
}

export type CsmsPlace = Place<{ readonly region: Region; readonly projectId: ProjectId }, CsmsGiven>;
export type SaePlace = Place<{ readonly region: Region; readonly namespaceId: NamespaceId }, SaeGiven>;

/** A cloud that is null is emulated. */
export interface Setup {
  readonly csms: CsmsPlace | null;
  readonly sae: SaePlace | null;
}

/** The environment does not say which cloud to ask; nothing was called. */
export class SetupRefused extends Error {
  override readonly name = 'SetupRefused';
}

const Variables = z.object({
  PROBATE_CONFORMANCE_REGION: z.optional(Region),
  PROBATE_CONFORMANCE_PROJECT: z.optional(ProjectId),
  PROBATE_CONFORMANCE_NAMESPACE: z.optional(NamespaceId),
  PROBATE_CONFORMANCE_WRITE: z.optional(z.enum(['1', 'whole-project'])),
  PROBATE_CONFORMANCE_DISABLED_SECRET: z.optional(SecretName),
  PROBATE_CONFORMANCE_FROZEN_SECRET: z.optional(SecretName),
  PROBATE_CONFORMANCE_APPLICATION_SECRET: z.optional(SecretId),
  PROBATE_CONFORMANCE_JOB_SECRET: z.optional(SecretId),
  PROBATE_CONFORMANCE_BOTH_SECRET: z.optional(SecretId),
  PROBATE_CONFORMANCE_LEAVING_SECRET: z.optional(SecretId),
  PROBATE_CONFORMANCE_OTHER_NAMESPACE: z.optional(NamespaceId),
});
type Variables = z.infer<typeof Variables>;

/** Every variable that the suite reads beside those of the clouds' settings. */
export const CONFORMANCE_VARIABLES: readonly string[] = Object.keys(Variables.shape);

const allowedBy = ({ PROBATE_CONFORMANCE_WRITE: write }: Variables): Reach => {
  switch (write) {
    case undefined:
      return 'nothing';
    case '1':
      return 'own-secrets';
    case 'whole-project':
      return 'whole-project';
  }
};

const csmsPlace = (variables: Variables, settings: CloudSettings): CsmsPlace | null => {
  const { PROBATE_CONFORMANCE_REGION: region, PROBATE_CONFORMANCE_PROJECT: projectId } = variables;
  if (projectId === undefined) return null;
  if (region === undefined) throw new SetupRefused('PROBATE_CONFORMANCE_REGION is not set: name the region of PROBATE_CONFORMANCE_PROJECT');
  const problem = missing(settings, 'csms');
  if (problem !== null) throw new SetupRefused(`${problem.variable} ${problem.problem}: ${problem.remedy}`);
  const given = { disabledSecret: variables.PROBATE_CONFORMANCE_DISABLED_SECRET ?? null, frozenSecret: variables.PROBATE_CONFORMANCE_FROZEN_SECRET ?? null };
  return { settings, where: { region, projectId }, given, allowed: allowedBy(variables) };
};

const saePlace = (variables: Variables, settings: CloudSettings): SaePlace | null => {
  const { PROBATE_CONFORMANCE_NAMESPACE: namespaceId } = variables;
  if (namespaceId === undefined) return null;
  const problem = missing(settings, 'sae');
  if (problem !== null) throw new SetupRefused(`${problem.variable} ${problem.problem}: ${problem.remedy}`);
  const given = {
    applicationSecret: variables.PROBATE_CONFORMANCE_APPLICATION_SECRET ?? null,
    jobSecret: variables.PROBATE_CONFORMANCE_JOB_SECRET ?? null,
    bothSecret: variables.PROBATE_CONFORMANCE_BOTH_SECRET ?? null,
    leavingSecret: variables.PROBATE_CONFORMANCE_LEAVING_SECRET ?? null,
    otherNamespace: variables.PROBATE_CONFORMANCE_OTHER_NAMESPACE ?? null,
  };
  return { settings, where: { region: Region.parse(namespaceId.split(':')[0]), namespaceId }, given, allowed: allowedBy(variables) };
};

/**
 * Which clouds the environment names: a project makes CSMS real, a namespace SAE. Throws SetupRefused, or
 * CloudSettingsRefused, naming the variable, before anything is called.
 */
export const readSetup = (env: Environment): Setup => {
  const read = Variables.safeParse(env, IN_ENGLISH);
  if (!read.success) throw new SetupRefused(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  const settings = readCloudSettings(env);
  return { csms: csmsPlace(read.data, settings), sae: saePlace(read.data, settings) };
};
