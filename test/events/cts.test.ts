import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../events/parse.ts';
import { Policy } from '../../lib/saga/policy.ts';
import { DATABASE, PROJECT, aHuaweiInstance, anEvent } from './builders.ts';

const { sources } = Policy.parse({ mode: 'plan', scopes: [{ cloud: 'huawei', region: 'cn-north-4', projectId: PROJECT }], sources: { cts: { region: 'cn-north-4', projectId: PROJECT } } });

const aTrace = (fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  time: 1_763_631_000_000,
  user: { name: 'somebody', id: 'u', domain: { name: 'd', id: 'd' } },
  request: {},
  response: {},
  code: 204,
  service_type: 'RDS',
  resource_type: 'instance',
  resource_name: 'db',
  resource_id: DATABASE,
  trace_name: 'deleteInstance',
  trace_type: 'ConsoleAction',
  trace_id: '5c3a1b0e-0c5a-11f0-9c1b-0255ac10020a',
  trace_status: 'normal',
  ...fields,
});

const event = (instanceType: string): unknown => ({
  ...anEvent([aHuaweiInstance({ instanceType })], { reason: 'CTS deleteInstance' }),
  source: `urn:huawei:cts:cn-north-4:${PROJECT}`,
  id: '5c3a1b0e-0c5a-11f0-9c1b-0255ac10020a',
  time: '2025-11-20T09:30:00.000Z',
});

describe('a CTS trace of a deleted database is an event', () => {
  it.each([
    { form: 'bare', document: aTrace(), type: 'RDS' },
    { form: 'of a FunctionGraph trigger', document: { cts: aTrace() }, type: 'RDS' },
    { form: 'with its code as text and its rating for a status', document: aTrace({ code: '200', trace_status: undefined, trace_rating: 'normal' }), type: 'RDS' },
    { form: 'of TaurusDB', document: aTrace({ service_type: 'TaurusDB' }), type: 'TaurusDB' },
    { form: 'H20: with its time in seconds', document: aTrace({ time: 1_763_631_000 }), type: 'RDS' },
  ])('$form', ({ document, type }) => {
    expect(parseEvent(JSON.stringify(document), sources)).toEqual({ kind: 'parsed', value: event(type) });
  });
});

describe('any other trace is refused', () => {
  it.each([
    { bad: 'of a replica', fields: { trace_name: 'deleteNode' }, path: 'trace_name' },
    { bad: 'of a backup', fields: { resource_type: 'backup' }, path: 'resource_type' },
    { bad: 'of another service', fields: { service_type: 'ECS' }, path: 'service_type' },
    { bad: 'of a deletion that failed', fields: { trace_status: 'warning' }, path: 'trace_status' },
    { bad: 'that does not say whether it succeeded', fields: { trace_status: undefined }, path: 'trace_status' },
    { bad: 'whose call was answered 403', fields: { code: 403 }, path: 'code' },
    { bad: 'H20: of no known time', fields: { time: 0 }, path: 'time' },
    { bad: 'H1: without an instance id', fields: { resource_id: '' }, path: 'data.instances[0].instanceId' },
  ])('$bad', ({ fields, path }) => {
    expect(parseEvent(JSON.stringify(aTrace(fields)), sources)).toMatchObject({ kind: 'refused', problems: [{ path }] });
  });

  it('and every one where the policy names no source', () => {
    expect(parseEvent(JSON.stringify(aTrace()))).toMatchObject({ kind: 'refused', problems: [{ message: 'is a CTS trace', remedy: expect.stringContaining('sources.cts') }] });
  });
});
