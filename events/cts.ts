import * as z from 'zod/mini';
import { DecommissionEvent, EVENT_TYPE } from './decommission.ts';
import type { InstanceType, ProjectId, Region } from './ids.ts';
import { type Parsed, joinPaths, validate } from './problems.ts';
import { fieldOf, isRecord } from './shape.ts';

/** Where the traces come from: a trace names neither its region nor its project, so the policy does (`sources.cts`). */
export interface TraceSource {
  readonly region: Region;
  readonly projectId: ProjectId;
}

/** APIG is not here: the name of its trace is not documented (contracts/huawei-csms.md, section 7). */
const TYPE_OF_SERVICE: Readonly<Record<'RDS' | 'TAURUSDB' | 'GAUSSDB', InstanceType>> = { RDS: 'RDS', TAURUSDB: 'TaurusDB', GAUSSDB: 'GaussDB' };

const SECONDS = { from: 1_000_000_000, below: 10_000_000_000 } as const;

/** Traces give their time in seconds or in milliseconds; what is neither is no time (H20). */
const TraceTime = z
  .pipe(
    z.number(),
    z.transform((time) => (time < SECONDS.below ? time * 1000 : time)),
  )
  .check(z.refine((time) => time >= SECONDS.from * 1000 && time < SECONDS.below * 1000, 'must be a time since 1970 in seconds or milliseconds'));

const Trace = z
  .object({
    trace_name: z.literal('deleteInstance'),
    resource_type: z.literal('instance'),
    service_type: z.pipe(z.string().check(z.toUpperCase()), z.enum(['RDS', 'TAURUSDB', 'GAUSSDB'])),
    resource_id: z.string(),
    trace_id: z.string().check(z.minLength(1)),
    time: TraceTime,
    code: z.optional(z.union([z.number(), z.string()])),
    trace_status: z.optional(z.literal('normal')),
    trace_rating: z.optional(z.literal('normal')),
  })
  .check(
    // A deletion that was asked for and refused leaves a trace as well.
    z.refine(({ trace_status: status, trace_rating: rating }) => status !== undefined || rating !== undefined, {
      message: 'must be "normal": it is what tells a deletion from a failed attempt',
      path: ['trace_status'],
    }),
    z.refine(({ code }) => code === undefined || /^2[0-9]{2}$/.test(String(code)), { message: 'must be 2xx: the call this trace is of has failed', path: ['code'] }),
  );

/** Whether a document is a trace of Huawei Cloud's CTS, bare or as its FunctionGraph trigger hands it on (`cts`). */
export const isTrace = (document: unknown): boolean => isRecord(document) && !('specversion' in document) && (isRecord(fieldOf(document, 'cts')) || ('trace_name' in document && 'trace_id' in document));

/**
 * A trace of a successful `deleteInstance` as the event it stands for: its id is the trace's, its one instance lies in the
 * source's project. Any other trace is refused, as every trace is without a source (contracts/huawei-csms.md, section 7).
 */
export const eventOfTrace = (document: unknown, source: TraceSource | undefined, file: string, path: string): Parsed<DecommissionEvent> => {
  if (source === undefined) {
    return { kind: 'refused', problems: [{ file, path, message: 'is a CTS trace', remedy: 'name its region and project in the policy under sources.cts, or send an event' }] };
  }
  const inner = fieldOf(document, 'cts');
  const at = inner === undefined ? path : joinPaths(path, 'cts');
  const trace = validate(Trace, inner ?? document, file, at);
  if (trace.kind === 'refused') return trace;
  const { service_type: service, resource_id: instanceId, trace_id: id, time } = trace.value;
  const { region, projectId } = source;
  const event = {
    specversion: '1.0',
    type: EVENT_TYPE,
    source: `urn:huawei:cts:${region}:${projectId}`,
    id,
    time: new Date(time).toISOString(),
    data: { reason: 'CTS deleteInstance', instances: [{ cloud: 'huawei', region, projectId, instanceId, instanceType: TYPE_OF_SERVICE[service] }] },
  };
  return validate(DecommissionEvent, event, file, at);
};
