import type { TrueCsmsSecret, TrueSaeSecret, TrueSecret } from './truth.ts';
import type { CsmsModel } from './csms-model.ts';
import type { SaeModel } from './sae-model.ts';

/** The clouds' whole truth, as the auditors look things up in it. */
export interface Truth {
  readonly csms: CsmsModel;
  readonly sae: SaeModel;
}

const everySecret = ({ csms, sae }: Truth): TrueSecret[] => [...csms.secrets, ...sae.secrets];

/** A planned secret in truth, by cloud and id; undefined for an id the clouds never gave out. */
export const trueSecret = (truth: Truth, target: { readonly cloud: 'huawei' | 'alibaba'; readonly id: string }): TrueCsmsSecret | TrueSaeSecret | undefined =>
  everySecret(truth).find(({ cloud, id }) => cloud === target.cloud && id === target.id);

export const isOwn = (by: { readonly kind: string } | undefined, sagaId: string): boolean => by !== undefined && by.kind === 'saga' && 'sagaId' in by && by.sagaId === sagaId;
