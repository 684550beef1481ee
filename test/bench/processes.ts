// Programs under measurement, each in a process of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/launch.js', import.meta.url));

export type Server = AsyncDisposable & Readonly<{ url: string; process: ChildProcess }>;

/** Starts a program and waits for the first address that it prints. */
async function startServer(file: string, args: readonly string[]): Promise<Server> {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    said += chunk;
    if (said.includes('\n\n') || said.endsWith('READY\n')) break;
  }
  const url = /http:\/\/[^\s/]+/.exec(said)?.[0];
  if (url === undefined) throw new Error(`${file} did not say where it listens: ${said}`);
  return {
    url,
    process: child,
    async [Symbol.asyncDispose]() {
      child.kill();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** Rowcast as a user starts it, ready with all tables. */
export async function startRowcast(folder: string): Promise<Server> {
  const server = await startServer(MAIN, [folder, '--port', '0']);
  for (;;) {
    const answer = await fetch(`${server.url}/health/ready`);
    await answer.arrayBuffer();
    if (answer.status === 200) return server;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Bare Fastify that answers every path with a constant body. */
export function startBareFastify(body: string): Promise<Server> {
  return startServer(fileURLToPath(new URL('./bare-fastify.ts', import.meta.url)), [body]);
}

/** Runs a measuring program to its end. @returns the JSON that it prints */
export async function measure<T>(file: string, args: readonly string[]): Promise<T> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) said += chunk;
  return JSON.parse(said) as T;
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;
}
