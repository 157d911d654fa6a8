import { describe, expect, it } from 'vitest';
import { parseEvent, parseEvents } from '../../events/parse.ts';
import { aHuaweiInstance, anEvent } from './builders.ts';

const event = anEvent([aHuaweiInstance()]);
const sns = (message: unknown, fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: 'arn:aws:sns:eu-central-1:123456789012:decommissions',
  Message: message,
  Timestamp: '2026-11-20T09:30:00.000Z',
  ...fields,
});
const eventBridge = (detail: unknown): Record<string, unknown> => ({
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'instance decommissioned',
  source: 'cmdb',
  time: '2026-11-20T09:30:00Z',
  detail,
});

describe('an event in an envelope is the event', () => {
  it.each([
    { where: 'SNS', document: sns(JSON.stringify(event)) },
    { where: 'EventBridge', document: eventBridge(event) },
    { where: 'EventBridge inside SNS', document: sns(JSON.stringify(eventBridge(event))) },
  ])('$where', ({ document }) => {
    expect(parseEvent(JSON.stringify(document))).toEqual({ kind: 'parsed', value: event });
    expect(parseEvents(JSON.stringify([document, event]), 'f')).toEqual({ kind: 'parsed', value: [event, event] });
  });
});

describe('what is wrong inside an envelope is named from the outside', () => {
  it.each([
    { bad: 'a field in SNS', document: sns(JSON.stringify(anEvent([]))), path: 'Message.data.instances', message: 'has 0 entries' },
    { bad: 'a field in EventBridge', document: eventBridge(anEvent([])), path: 'detail.data.instances', message: 'has 0 entries' },
    { bad: 'broken JSON in SNS', document: sns('{'), path: 'Message', message: 'is not JSON: line 1, column 2' },
    { bad: 'an object in SNS', document: sns(event), path: 'Message', message: 'is not a text' },
    { bad: 'a subscription', document: sns('x', { Type: 'SubscriptionConfirmation' }), path: 'Type', message: 'carries no event' },
    { bad: 'too many envelopes', document: eventBridge(eventBridge(eventBridge(eventBridge(event)))), path: 'detail.detail.detail', message: 'too many' },
  ])('$bad', ({ document, path, message }) => {
    expect(parseEvent(JSON.stringify(document))).toMatchObject({ kind: 'refused', problems: [{ path, message: expect.stringContaining(message) }] });
  });
});
