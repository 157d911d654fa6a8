import type { Content } from './content.ts';
import type { Link } from './link.ts';

/** Everything CSMS holds, without a single value; times are epoch ms. */
export interface CsmsState {
  readonly now: number;
  readonly secrets: readonly {
    readonly projectId: string;
    readonly id: string;
    readonly name: string;
    readonly state: string;
    readonly secretType: string;
    readonly instance: Link | null;
    readonly createTime: number;
    readonly updateTime: number;
    readonly deleteAt: number | null;
    /** Stage to version id. */
    readonly stages: Readonly<Record<string, string>>;
    readonly versions: readonly string[];
  }[];
  readonly tokens: readonly { readonly projectId: string | null; readonly userName: string; readonly expiresAt: number }[];
}

export const stateOf = ({ secrets, tokens }: Content, now: number): CsmsState => ({
  now,
  secrets: Array.from(secrets.values(), (secret) => ({
    projectId: secret.projectId,
    id: secret.id,
    name: secret.name,
    state: secret.state,
    secretType: secret.secretType,
    instance: secret.instance,
    createTime: secret.createTime,
    updateTime: secret.updateTime,
    deleteAt: secret.deleteAt,
    stages: Object.fromEntries(secret.versions.flatMap(({ id, stages }) => stages.map((stage) => [stage, id]))),
    versions: secret.versions.map(({ id }) => id),
  })),
  tokens: Array.from(tokens.values(), ({ projectId, userName, expiresAt }) => ({ projectId, userName, expiresAt })),
});
