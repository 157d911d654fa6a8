import type { NamespaceId, SecretId } from '../../events/ids.ts';
import type { Failure } from './verdict.ts';

/** What a read of a cloud showed. Times are epoch milliseconds. No field here can hold a secret's value. */

/** One CSMS secret as a list or a look shows it. */
export interface CsmsSecret {
  /** The vendor's UUID: a name alone never identifies a secret, since names are used again (H6). */
  readonly id: string;
  /** As the cloud gave it; it may lie outside the form that can go into a URL. */
  readonly name: string;
  /** ENABLED, DISABLED, PENDING_DELETE, FROZEN, or a word the vendor adds one day (H50). */
  readonly state: string;
  readonly createTime: number;
  /** When the cloud will erase it; null unless pending deletion. */
  readonly eraseAt: number | null;
  /** The instance its rotation is linked to: RDS for RDS-FG, TaurusDB for the type the vendor calls GaussDB-FG. */
  readonly link: { readonly instanceId: string; readonly instanceType: 'RDS' | 'TaurusDB' } | null;
  /** The rotation_config text when it could not be read: the link it may hold is not known. */
  readonly unreadableLink: string | null;
}

/** One SAE secret as a list shows it. */
export interface SaeSecret {
  readonly id: SecretId;
  readonly namespaceId: NamespaceId;
  readonly name: string;
  readonly createTime: number;
  /** Applications that use it, from RelateApps; jobs are not named there. */
  readonly applications: readonly { readonly id: string; readonly name: string }[];
}

/** One version stage of a CSMS secret. */
export interface CsmsStage {
  readonly secretName: string;
  readonly stage: string;
  readonly versionId: string;
}

/** The answer to one batch-delete, its lists as the cloud gave them, each failed item with its own verdict. */
export interface BatchReply {
  /** null when the reply had no readable total. */
  readonly total: number | null;
  readonly succeeded: readonly string[];
  readonly failed: readonly { readonly name: string; readonly verdict: Failure }[];
}
