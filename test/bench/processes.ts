// Programs under measurement, each in a process of its own.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
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
    [Symbol.asyncDispose]: () => end(child),
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

const PEERS = fileURLToPath(new URL('./peers/', import.meta.url));

/** Installs the peers that are no dependencies of the project, once. */
function installPeers(): void {
  const { dependencies } = JSON.parse(readFileSync(`${PEERS}package.json`, 'utf8'));
  if (Object.keys(dependencies).some((name) => !existsSync(`${PEERS}node_modules/${name}`)))
    execFileSync('npm', ['install', '--silent', '--no-package-lock'], { cwd: PEERS, stdio: 'inherit' });
}

/** Loads a peer that is a module. */
export async function importPeer<T>(file: string): Promise<T> {
  installPeers();
  return (await import(`${PEERS}node_modules/${file}`)).default as T;
}

/** DuckDB with one file, asked in SQL. */
export function startDuckDb(path: string): Promise<Server> {
  installPeers();
  return startServer(`${PEERS}duckdb.js`, [path]);
}

/** json-server with a database file. */
export async function startJsonServer(database: string): Promise<Server> {
  installPeers();
  const port = 20_000 + (process.pid % 20_000);
  const file = `${PEERS}node_modules/json-server/lib/bin.js`;
  const child = spawn(process.execPath, [file, database, '--port', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries++) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url, process: child, [Symbol.asyncDispose]: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  child.kill();
  if (child.exitCode === null) await once(child, 'exit');
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
