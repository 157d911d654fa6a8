/**
 * What an audit found: something that had to go and did not, or an instance nobody cares for any more (lost); a call made
 * again that need not be (twice); something touched that nobody named, or told otherwise than it is (wrong); a ledger, a
 * chain or a command that does not hold (broken).
 */
export interface Finding {
  readonly kind: 'lost' | 'twice' | 'wrong' | 'broken';
  readonly what: string;
}

export const lost = (what: string): Finding => ({ kind: 'lost', what });
export const twice = (what: string): Finding => ({ kind: 'twice', what });
export const wrong = (what: string): Finding => ({ kind: 'wrong', what });
export const broken = (what: string): Finding => ({ kind: 'broken', what });
