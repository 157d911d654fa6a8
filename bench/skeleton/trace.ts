import type { QueueName } from '../../events/messages.ts';

/** One thing that was asked of a port, as far as the same cost takes it. */
export type Step =
  | { readonly op: 'read'; readonly kind: string; readonly ids: readonly string[] }
  | { readonly op: 'write'; readonly kind: string; readonly id: string; readonly version: number; readonly bytes: number; readonly wakeAt: number | null; readonly written: boolean }
  | { readonly op: 'send'; readonly queue: QueueName; readonly bodies: readonly string[] }
  | { readonly op: 'call'; readonly method: string; readonly path: string; readonly host: string | null; readonly headers: readonly string[]; readonly body: string | null };

/** Steps that were under way together; the next ones began when these had ended. */
export type Wave = Step[];

/** What was done for one message, however often it was delivered. */
export type Script = readonly Wave[];

/** Everything a run asked of its ports from the sending of an event until nothing was left to do. */
export interface Trace {
  readonly instances: number;
  readonly origin: string;
  /** The most connections that were busy at a time. */
  readonly connections: number;
  readonly sending: Script;
  /** By `messageKey`. */
  readonly messages: Readonly<Record<string, Script>>;
  readonly queues: readonly { readonly queue: QueueName; readonly batchSize: number; readonly maximumConcurrency: number; readonly visibilitySeconds: number }[];
}

export const messageKey = (queue: string, body: string): string => `${queue} ${body}`;

export const stepsOf = ({ sending, messages }: Trace): Step[] => [sending, ...Object.values(messages)].flat(2);

/** How often each port was asked, and for how much; of one whole run. */
export const countsOf = (steps: readonly Step[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  const add = (name: string, by: number): void => {
    counts[name] = (counts[name] ?? 0) + by;
  };
  for (const step of steps) {
    switch (step.op) {
      case 'read':
        add('ledgerReads', step.ids.length);
        add(`read ${step.kind}`, step.ids.length);
        break;
      case 'write':
        add('ledgerWrites', 1);
        add('ledgerWriteBytes', step.bytes);
        add(`write ${step.kind}${step.written ? '' : ' (conflict)'}`, 1);
        break;
      case 'send':
        add('messages', step.bodies.length);
        add('queueSends', 1);
        break;
      case 'call':
        add('calls', 1);
        add(`${step.method} ${step.path.split('?')[0]?.split('/').slice(3).join('/').replace(/app-[^/]*/, '{name}') ?? ''}`, 1);
        break;
    }
  }
  return counts;
};
