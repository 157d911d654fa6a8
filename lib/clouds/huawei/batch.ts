import * as z from 'zod/mini';
import { InstanceId, InstanceType } from '../../../events/ids.ts';
import type { InstanceSelector } from '../../ports/clouds.ts';
import type { BatchReply } from '../../saga/seen.ts';
import { CallRefused } from '../call-refused.ts';
import { fieldsOf, readEach, readJson } from '../http/json.ts';
import type { ReadBody } from './call.ts';
import { classifyItem } from './classify.ts';
import { DELETE_SECRET } from './operations.ts';

const Selector = z.strictObject({ instance_id: InstanceId, instance_type: InstanceType });

/**
 * The body of a batch-delete. What an empty or half selector would erase is undocumented and irreversible, so both parts
 * are held against their forms here once more, whatever the types say (H1). Throws CallRefused.
 */
export const encodeSelector = ({ instanceId, instanceType }: InstanceSelector): string => {
  const read = Selector.safeParse({ instance_id: instanceId, instance_type: instanceType });
  if (!read.success) throw new CallRefused('a batch-delete needs an instance id and an instance type, both of their documented form');
  return JSON.stringify(read.data);
};

const Lists = z.object({ success_secrets: z.nullish(z.array(z.unknown())), failed_secrets: z.nullish(z.array(z.unknown())) });

const readName = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const readFailed = (value: unknown): BatchReply['failed'][number] | null => {
  const fields = fieldsOf(value);
  const name = readName(fields?.get('secret_name'));
  return name === null ? null : { name, verdict: classifyItem(DELETE_SECRET, fields?.get('error_msg')) };
};

/** The lists as the cloud gave them; a body that says nothing about any of its three fields is no reply. */
export const readBatch: ReadBody<BatchReply> = (body) => {
  const json = readJson(body);
  const fields = fieldsOf(json);
  const lists = Lists.safeParse(json);
  if (fields === null || !lists.success || ['error', 'error_code', 'errorCode'].some((name) => fields.has(name))) return null;
  const count = fields.get('total');
  const total = typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
  const { success_secrets: names, failed_secrets: items } = lists.data;
  if (total === null && !Array.isArray(names) && !Array.isArray(items)) return null;
  const succeeded = readEach(names ?? [], readName);
  const failed = readEach(items ?? [], readFailed);
  return succeeded === null || failed === null ? null : { value: { total, succeeded, failed } };
};
