// A program under measurement that does what it is asked → its answers, over the channel between the processes.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a part can be asked for: by name, a function of one argument. */
// biome-ignore lint/suspicious/noExplicitAny: any argument that can be sent as JSON.
export type Abilities = Readonly<Record<string, (argument: any) => unknown>>;

export type Part<Able extends Abilities> = AsyncDisposable &
  Readonly<{
    ask: <Name extends keyof Able & string>(
      name: Name,
      ...argument: Parameters<Able[Name]>
    ) => Promise<Awaited<ReturnType<Able[Name]>>>;
  }>;

type Question = Readonly<{ id: number; name: string; argument: unknown }>;
type Answer = Readonly<{ id: number; value?: unknown; failure?: string }>;

/** Starts a program that calls `answerWith`. @param file relative to this one */
export function startPart<Able extends Abilities>(file: string): Part<Able> {
  // Flags of a profiler come to every part; each part needs its collector within reach.
  const execArgv = [...process.execArgv, '--expose-gc', ...(process.env.BENCH_NODE_FLAGS?.split(' ') ?? [])];
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv });
  const waiting = new Map<number, (answer: Answer) => void>();
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  child.once('exit', (code) => {
    for (const [id, settle] of waiting) settle({ id, failure: `${file} ended with ${code}` });
  });
  let asked = 0;
  return {
    ask: (name, ...[argument]) =>
      new Promise((resolve, reject) => {
        const id = ++asked;
        waiting.set(id, ({ value, failure }) =>
          failure === undefined ? resolve(value as never) : reject(new Error(`${file}: ${failure}`)),
        );
        child.send({ id, name, argument } satisfies Question);
      }),
    async [Symbol.asyncDispose]() {
      child.disconnect();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** Answers what this process is asked for, until its parent lets go of it. */
export function answerWith(abilities: Abilities): void {
  process.on('message', async ({ id, name, argument }: Question) => {
    try {
      process.send?.({ id, value: await abilities[name]?.(argument) } satisfies Answer);
    } catch (error) {
      process.send?.({ id, failure: String(error instanceof Error ? error.stack : error) } satisfies Answer);
    }
  });
  process.once('disconnect', () => process.exit());
}

/** Milliseconds of a clock that all processes of this machine share. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** What this process has cost so far. */
export function spent(): { cpuMs: number } {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000 };
}

/** What this process holds once garbage is collected. */
export async function held(): Promise<{ rss: number; heap: number; external: number }> {
  for (let round = 0; round < 4; round++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed, external };
}
