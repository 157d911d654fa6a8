import type { InstanceId, InstanceType, NamespaceId, ProjectId, Region, SecretId, SecretName, StageName } from '../../events/ids.ts';
import type { BatchReply, CsmsSecret, CsmsStage, SaeSecret } from '../saga/seen.ts';
import type { Failure } from '../saga/verdict.ts';

/**
 * What a cloud answered. An adapter MUST NOT throw for anything the cloud, the network or a deadline did; it throws only
 * for a fault of its own. `requests` counts the HTTP requests it took, retried reads and pages included; asking IAM for a
 * token is not one of them, and neither is a request of which no byte left.
 */
export type Answer<T> =
  | { readonly verdict: { readonly kind: 'done' }; readonly value: T; readonly requests: number }
  | { readonly verdict: Failure; readonly requests: number };

/**
 * For so long a cloud's word is taken, however much longer it asks us to wait: no `retryAfterMs` and no window of a `quota`
 * is longer. It halts the whole account's line, and with it cancellations, which may have no more than six hours left;
 * asking in vain once in a quarter of an hour costs nobody anything.
 */
export const LONGEST_WAIT_SECONDS = 900;

/** `signal` is the call's hard deadline: an adapter MUST send nothing once it has aborted. */
export interface CallOptions {
  readonly signal: AbortSignal;
}

/** `beforePage` is waited for before each page but the first, so that it has a place of its own in the pace. */
export interface ListOptions extends CallOptions {
  readonly beforePage?: () => Promise<void>;
}

/** A version of a secret, its metadata only; times are epoch milliseconds. */
export interface CsmsVersion {
  readonly versionId: string;
  readonly createTime: number;
  readonly stages: readonly string[];
}

/** CSMS of one project, as far as it changes nothing. No operation that returns a secret's value exists (H58; https://support.huaweicloud.com/intl/en-us/api-dew/). */
export interface CsmsReader {
  /** Every secret of the project, read to the end; a list that could not be read to its end is a failure, never a short list. */
  list(options: ListOptions): Promise<Answer<readonly CsmsSecret[]>>;
  /** One secret's metadata; `alreadyGone` when the service itself says not found. */
  show(name: SecretName, options: CallOptions): Promise<Answer<CsmsSecret>>;
  /** One custom version stage of a secret; `alreadyGone` when the service says that there is no such stage. */
  showStage(name: SecretName, stage: StageName, options: CallOptions): Promise<Answer<CsmsStage>>;
  /** Every version of one secret, without its value; read to the end like `list`. */
  listVersions(name: SecretName, options: ListOptions): Promise<Answer<readonly CsmsVersion[]>>;
}

/** What batch-delete selects by: both parts always, each branded, so that an empty selector cannot be constructed (H1). */
export interface InstanceSelector {
  readonly instanceId: InstanceId;
  readonly instanceType: InstanceType;
}

/** CSMS of one project with the calls that change something; a plan run is never handed one (H60). */
export interface CsmsWriter extends CsmsReader {
  /** Starts the recovery window, 7 to 30 days; the reply's secret carries the erasing date. */
  schedule(name: SecretName, recoveryWindowDays: number, options: CallOptions): Promise<Answer<CsmsSecret>>;
  /** Ends a recovery window before its date: the secret is ENABLED again. */
  cancel(name: SecretName, options: CallOptions): Promise<Answer<CsmsSecret>>;
  /** Erases one secret at once; cannot be undone. */
  delete(name: SecretName, options: CallOptions): Promise<Answer<null>>;
  /** Removes a custom version stage; cannot be undone, and counts only once a read confirms it. */
  deleteStage(name: SecretName, stage: StageName, options: CallOptions): Promise<Answer<null>>;
  /** Erases every secret linked to the instance at once; cannot be undone. */
  batchDelete(selector: InstanceSelector, options: CallOptions): Promise<Answer<BatchReply>>;
}

/** How busy a namespace is: `lastChange` is the last change order made in it, null when there was none. */
export interface NamespaceResources {
  readonly namespaceId: NamespaceId;
  readonly applicationCount: number;
  readonly lastChange: { readonly id: string; readonly state: 'running' | 'ended' } | null;
}

/** One change order, such as the asynchronous deletion of an application (`typeCode` CoDeleteApp). */
export interface ChangeOrder {
  readonly id: string;
  readonly typeCode: string | null;
  readonly state: 'open' | 'succeeded' | 'failed';
}

/** SAE of one region, as far as it changes nothing. DescribeSecret returns the value and does not exist here (https://www.alibabacloud.com/help/en/sae). */
export interface SaeReader {
  /** Every secret of the namespace (the operation has no pages). */
  list(namespaceId: NamespaceId, options: CallOptions): Promise<Answer<readonly SaeSecret[]>>;
  /** Whether a change is still under way in the namespace: a dependency met meanwhile may go away by itself. */
  namespaceResources(namespaceId: NamespaceId, options: CallOptions): Promise<Answer<NamespaceResources>>;
  /** How far one change order has come. */
  changeOrder(id: string, options: CallOptions): Promise<Answer<ChangeOrder>>;
}

/** SAE of one region with the one call that changes something; a plan run is never handed one (H60). */
export interface SaeWriter extends SaeReader {
  /** Erases one secret at once; cannot be undone. `blocked` names the application or job that still depends on it. */
  delete(namespaceId: NamespaceId, secretId: SecretId, options: CallOptions): Promise<Answer<null>>;
}

/** The two APIs that are called, each with its own account and pace. */
export type Api = 'csms' | 'sae';

/** The clouds as far as they are only looked at; one client per project and region, made on first use. */
export interface CloudReaders {
  csmsReader(region: Region, projectId: ProjectId): CsmsReader;
  saeReader(region: Region): SaeReader;
  /** Which account's budget a call of this API is paid from, and a fingerprint of its key; neither is secret. */
  account(api: Api): { readonly account: string; readonly keyFingerprint: string };
}

/** The clients that can change something; a plan run is handed none (H60: a type without the methods, not an `if`). */
export interface CloudWriters {
  csmsWriter(region: Region, projectId: ProjectId): CsmsWriter;
  saeWriter(region: Region): SaeWriter;
}

/** Both clouds, as a worker that may change something has them. */
export interface Clouds extends CloudReaders, CloudWriters {
  close(): Promise<void>;
}
