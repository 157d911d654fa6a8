import type { Call } from '../../lib/saga/saga.ts';

/** A call in a few words, such as `schedule db-1`. */
export const nameOf = (call: Call): string => {
  switch (call.op) {
    case 'schedule':
    case 'cancel':
    case 'delete-named':
      return `${call.op} ${call.name}`;
    case 'delete-copy':
      return `${call.op} ${call.secretId}`;
    case 'delete-stage':
      return `${call.op} ${call.name}/${call.stage}`;
    case 'batch-delete':
      return call.op;
  }
};
