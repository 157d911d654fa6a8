import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../events/problems.ts';
import { isLoopback } from '../../lib/clouds/http/endpoint.ts';
import { onCommandLine } from '../terminal/command-line.ts';
import { EMBEDDED_FILES } from './embedded-clouds.ts';
import type { OpenedStack } from './open-stack.ts';

/** Emulated clouds are refused where the functions run on AWS: this machine would settle on emulated secrets what those are to settle on real ones. */
export const mixtureProblems = ({ functions }: Pick<OpenedStack, 'functions'>, isEmbedded: boolean): Problem[] =>
  functions === 'deployed' && isEmbedded
    ? [onCommandLine('--stack', 'is aws, where deployed functions run, and the clouds are emulated', 'emulate clouds on one machine, or on what stands in for AWS there')]
    : [];

/** Whether a state keeps emulated clouds of its own. */
export const keepsClouds = (state: string): boolean => existsSync(join(state, EMBEDDED_FILES.csms));

const isElsewhere = (endpoint: string): boolean => !isLoopback(new URL(endpoint.replaceAll('{region}', 'region')));

/**
 * What a state's sagas were begun on they must be ended on: on other clouds a secret that stands is not found, which
 * proves it gone, and a schedule that runs is never cancelled. `hasSagas`: whether the state holds any; `clouds` are the
 * endpoints this command would call, or `embedded`.
 */
export const strangeClouds = (state: string, hasSagas: boolean, { csms, sae }: { readonly csms: string; readonly sae: string }): Problem[] => {
  if (csms === 'embedded') {
    const remedy = 'leave out --embed, or name another directory with --state';
    return hasSagas && !keepsClouds(state) ? [{ file: state, path: '', message: 'holds what was begun on other clouds than emulated ones', remedy }] : [];
  }
  const remedy = 'add --embed, or name another directory with --state';
  return keepsClouds(state) && [csms, sae].some(isElsewhere) ? [{ file: state, path: '', message: 'holds emulated clouds and what was begun on them', remedy }] : [];
};
