import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type Ended, probate } from '../cli/probate.ts';
import type { Finished } from './blow.ts';
import type { Clouds } from './clouds.ts';
import { type Finding, broken } from './findings.ts';
import type { SecretKey } from './instances.ts';

const Saga = z.object({
  sagaId: z.string(),
  state: z.string(),
  reason: z.nullable(z.string()),
  instance: z.object({ cloud: z.string(), instanceId: z.optional(z.string()), instanceType: z.optional(z.string()) }),
  secrets: z.array(z.object({ cloud: z.enum(['huawei', 'alibaba']), id: z.string(), name: z.string(), outcome: z.string() })),
});
export type Saga = z.infer<typeof Saga>;

const Report = z.object({ sagas: z.array(Saga), notAccepted: z.array(z.unknown()), parkedMessages: z.array(z.unknown()) });
/** What `report` tells of a state. */
export type Report = z.infer<typeof Report>;

export const keyOf = ({ cloud, id, name }: Saga['secrets'][number]): SecretKey => (cloud === 'huawei' ? `csms/${name}` : `sae/${id}`);

const Intent = z.object({
  type: z.literal('CallIntended'),
  attempt: z.object({
    call: z.discriminatedUnion('op', [
      z.object({ op: z.literal('batch-delete'), instanceId: z.string(), instanceType: z.string() }),
      z.object({ op: z.enum(['delete-named', 'schedule', 'cancel']), name: z.string() }),
      z.object({ op: z.literal('delete-stage'), name: z.string(), stage: z.string() }),
      z.object({ op: z.literal('delete-copy'), secretId: z.string() }),
    ]),
  }),
});

const Line = z.object({ fact: z.looseObject({ type: z.string() }) });

const targetOf = ({ attempt: { call } }: z.infer<typeof Intent>): string => {
  switch (call.op) {
    case 'batch-delete':
      return `${call.op} ${call.instanceType} ${call.instanceId}`;
    case 'delete-named':
    case 'schedule':
    case 'cancel':
      return `${call.op} ${call.name}`;
    case 'delete-stage':
      return `${call.op} ${call.name}/${call.stage}`;
    case 'delete-copy':
      return `${call.op} ${call.secretId}`;
  }
};

const factsIn = (folder: string): z.infer<typeof Line>['fact'][] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n'))
    .map((line) => Line.parse(JSON.parse(line)).fact);

export interface Evidence {
  readonly report: Report;
  /** The calls that the journals say were intended, one entry an intent, each as `OPERATION SUBJECT`. */
  readonly intents: readonly string[];
  /** How many calls were left without a reply, so that a look had to tell what they had done. */
  readonly cutOff: number;
}

const SETTLED_OR_FOR_A_PERSON = new Set([0, 3]);

const endedBadly = (what: string, { code, err }: Ended): Finding => broken(`${what} ended with ${code}: ${err.trimEnd().split('\n').slice(-3).join(' | ')}`);

/** What is wrong with the runs themselves: each that was left to end must have done so in good order. */
export const judgeRuns = (finished: readonly Finished[]): Finding[] =>
  finished.flatMap((run) => {
    if (run.isStuck) return [endedBadly('a run that came to no end', run)];
    return SETTLED_OR_FOR_A_PERSON.has(run.code ?? -1) ? [] : [endedBadly('run', run)];
  });

/** Takes the evidence of a state and has its hash chains checked, each by its own command. */
export const takeEvidence = async (state: string, folder: string, env: Clouds['env']): Promise<{ readonly evidence: Evidence | null; readonly findings: Finding[] }> => {
  const told = await probate(['report', '--state', state, '--evidence', folder], { env });
  if (told.code !== 0) return { evidence: null, findings: [endedBadly('report --evidence', told)] };
  const checked = await probate(['verify-evidence', folder], { env });
  const facts = factsIn(folder);
  const intents = facts.filter(({ type }) => type === 'CallIntended').map((fact) => targetOf(Intent.parse(fact)));
  return {
    evidence: { report: Report.parse(JSON.parse(told.out)), intents, cutOff: facts.filter(({ type }) => type === 'EffectSeen').length },
    findings: checked.code === 0 ? [] : [broken(`verify-evidence: ${checked.out}${checked.err}`)],
  };
};
