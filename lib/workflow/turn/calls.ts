import type { Answer, Api, CallOptions, CloudWriters } from '../../ports/clouds.ts';
import type { Told } from '../../saga/facts.ts';
import type { Reply } from '../../saga/input.ts';
import type { Instance } from '../../saga/instance.ts';
import type { Call } from '../../saga/saga.ts';

/** Which API a call is made to, and whose pace and key it therefore needs. */
export const apiOf = (call: Call): Api => (call.op === 'delete-copy' ? 'sae' : 'csms');

const NOTHING: Told = {};

const withTold = <T>(answer: Answer<T>, tell: (value: T) => Told): Answer<Told> =>
  'value' in answer ? { ...answer, value: tell(answer.value) } : answer;

/** Makes one call that was intended; the only place in Probate where anything is deleted, scheduled or cancelled. */
export const carryOut = async (writers: CloudWriters, instance: Instance, call: Call, options: CallOptions): Promise<Answer<Told>> => {
  if (call.op === 'delete-copy') {
    return withTold(await writers.saeWriter(call.region).delete(call.namespaceId, call.secretId, options), () => NOTHING);
  }
  if (instance.cloud !== 'huawei') throw new Error(`a ${call.op} was intended for an instance without CSMS`);
  const csms = writers.csmsWriter(instance.region, instance.projectId);
  switch (call.op) {
    case 'schedule':
      return withTold(await csms.schedule(call.name, call.recoveryWindowDays, options), ({ id, eraseAt }) => ({ id, eraseAt }));
    case 'cancel':
      return withTold(await csms.cancel(call.name, options), ({ id }) => ({ id }));
    case 'delete-named':
      return withTold(await csms.delete(call.name, options), () => NOTHING);
    case 'delete-stage':
      return withTold(await csms.deleteStage(call.name, call.stage, options), () => NOTHING);
    case 'batch-delete': {
      const { instanceId, instanceType } = call;
      return withTold(await csms.batchDelete({ instanceId, instanceType }, options), (batch) => ({ batch }));
    }
  }
};

/** What the core is told of an answer: its verdict, and of a success what it said. */
export const replyOf = (answer: Answer<Told>): Reply => ({ verdict: answer.verdict, told: 'value' in answer ? answer.value : NOTHING });
