// The process through its front door: real arguments, real ports, real signals.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { VERSION } from '../src/settings.ts';

const LAUNCH = fileURLToPath(new URL('../src/launch.js', import.meta.url));
const DEADLINE = 20_000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rowcast-start-'));
  await writeFile(join(folder, 'towns.csv'), 'id,town\n1,Lyon\n2,Brest\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('answered without a start', () => {
  test('--help', async () => {
    const { code, out, err } = await ended(start(['--help']));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Usage: rowcast /);
  });

  test('--version', async () => {
    expect(await ended(start(['--version']))).toEqual({ code: 0, out: `${VERSION}\n`, err: '' });
  });

  const refusals: [args: string[], env: Record<string, string>, code: number, sentence: RegExp][] = [
    [['--port', 'abc'], {}, 2, /^--port is "abc": expected a whole number from 0 to 65535\.\n$/],
    [[], { PORT: '-5' }, 2, /^The environment variable PORT is "-5": expected .*\n$/],
    [['--prot', '0'], {}, 2, /^There is no flag --prot: did you mean --port\?\n$/],
    [['/no/such/folder'], {}, 1, /^The data folder \/no\/such\/folder does not exist: .*\n$/],
    [[LAUNCH], {}, 1, /^The data folder .*launch\.js is not a folder: .*\n$/],
    [
      ['--contracts', '/no/such/folder'],
      {},
      1,
      /^The contracts folder \/no\/such\/folder does not exist: .*\n$/,
    ],
    [['--port', '0', '--host', '192.0.2.1'], {}, 1, /^192\.0\.2\.1 is not an address of this machine: .*\n$/],
  ];
  test.for(refusals)('%j with %o', async ([args, env, code, sentence]) => {
    const isFolderNamed = !args[0]?.startsWith('--') && args.length > 0;
    const answer = await ended(start(isFolderNamed ? args : [folder, ...args], env));
    expect(answer).toEqual({ code, out: '', err: expect.stringMatching(sentence) });
  });

  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, err } = await ended(start([folder, '--port', String(port)]));
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is in use: .*--port 0.*\\n$`));
  });
});

describe('on an older Node', () => {
  test.for(['20.11.1', '22.21.9', '8.17.0'])('%s', async (version) => {
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
    const child = spawn(process.execPath, [
      '--import',
      `data:text/javascript,${encodeURIComponent(older)}`,
      LAUNCH,
    ]);
    const { code, out, err } = await ended(child);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^Rowcast needs Node 22\.22 or newer and this is Node [\d.]+\. .*\n$/);
    expect(err).toContain(`Node ${version}.`);
  });

  test('launch.js is a script without new syntax', async () => {
    const text = (await readFile(LAUNCH, 'utf8')).replace(/^#!.*\n/, '');
    expect(() => new Script(text)).not.toThrow();
    expect(text.replace(/\/\/.*/g, '')).not.toMatch(
      /=>|\b(const|let|class|async|await|import\.meta)\b|\.\.\./,
    );
  });
});

describe('a real start', () => {
  test('names the URLs and the tables, answers, and ends on SIGTERM with 0', async () => {
    const child = start([folder, '--port', '0']);
    const out = await printed(child, /towns\s+2 rows\n/);
    const base = /API\s+(http:\/\/127\.0\.0\.1:\d+)\/\n/.exec(out)?.[1];
    expect(out).toContain(`Docs  ${base}/docs\n`);
    expect(out).toContain(`Feed  ${base?.replace('http', 'ws')}/ws\n`);
    expect(await (await fetch(`${base}/api/towns`)).json()).toEqual([
      { id: 1, town: 'Lyon' },
      { id: 2, town: 'Brest' },
    ]);
    const stopped = performance.now();
    child.kill('SIGTERM');
    expect(await ended(child)).toMatchObject({ code: 0, err: '' });
    expect(performance.now() - stopped).toBeLessThan(5000);
  });

  test('closes an open feed with 1001 on SIGINT', async () => {
    const child = start([folder, '--port', '0']);
    const out = await printed(child, /towns\s+2 rows\n/);
    const feed = new WebSocket(/ws:\/\/\S+/.exec(out)![0]);
    await once(feed, 'message');
    const closed = once(feed, 'close');
    child.kill('SIGINT');
    expect(((await closed)[0] as CloseEvent).code).toBe(1001);
    expect(await ended(child)).toMatchObject({ code: 0, err: '' });
  });

  test('a second signal of npm is the same one', async () => {
    const child = start([folder, '--port', '0']);
    await printed(child, /towns\s+2 rows\n/);
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await ended(child)).toMatchObject({ code: 0 });
  });

  test.skipIf(process.platform === 'win32')('ends with the shell that npm started it in', async () => {
    const shell = start([folder, '--port', '0'], { npm_lifecycle_event: 'start' }, [
      'sh',
      '-c',
      '"$@"; true',
      'sh',
    ]);
    await printed(shell, /towns\s+2 rows\n/);
    shell.kill('SIGTERM');
    // The output closes when the last process that holds it has ended.
    const { err } = await ended(shell);
    expect(err).toBe('');
  });

  test('goes on when nobody reads its output', async () => {
    const child = start([folder, '--port', '0']);
    const out = await printed(child, /ws:\/\/\S+/);
    child.stdout?.destroy();
    const base = /http:\/\/[\d.:]+/.exec(out)?.[0];
    expect((await fetch(`${base}/health/live`)).status).toBe(200);
  });

  test('an empty folder is a hint', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'rowcast-empty-'));
    onTestFinished(() => rm(empty, { recursive: true, force: true }));
    await printed(start([empty, '--port', '0']), /No tables yet: .*\n/);
  });

  test('names the files that are no tables', async () => {
    const odd = await mkdtemp(join(tmpdir(), 'rowcast-odd-'));
    onTestFinished(() => rm(odd, { recursive: true, force: true }));
    await writeFile(join(odd, 'picture.csv'), '\x89PNG\r\n\x1a\n', 'latin1');
    await printed(start([odd, '--port', '0']), /Left out:\n {2}picture\.csv {2}It is a PNG image\./);
  });
});

/** Starts Rowcast with these arguments and nothing of the tester's own settings; it ends with the test. */
function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  shell: readonly string[] = [],
): ChildProcess {
  const { DATA_DIR, PORT, HOST, CONTRACTS_DIR, ...rest } = process.env;
  const [command, ...words] = [...shell, process.execPath, LAUNCH, ...args];
  const child = spawn(command!, words, { env: { ...rest, ...env }, cwd: folder });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const outputs = new WeakMap<ChildProcess, { out: string; err: string }>();

/** All that a process has printed so far, collected from the first call on. */
function output(child: ChildProcess): { out: string; err: string } {
  let texts = outputs.get(child);
  if (texts) return texts;
  texts = { out: '', err: '' };
  outputs.set(child, texts);
  child.stdout?.setEncoding('utf8').on('data', (text) => (texts.out += text));
  child.stderr?.setEncoding('utf8').on('data', (text) => (texts.err += text));
  return texts;
}

/** Waits for the end of a process: its exit code and all that it printed. */
async function ended(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  const texts = output(child);
  const [code] = await once(child, 'close', { signal: AbortSignal.timeout(DEADLINE) });
  return { code, ...texts };
}

/** Waits until the standard output holds a pattern, and returns all of it. */
async function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  const texts = output(child);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const late = setTimeout(() => reject(new Error(`no ${pattern} in ${JSON.stringify(texts)}`)), DEADLINE);
  child.stdout?.on('data', () => pattern.test(texts.out) && resolve(texts.out));
  child.once('close', (code) => reject(new Error(`ended with ${code}: ${JSON.stringify(texts)}`)));
  return promise.finally(() => clearTimeout(late));
}
