import * as z from 'zod/mini';
import { InstanceId, NamespaceId, ProjectId, Region, SecretId, SecretName, StageName } from '../../events/ids.ts';
import { createClouds } from '../../lib/clouds/clouds.ts';
import { DEFAULT_LIMITS } from '../../lib/clouds/http/transport.ts';
import type { Limits } from '../../lib/clouds/http/transport.ts';
import { readCloudSettings } from '../../lib/clouds/settings.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { Answer, Clouds, InstanceSelector } from '../../lib/ports/clouds.ts';

export const REGION = Region.parse('cn-north-4');
export const PROJECT = ProjectId.parse('0123456789abcdef0123456789abcdef');
export const NAME = SecretName.parse('app-db_1');
export const STAGE = StageName.parse('reader-7');
export const NAMESPACE = NamespaceId.parse('cn-beijing:test');
export const SECRET = SecretId.parse('16');
export const SELECTOR = { instanceId: InstanceId.parse('2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01'), instanceType: 'RDS' } as const;

export const NOW = Date.parse('2026-11-22T03:00:00.000Z');

/** A clock that stands still; nothing in the clients sleeps. */
export const stillClock: Clock = { now: () => NOW, monotonic: () => performance.now(), sleep: () => Promise.resolve(), alarm: () => () => undefined };

export const KEY_ENVIRONMENT = {
  HUAWEICLOUD_SDK_AK: 'AKIDEXAMPLE00000TEST',
  HUAWEICLOUD_SDK_SK: 'sk-EXAMPLE-0123456789',
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI5tExample',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'ExampleSecret',
};

export const USER_ENVIRONMENT = { HUAWEICLOUD_IAM_DOMAIN: 'acme', HUAWEICLOUD_IAM_USER: 'sweeper', HUAWEICLOUD_IAM_PASSWORD: 'pass phrase' };

export const cloudsAt = (
  endpoint: string,
  { environment = KEY_ENVIRONMENT, clock = stillClock, limits = DEFAULT_LIMITS }: { environment?: Readonly<Record<string, string>>; clock?: Clock; limits?: Limits } = {},
): Clouds =>
  createClouds(
    readCloudSettings({ HUAWEICLOUD_CSMS_ENDPOINT: endpoint, HUAWEICLOUD_IAM_ENDPOINT: endpoint, ALIBABA_CLOUD_SAE_ENDPOINT: endpoint, ...environment }),
    clock,
    limits,
  );

/** A signal that stays quiet: the deadline of a call that will not need it. */
export const noDeadline = (): { readonly signal: AbortSignal } => ({ signal: new AbortController().signal });

/** The value of an answer that must be a success; anything else fails the test with its verdict. */
export const valueOf = <T>(answer: Answer<T>): T => {
  if (!('value' in answer)) throw new Error(`not done: ${JSON.stringify(answer.verdict)}`);
  return answer.value;
};

/** Hand values past their brands, the way a careless cast or a stored document might. */
export const uncheckedSelector = (value: unknown): InstanceSelector => z.custom<InstanceSelector>().parse(value);
export const uncheckedName = (value: string): SecretName => z.custom<SecretName>().parse(value);
export const uncheckedStage = (value: string): StageName => z.custom<StageName>().parse(value);
export const uncheckedNamespace = (value: string): NamespaceId => z.custom<NamespaceId>().parse(value);
export const uncheckedSecretId = (value: string): SecretId => z.custom<SecretId>().parse(value);
