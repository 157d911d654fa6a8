import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type Interface, createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What a child process can be asked, by name; arguments and answers are JSON. */
export type Asks = Readonly<Record<string, (...given: never[]) => Promise<unknown>>>;

/** A process of this program's own, so that what it costs is its own. */
export interface Child<A extends Asks> {
  readonly pid: number;
  /** Rejects with what the child threw, or when it has ended. */
  ask<Name extends keyof A & string>(name: Name, ...given: Parameters<A[Name]>): Promise<Awaited<ReturnType<A[Name]>>>;
  stop(): Promise<void>;
}

interface Asked {
  readonly id: number;
  readonly name: string;
  readonly given: never[];
}

const textOf = (message: unknown): string => {
  if (typeof message !== 'string') throw new Error('parent and child speak JSON');
  return message;
};

/** Nothing of the caller's own stack, account or proxies reaches what is measured. */
const inherited = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PROBATE|HUAWEICLOUD|ALIBABA_CLOUD|AWS)_|^(HTTPS?|NO)_PROXY$/i.test(name)));

/** What differs between two lines that say the same. */
const VARYING = /[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}|\d+/g;

/** Passes lines on to standard error, of those that say the same only the first. */
const tellOnce = (lines: Interface): void => {
  const told = new Set<string>();
  lines.on('line', (line) => {
    const kind = line.replaceAll(VARYING, '#');
    if (!told.has(kind)) process.stderr.write(`${line}\n`);
    told.add(kind);
  });
};

/** Starts `module`, which answers with `answerAsks`; what it prints goes to standard error, what it repeats does not. */
export const startChild = async <A extends Asks>(module: URL, env: Readonly<Record<string, string>> = {}): Promise<Child<A>> => {
  const child = fork(fileURLToPath(module), [], { env: { ...inherited(), ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  for (const output of [child.stdout, child.stderr]) if (output !== null) tellOnce(createInterface(output));
  const pending = new Map<number, { readonly answered: (text: string) => void; readonly failed: (why: Error) => void }>();
  let asked = 0;
  const ended = once(child, 'exit');
  child.on('message', (message) => {
    const text = textOf(message);
    const { id }: { readonly id: number } = JSON.parse(text);
    pending.get(id)?.answered(text);
    pending.delete(id);
  });
  child.once('exit', (code, signal) => {
    for (const { failed } of pending.values()) failed(new Error(`${module.pathname.split('/').slice(-2).join('/')} ended with ${code ?? signal}`));
  });
  await once(child, 'spawn');
  return {
    pid: child.pid ?? 0,
    ask: <Name extends keyof A & string>(name: Name, ...given: Parameters<A[Name]>) =>
      new Promise<Awaited<ReturnType<A[Name]>>>((resolve, reject) => {
        asked += 1;
        pending.set(asked, {
          answered: (text) => {
            const { value, fault }: { readonly value: Awaited<ReturnType<A[Name]>>; readonly fault?: string } = JSON.parse(text);
            if (fault === undefined) resolve(value);
            else reject(new Error(fault));
          },
          failed: reject,
        });
        child.send(JSON.stringify({ id: asked, name, given }));
      }),
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
};

/** Answers the parent, one ask at a time or several, until it lets go; then this process ends. */
export const answerAsks = (asks: Asks): void => {
  process.on('message', (message) => {
    const { id, name, given }: Asked = JSON.parse(textOf(message));
    const answer = async (): Promise<object> => {
      try {
        return { value: (await asks[name]?.(...given)) ?? null };
      } catch (error) {
        return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
      }
    };
    void answer().then((answered) => process.send?.(JSON.stringify({ id, ...answered })));
  });
  process.once('disconnect', () => process.exit());
};
