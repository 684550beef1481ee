// The process: arguments, the port, signals and exit codes. Nothing else touches any of them.
import { statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildApp } from './app.ts';
import { type Config, parseConfig } from './config.ts';
import { describeFolder } from './describe.ts';
import { baseUrl, greeting, tableList } from './greeting.ts';
import { openProgressLine } from './progress.ts';
import { SETTINGS, VERSION } from './settings.ts';

/** Exit codes: a start that cannot be, and a command line that is not understood (2, as in POSIX shells). */
const FAILED = 1;
const MISUSED = 2;
/** How long open answers and sockets may take to end, in ms: whoever stops Rowcast waits less than 5 s. */
const PATIENCE = 4500;
/** How long a second signal is the first one again, in ms: on Ctrl-C the terminal and npm send one each. */
const ECHO = 500;
/** How often a process that npm started looks for its parent, in ms. */
const GLANCE = 250;
/** How long the first scan may hold back the URLs, in ms. */
const SHORT_SCAN = 1000;

let app: Awaited<ReturnType<typeof buildApp>> | undefined;
let stoppedAt: number | undefined;

const progress = openProgressLine({
  write: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  now: () => performance.now(),
  later: (call, ms) => {
    const timer = setTimeout(call, ms).unref();
    return () => clearTimeout(timer);
  },
});

// Who reads the output may leave (`rowcast | head`); that is no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
// Unhandled rejections arrive here too. Both are bugs: what a file holds never gets here.
process.on('uncaughtException', (error) =>
  fail(`Rowcast stopped on a bug of its own: ${summary(error)}`, FAILED),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(signal));
// A signal to `npm start` or `npx` ends npm and its shell, and the shell passes nothing on: losing it is the signal.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  const glance = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(glance);
    stop('SIGTERM');
  }, GLANCE).unref();
}

const parsed = parseConfig(process.argv.slice(2), process.env, process.cwd());
switch (parsed.kind) {
  case 'help':
  case 'version':
    say(parsed.text);
    break;
  case 'invalid':
    fail(parsed.message, MISUSED);
    break;
  case 'describe':
    await describe(parsed.config, parsed.isForced);
    break;
  case 'run':
    await run(parsed.config);
    break;
}

/** Writes down what is in the folder, says so, and ends. */
async function describe({ folder, maxFileBytes }: Config, isForced: boolean): Promise<void> {
  const problem = dataFolderProblem(folder);
  if (problem) fail(problem, FAILED);
  const described = await describeFolder(folder, isForced, maxFileBytes);
  if (described.kind === 'refused') fail(described.message, FAILED);
  say(described.text);
}

/** Builds, listens and greets; returns once the first scan is printed, while the server goes on. */
async function run(config: Config): Promise<void> {
  const problem = folderProblem(config);
  if (problem) fail(problem, FAILED);
  try {
    app = await buildApp(config, progress.take);
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    if (stoppedAt === undefined) fail(startProblem(error as NodeJS.ErrnoException, config), FAILED);
    return;
  }
  const { catalog, whenScanned } = app.rowcast;
  const { port } = app.server.address() as AddressInfo;
  await Promise.race([whenScanned, delay(SHORT_SCAN, undefined, { ref: false })]);
  say(greeting(VERSION, config.folder, baseUrl(config.host, port)));
  await whenScanned;
  const { tables, rejected } = catalog.current();
  if (stoppedAt === undefined) say(tableList([...tables.values()], rejected, config.folder));
}

/** Closes the application and ends with 0. A later second signal, or PATIENCE running out, ends it at once. */
async function stop(signal: 'SIGINT' | 'SIGTERM'): Promise<void> {
  if (stoppedAt !== undefined) {
    if (performance.now() - stoppedAt > ECHO) process.exit(128 + constants.signals[signal]);
    return;
  }
  stoppedAt = performance.now();
  setTimeout(() => fail('Rowcast stopped with answers or sockets still open.', 0), PATIENCE);
  await app?.close();
  process.exit(0);
}

/** Why the folders of a config cannot be used, in one sentence, or undefined if they can. */
function folderProblem({ folder, contracts }: Config): string | undefined {
  const problem = dataFolderProblem(folder);
  if (problem) return problem;
  // The default contracts folder may be absent; one that was asked for may not.
  const usual = resolve(SETTINGS.find(({ name }) => name === 'contracts')!.default);
  const lacking = contracts === usual ? undefined : missing(contracts);
  return (
    lacking &&
    `The contracts folder ${contracts} ${lacking}: create it, or name another one (--contracts DIR).`
  );
}

function dataFolderProblem(folder: string): string | undefined {
  const found = missing(folder);
  return found && `The data folder ${folder} ${found}: create it, or name another one (rowcast FOLDER).`;
}

function missing(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? undefined : 'is not a folder';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'does not exist' : `cannot be opened (${code})`;
  }
}

/** Why a start failed, in one sentence that says what to do. */
function startProblem(error: NodeJS.ErrnoException, { host, port }: Config): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use: stop what uses it, or choose another (--port N, or --port 0 for a free one).`;
    case 'EACCES':
      return `Port ${port} on ${host} needs more rights than you have: choose one above 1023 (--port N, or --port 0 for a free one).`;
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return `${host} is not an address of this machine: choose another (--host 127.0.0.1, or --host 0.0.0.0 for all).`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host ${host} is not known: choose another (--host 127.0.0.1, or --host 0.0.0.0 for all).`;
    default:
      return `Rowcast cannot start: ${summary(error)}`;
  }
}

/** An error in one line, with the place it comes from. */
function summary(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = error.stack
    ?.split('\n')
    .find((line) => /^\s+at /.test(line))
    ?.trim();
  return `${error.message.replaceAll(/\s*\n\s*/g, ' ')}${place ? ` (${place})` : ''}`;
}

function say(text: string): void {
  progress.clear();
  process.stdout.write(`${text}\n`);
}

function fail(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
