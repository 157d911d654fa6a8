/** What a command's exit code says; interfaces.md, Command, and 130 for Ctrl-C. */
export const EXIT = { settled: 0, fault: 1, badInput: 2, needsPerson: 3, interrupted: 130 } as const;
/** One of them. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const ORDER: readonly ExitCode[] = [EXIT.fault, EXIT.badInput, EXIT.interrupted, EXIT.needsPerson];

/** Of everything that happened the exit code that applies first: fault, bad input, interrupted, needs a person; else 0. */
export const firstThatApplies = (happened: readonly ExitCode[]): ExitCode => ORDER.find((code) => happened.includes(code)) ?? EXIT.settled;
