// The client against the whole application: over bad networks, restarts and slow loops its rows are those of the API.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { rolldown } from 'rolldown';
import { describe, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket as WsSocket } from 'ws';
import { buildApp } from '../src/app.ts';
import {
  type Change,
  FeedError,
  type FollowOptions,
  follow,
  type Live,
  type LiveOptions,
  live,
} from '../src/client/client.ts';
import type { Config } from '../src/config.ts';
import { diffTables } from '../src/table/diff.ts';
import { type Table, tableOf } from '../src/table/table.ts';
import { chromiumPath, startChromium } from './support/chromium.ts';
import { FACTS } from './support/file-facts.ts';
import { openFlakyProxy, seededRandom } from './support/flaky-proxy.ts';
import { pass, temporaryFolder, until } from './support/folder.ts';
import { HISTORY } from './support/history.ts';
import { rowObject } from './support/row-object.ts';

const ENTRY = new URL('../src/client/client.ts', import.meta.url).pathname;
/** What is published has to be smaller: 4 kB. */
const MOST_BYTES = 4000;
/** Bad networks are found out quickly. */
const QUICK = { idleMs: 200, answerMs: 400 };

type Cells = (string | null)[][];
type Row = Readonly<Record<string, unknown>>;

const HEADER = ['id', 'kind', 'n'];
type Served = AsyncDisposable &
  Readonly<{
    app: FastifyInstance;
    port: number;
    url: string;
    /** Loads a table as if its file had been read. */
    load: (name: string, header: readonly string[], rows: Cells) => void;
    remove: (name: string) => void;
    reject: (name: string, reason: string) => void;
    /** Where a table stands. */
    position: (name: string) => string;
    /** Waits until so many sockets are open. */
    sockets: (wanted: number) => Promise<unknown>;
    /** What the API answers. */
    rows: (path: string) => Promise<Row[]>;
  }>;

/** The application without any file, listening. */
async function serve(port = 0, history: Config['history'] = HISTORY): Promise<Served> {
  const folder = await temporaryFolder();
  const config = { folder: folder.path, contracts: folder.at('none'), host: '127.0.0.1', port, history };
  const app = await buildApp(config);
  await app.listen({ port, host: '127.0.0.1' });
  const { catalog } = app.rowcast;
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    app,
    url,
    port: (app.server.address() as AddressInfo).port,
    load(name, header, rows) {
      catalog.apply({ kind: 'loaded', name, path: `${name}.csv`, table: tableOf(header, rows), file: FACTS });
    },
    remove: (name) => catalog.apply({ kind: 'removed', name }),
    reject(name, reason) {
      catalog.apply({
        kind: 'rejected',
        name,
        path: `${name}.csv`,
        rejection: { code: 'unreadable', reason },
      });
    },
    position: (name) => catalog.current().tables.get(name)?.position as string,
    sockets: (wanted) =>
      until(
        () => app.websocketServer.clients.size,
        (size) => size === wanted,
      ),
    async rows(path) {
      const answer = await app.inject(path);
      return answer.statusCode === 200 ? answer.json() : [];
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const numbered = (from: number, to: number): Cells =>
  Array.from({ length: to - from + 1 }, (_, index) => [String(from + index), 'a', '0']);

/** Takes changes until one fits. */
async function take(
  changes: AsyncIterator<Change>,
  fits: (change: Change) => boolean = () => true,
): Promise<Change[]> {
  const taken: Change[] = [];
  for (;;) {
    const { value, done } = await changes.next();
    if (done) throw new Error(`ended after ${JSON.stringify(taken)}`);
    taken.push(value);
    if (fits(value)) return taken;
  }
}

const listOf = (held: Live<Row>): Row[] => [...held.rows.values()];
const sorted = (rows: Iterable<Row>): string[] => [...rows].map((row) => JSON.stringify(row)).sort();

/** Follows and takes what comes, in the background. */
function collect(url: string, options: FollowOptions) {
  const stop = new AbortController();
  const changes: Change[] = [];
  const ended = (async () => {
    for await (const change of follow(url, { ...options, signal: stop.signal })) changes.push(change);
  })().catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  return {
    changes,
    /** Waits until it is so many. */
    told: (wanted: number) =>
      until(
        () => changes.length,
        (length) => length === wanted,
      ),
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

/** A server that says what a test wants it to say. */
async function scripted(
  answer: (frame: Row & { id: number }, socket: WsSocket, connection: number) => void,
): Promise<AsyncDisposable & { url: string; connections: () => number }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  let connections = 0;
  server.on('connection', (socket) => {
    const connection = ++connections;
    socket.send('{"type":"hello","tables":[]}');
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if (frame.op === 'ping') socket.send('{"type":"pong"}');
      else answer(frame, socket, connection);
    });
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

const say = (socket: WsSocket, frame: object) => socket.send(JSON.stringify(frame));
const changedEvent = (id: number, sequence: number) => ({
  specversion: '1.0',
  id: `e.${sequence}.v`,
  type: 'rowcast.table.changed',
  data: { table: 't', position: `e.${sequence}.v`, changes: [], subscriptions: [id] },
});

test('is small, in one piece and without any import', async () => {
  const bundle = await rolldown({ input: ENTRY, platform: 'browser' });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  const { code } = output[0];
  console.log(`rowcast/client: ${code.length} bytes minified, ${gzipSync(code).length} with gzip`);
  expect(output).toHaveLength(1);
  expect(output[0].imports).toEqual([]);
  expect(Buffer.byteLength(code)).toBeLessThan(MOST_BYTES);
});

describe('follow', () => {
  test('tells each event once, in order', async () => {
    await using server = await serve();
    server.load('t', HEADER, numbered(1, 2));
    const { changes, told, stop } = collect(server.url, { table: 't', since: server.position('t') });
    server.load('t', HEADER, numbered(1, 3));
    server.reject('t', 'locked');
    server.load('t', HEADER, numbered(1, 3));
    server.load('t', [...HEADER, 'more'], [['1', 'a', '0', 'x']]);
    server.remove('t');
    server.load('t', HEADER, numbered(1, 1));
    await told(7);
    await stop();
    expect(changes.map(({ kind }) => kind)).toEqual([
      'changed',
      'rejected',
      'recovered',
      'schemaChanged',
      'changed',
      'removed',
      'added',
    ]);
    expect(changes[0]).toMatchObject({
      kind: 'changed',
      table: 't',
      type: 'rowcast.table.changed',
      data: { changes: [{ op: 'insert', key: 3, row: { id: 3, kind: 'a', n: 0 } }] },
    });
  });

  test('goes on from any position that it told, with what came after it', async () => {
    await using server = await serve();
    server.load('t', HEADER, numbered(1, 1));
    const { changes, told, stop } = collect(server.url, { table: 't', since: server.position('t') });
    for (let last = 2; last < 6; last++) server.load('t', HEADER, numbered(1, last));
    server.load('t', [...HEADER, 'more'], [['1', 'a', '0', 'x']]);
    server.reject('t', 'locked');
    await told(7);
    await stop();
    for (const [index, { kind, position }] of changes.entries()) {
      if (index === changes.length - 1) break;
      const again = follow(server.url, { table: 't', since: position as string });
      const rest = await take(again, ({ kind }) => kind === 'rejected');
      await again.return();
      // Who has the new schema alone is told of it again, as its rows are still to come.
      expect(rest, kind).toEqual(changes.slice(kind === 'schemaChanged' ? index : index + 1));
    }
  });

  test('is refused with a code, a sentence and what was meant', async () => {
    await using server = await serve();
    server.load('stations', HEADER, numbered(1, 1));
    const refused = async (options: FollowOptions) => {
      const error = await follow(server.url, options)
        .next()
        .catch((thrown) => thrown);
      expect(error).toBeInstanceOf(FeedError);
      return error as FeedError;
    };
    expect(await refused({ table: 'station' })).toMatchObject({
      code: 'unknown-table',
      nearest: 'stations',
      message: expect.stringMatching(/\w/),
    });
    expect(await refused({ table: 'stations', query: 'kin=a' })).toMatchObject({
      code: 'invalid-query',
      nearest: 'kind',
    });
    expect((await refused({ table: '*', fields: ['id'] })).code).toBe('invalid-query');
  });

  test('ends with the signal, also while nothing happens, and lets go of it', async () => {
    await using server = await serve();
    server.load('t', HEADER, numbered(1, 1));
    const stop = new AbortController();
    const waiting = follow(server.url, { table: 't', signal: stop.signal }).next();
    await server.sockets(1);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(follow(server.url, { table: 't', signal: stop.signal }).next()).rejects.toThrow('enough');
    await server.sockets(0);
  });

  test('ends with the loop, or when it is told to while it waits', async () => {
    await using server = await serve();
    server.load('t', HEADER, numbered(1, 1));
    for await (const { kind } of follow(server.url, { table: 't', snapshot: true })) {
      expect(kind).toBe('snapshot');
      break;
    }
    await server.sockets(0);
    const waiting = follow(server.url, { table: 't' });
    const next = waiting.next();
    await server.sockets(1);
    await waiting.return();
    expect(await next).toEqual({ value: undefined, done: true });
    await server.sockets(0);
  });

  test('with a snapshot begins with all rows, and reads them again where changes do not tell them', async () => {
    await using server = await serve();
    server.load('t', HEADER, numbered(1, 2500));
    const changes = follow(server.url, { table: 't', snapshot: true, where: { n: 0 }, fields: ['id'] });
    const [first] = await take(changes);
    expect(first).toMatchObject({ kind: 'snapshot', table: 't' });
    if (first?.kind !== 'snapshot') return;
    expect(first.rows).toEqual(numbered(1, 2500).map(([id]) => ({ id: Number(id) })));
    expect(first.keys).toEqual(numbered(1, 2500).map(([id]) => Number(id)));
    server.load('t', [...HEADER, 'more'], [['7', 'a', '0', 'x']]);
    const later = await take(changes, ({ kind }) => kind === 'snapshot');
    expect(later.map(({ kind }) => kind)).toEqual(['schemaChanged', 'changed', 'snapshot']);
    expect(later.at(-1)).toMatchObject({ rows: [{ id: 7 }], keys: [7] });
    await changes.return();
  });

  test('of all tables goes on for each of them', async () => {
    await using server = await serve();
    await using proxy = await openFlakyProxy(server.port, Math.random);
    for (const name of ['a', 'b']) server.load(name, HEADER, numbered(1, 1));
    const since = { a: server.position('a'), b: server.position('b') };
    const { changes, told, stop } = collect(`http://127.0.0.1:${proxy.port}`, { table: '*', since });
    server.load('a', HEADER, numbered(1, 2));
    await told(1);
    proxy.cutAll();
    server.load('a', HEADER, numbered(1, 3));
    server.load('b', HEADER, numbered(1, 3));
    server.load('c', HEADER, numbered(1, 3));
    await told(4);
    server.load('c', HEADER, numbered(1, 4));
    await told(5);
    await stop();
    const kinds = changes.map(({ table, kind }) => `${table} ${kind}`);
    // That a table is new was not said to anybody who goes on with others.
    expect(kinds.filter((kind) => !/^c (lost|added)/.test(kind))).toEqual([
      'a changed',
      'a changed',
      'b changed',
      'c changed',
    ]);
  });

  test('of very many tables goes on from the last event', { timeout: 30_000 }, async () => {
    await using server = await serve();
    await using proxy = await openFlakyProxy(server.port, Math.random);
    const names = Array.from({ length: 1300 }, (_, index) => `table ${index}`);
    const { catalog } = server.app.rowcast;
    const tables = names.map((name) => {
      const table = tableOf(HEADER, numbered(1, 1));
      return { kind: 'loaded', name, path: `${name}.csv`, table, file: FACTS } as const;
    });
    catalog.apply(...tables);
    const { changes, told, stop } = collect(`http://127.0.0.1:${proxy.port}`, { table: '*' });
    await server.sockets(1);
    await until(
      () => {
        server.load('table 0', HEADER, numbered(1, 2));
        server.load('table 0', HEADER, numbered(1, 1));
        return changes.length;
      },
      (length) => length > 0,
    );
    for (let round = 0; round < 3; round++) {
      await pass(100);
      const before = changes.length;
      proxy.cutAll();
      server.load('table 1299', HEADER, numbered(1, round + 2));
      server.load('table 7', HEADER, numbered(1, round + 2));
      await told(before + 2);
      expect(changes.slice(before).map(({ kind, table }) => `${kind} ${table}`)).toEqual([
        'changed table 1299',
        'changed table 7',
      ]);
    }
    await stop();
  });

  test('of all tables goes on from a single position', async () => {
    await using server = await serve();
    await using proxy = await openFlakyProxy(server.port, Math.random);
    for (const name of ['a', 'b']) server.load(name, HEADER, numbered(1, 1));
    const since = server.position('b');
    server.load('a', HEADER, numbered(1, 2));
    const { changes, told, stop } = collect(`http://127.0.0.1:${proxy.port}`, { table: '*', since });
    await told(1);
    proxy.cutAll();
    server.load('b', HEADER, numbered(1, 2));
    await told(2);
    await stop();
    expect(changes.map(({ kind, table }) => `${kind} ${table}`)).toEqual(['changed a', 'changed b']);
  });

  test('gives up its connection where the loop is slow, and still misses nothing', async () => {
    await using server = await serve();
    await using proxy = await openFlakyProxy(server.port, Math.random);
    server.load('t', HEADER, numbered(1, 1));
    const wish = { table: 't', buffer: 2000, since: server.position('t') };
    const changes = follow(`http://127.0.0.1:${proxy.port}`, wish);
    const first = changes.next();
    for (let last = 2; last <= 101; last++) server.load('t', HEADER, numbered(1, last));
    const rows: unknown[] = [];
    for (let at = 0; at < 100; at++) {
      const { value } = at === 0 ? await first : await changes.next();
      if (value?.kind !== 'changed') throw new Error(`unexpected: ${JSON.stringify(value)}`);
      rows.push(value.data.rows);
      await pass(1);
    }
    expect(rows).toEqual(Array.from({ length: 100 }, (_, index) => index + 2));
    expect(proxy.count()).toBeGreaterThan(2);
    await changes.return();
  });

  test('says plainly that events are lost, and goes on', async () => {
    await using server = await serve(0, { bytes: 1, ageMs: 1000 });
    await using proxy = await openFlakyProxy(server.port, Math.random);
    server.load('t', HEADER, numbered(1, 1));
    const since = server.position('t');
    for (let last = 2; last < 10; last++) server.load('t', HEADER, numbered(1, last));
    const { changes, told, stop } = collect(`http://127.0.0.1:${proxy.port}`, { table: 't', since });
    await told(1);
    expect(changes[0]).toMatchObject({ kind: 'lost', table: 't', reason: 'evicted' });
    server.load('t', HEADER, numbered(1, 20));
    await told(2);
    await stop();
    expect(changes[1]).toMatchObject({ kind: 'changed', data: { rows: 20 } });
  });

  test('drops the schema that it has been told already', async () => {
    const schema = (id: number) => ({
      specversion: '1.0',
      id: 'e.2.v.schemaChanged',
      type: 'rowcast.table.schemaChanged',
      data: { table: 't', schema: {}, previousSchema: {}, subscriptions: [id] },
    });
    const asked: unknown[] = [];
    await using server = await scripted(({ op, id, since }, socket, connection) => {
      if (op !== 'subscribe') return;
      asked.push(since);
      const recovered = connection > 1 ? { recovered: true } : {};
      say(socket, { type: 'subscribed', id, table: 't', position: 'e.1.v', ...recovered });
      say(socket, schema(id));
      if (connection > 1) say(socket, changedEvent(id, 2));
      else setTimeout(() => socket.close(1001), 20);
    });
    const changes = follow(server.url, { table: 't' });
    const kinds = (await take(changes, ({ kind }) => kind === 'changed')).map(({ kind }) => kind);
    expect(kinds).toEqual(['schemaChanged', 'changed']);
    expect(asked).toEqual([undefined, 'e.1.v']);
    await changes.return();
  });

  test('after a resync asks for what was dropped, before it says that it is lost', async () => {
    const asked: Row[] = [];
    await using server = await scripted((frame, socket) => {
      const { op, id, since } = frame;
      asked.push(frame);
      if (op !== 'subscribe') return;
      const recovered = since === undefined ? {} : { recovered: true };
      say(socket, { type: 'subscribed', id, table: 't', position: 'e.1.v', ...recovered });
      if (since === undefined) {
        say(socket, changedEvent(id, 2));
        say(socket, { type: 'resync', id, table: 't', position: 'e.4.v', reason: 'slow' });
        say(socket, changedEvent(id, 5));
      } else for (const sequence of [3, 4, 5]) say(socket, changedEvent(id, sequence));
    });
    const changes = follow(server.url, { table: 't' });
    const taken = await take(changes, ({ position }) => position === 'e.5.v');
    expect(taken.map(({ position }) => position)).toEqual(['e.2.v', 'e.3.v', 'e.4.v', 'e.5.v']);
    expect(asked.map(({ op }) => op)).toEqual(['subscribe', 'unsubscribe', 'subscribe']);
    expect(asked[2]?.since).toBe('e.2.v');
    await changes.return();
  });

  test('connects at once after the first 1001, then with pauses that double', async () => {
    const times: number[] = [];
    await using server = await scripted(({ id }, socket, connection) => {
      times.push(performance.now());
      if (connection === 1) say(socket, { type: 'subscribed', id, table: 't', position: 'e.1.v' });
      socket.close(1001);
    });
    const changes = follow(server.url, { table: 't' });
    const next = changes.next();
    await until(
      () => times.length,
      (length) => length === 4,
    );
    await changes.return();
    await next;
    const pauses = times.slice(1).map((time, index) => time - (times[index] as number));
    expect(pauses[0]).toBeLessThan(100);
    expect(pauses[1]).toBeGreaterThan(240);
    expect(pauses[2]).toBeGreaterThan(480);
  });

  test('keeps a path before /ws, and takes a WebSocket URL', async () => {
    const asked: unknown[] = [];
    class Recorder extends WebSocket {
      constructor(address: string | URL) {
        super(address);
        asked.push(address);
      }
    }
    const wish = { table: 't', WebSocket: Recorder as typeof WebSocket };
    for (const url of ['http://127.0.0.1:1/a/b/', new URL('https://127.0.0.1:1'), 'ws://127.0.0.1:1/ws']) {
      const changes = follow(url, wish);
      const next = changes.next();
      await changes.return();
      await next;
    }
    expect(asked).toEqual([
      'ws://127.0.0.1:1/a/b/ws?table=',
      'wss://127.0.0.1:1/ws?table=',
      'ws://127.0.0.1:1/ws?table=',
    ]);
    await expect(follow('no url', { table: 't' }).next()).rejects.toThrow();
  });
});

describe('live', () => {
  test('has the rows, keeps them current and says so', async () => {
    await using server = await serve();
    server.load('t', HEADER, numbered(1, 3));
    const told: string[] = [];
    const held = live<{ id: number; kind: string; n: number }>(server.url, {
      table: 't',
      where: { kind: 'a' },
      onChange: (change) => told.push(`${change.kind} ${held.rows.size}`),
    });
    expect(held.position).toBe(null);
    await held.ready;
    expect([...held.rows]).toEqual([1, 2, 3].map((id) => [id, { id, kind: 'a', n: 0 }]));
    const seen: number[] = [];
    const loop = (async () => {
      for await (const rows of held) seen.push(rows.size);
    })();
    server.load('t', HEADER, [
      ['1', 'b', '0'],
      ['2', 'a', '1'],
      ['4', 'a', '0'],
    ]);
    await until(
      () => held.rows.size,
      (size) => size === 2,
    );
    expect(held.rows.get(2)?.n).toBe(1);
    expect(held.position).toBe(server.app.rowcast.catalog.current().tables.get('t')?.position);
    held.close();
    await Promise.all([loop, held.closed]);
    expect(seen.at(-1)).toBe(2);
    expect(told[0]).toBe('snapshot 3');
    await server.sockets(0);
  });

  test('follows rows that enter and leave, and those that only change, without another reading', async () => {
    await using server = await serve();
    const rows = (...kinds: string[]): Cells => kinds.map((kind, index) => [String(index + 1), kind, '0']);
    server.load('t', HEADER, rows('a', 'b', 'a'));
    const told: string[] = [];
    const held = live<Row>(server.url, {
      table: 't',
      where: { kind: { startswith: 'a' } },
      onChange: ({ kind }) => told.push(kind),
    });
    await held.ready;
    const is = (...wanted: unknown[]) =>
      until(
        () => JSON.stringify([...held.rows].map(([key, { kind }]) => [key, kind]).sort()),
        (found) => found === JSON.stringify(wanted),
      );
    await is([1, 'a'], [3, 'a']);
    server.load('t', HEADER, rows('b', 'b', 'a'));
    await is([3, 'a']);
    server.load('t', HEADER, rows('b', 'a', 'aa'));
    await is([2, 'a'], [3, 'aa']);
    held.close();
    expect(told).toEqual(['snapshot', 'changed', 'changed']);
  });

  test('shifts the numbers of rows without a key', async () => {
    await using server = await serve();
    const names = (text: string): Cells => [...text].map((name) => [name, '0']);
    server.load('t', ['name', 'n'], names('aabbc'));
    const held = live(server.url, { table: 't' });
    await held.ready;
    for (const text of ['abbc', 'xabbyc', 'cbaabb', 'aabbcc', 'aa', '', 'aab', 'baa', 'aab']) {
      server.load('t', ['name', 'n'], names(text));
      const isSame = () => JSON.stringify([...held.rows]);
      const expected = JSON.stringify([...text].map((name, index) => [index + 1, { name, n: 0 }]));
      if (text !== '') await until(isSame, (found) => found === expected);
      else
        await until(
          () => held.rows.size,
          (size) => size === 0,
        );
    }
    held.close();
  });

  test('shifts them without another reading, where the server says that there is no key', async () => {
    const random = seededRandom(7);
    const header = ['name', 'n'];
    const draw = () =>
      tableOf(
        header,
        Array.from({ length: 3 + random() * 9 }, () => ['ab'[Math.floor(random() * 2)] as string, '0']),
      );
    const rowsOf = (table: Table) =>
      Array.from({ length: table.rowCount }, (_, row) => rowObject(table, row));
    const tables = [
      tableOf(
        header,
        [...'aab'].map((name) => [name, '0']),
      ),
      ...Array.from({ length: 40 }, draw),
    ];
    const keyless = tables.filter(({ key }) => key.mode === 'rowNumber');
    let asked = 0;
    await using server = await scripted(({ id }, socket) => {
      asked++;
      const at = { id, table: 't', position: 'e.1.v', version: 'v' };
      const rows = rowsOf(keyless[0] as Table);
      say(socket, { type: 'subscribed', ...at });
      say(socket, {
        type: 'snapshot',
        ...at,
        part: 0,
        last: true,
        rows,
        keys: rows.map((_, row) => row + 1),
        primaryKey: [],
      });
      for (const [index, next] of keyless.entries()) {
        const previous = keyless[index - 1];
        if (!previous) continue;
        const diff = diffTables(previous, next);
        if (diff.isReordered) break;
        const changes = diff.changes.map((change) =>
          change.op === 'delete'
            ? { op: 'delete', key: change.previousRow + 1, row: rowObject(previous, change.previousRow) }
            : { op: change.op, key: change.row + 1, row: rowObject(next, change.row) },
        );
        const event = changedEvent(id, index + 1);
        say(socket, { ...event, data: { ...event.data, changes } });
      }
    });
    const held = live<Row>(server.url, { table: 't' });
    const stop = keyless.findIndex(
      (next, index) => index > 0 && diffTables(keyless[index - 1] as Table, next).isReordered,
    );
    const last = stop < 0 ? keyless.length : stop;
    await until(
      () => held.position,
      (position) => position === `e.${last}.v`,
    );
    expect(last).toBeGreaterThan(5);
    expect([...held.rows]).toEqual(rowsOf(keyless[last - 1] as Table).map((row, index) => [index + 1, row]));
    expect(asked).toBe(1);
    held.close();
  });

  test('is empty while its table is gone, and full again when it is back', async () => {
    await using server = await serve();
    server.load('t', HEADER, numbered(1, 3));
    const held = live(server.url, { table: 't', query: 'n=0' });
    await held.ready;
    const size = async (wanted: number) =>
      until(
        () => held.rows.size,
        (found) => found === wanted,
      );
    server.remove('t');
    await size(0);
    server.load('t', HEADER, numbered(1, 5));
    await size(5);
    server.load('t', HEADER, numbered(2, 9));
    await size(8);
    held.close();
  });

  test('keeps the old rows while it reads the new ones', async () => {
    const sizes = new Set<number>();
    const keys = (from: number) => Array.from({ length: 10 }, (_, index) => from + index);
    await using server = await scripted(async ({ op, id, since }, socket) => {
      if (op !== 'subscribe') return;
      const at = { id, table: 't', position: 'e.1.v', version: 'v' };
      say(socket, { type: 'subscribed', ...at, ...(since ? { recovered: false, reason: 'unknown' } : {}) });
      for (const part of [0, 1, 2]) {
        const some = keys(part * 10);
        const rows = some.map((id) => ({ id, n: since ? 1 : 0 }));
        say(socket, {
          type: 'snapshot',
          ...at,
          primaryKey: ['id'],
          part,
          last: part === 2,
          rows,
          keys: some,
        });
        await pass(20);
      }
      if (!since) {
        const event = changedEvent(id, 2);
        say(socket, { ...event, data: { ...event.data, truncated: true, reason: 'size' } });
      }
    });
    const held = live<{ id: number; n: number }>(server.url, { table: 't' });
    await held.ready;
    await until(
      () => {
        sizes.add(held.rows.size);
        return new Set([...held.rows.values()].map(({ n }) => n));
      },
      (found) => found.size === 1 && found.has(1),
    );
    expect([...sizes]).toEqual([30]);
    held.close();
  });

  test('breaks its promises where it is refused, and harms nobody who does not look', async () => {
    await using server = await serve();
    server.load('t', HEADER, numbered(1, 3));
    const held = live(server.url, { table: 'tt' });
    await expect(held.ready).rejects.toMatchObject({ name: 'FeedError', code: 'unknown-table' });
    await expect(held.closed).rejects.toBeInstanceOf(FeedError);
    await expect(held[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(FeedError);
    live(server.url, { table: 'tt' });
    const stop = new AbortController();
    const other = live(server.url, { table: 't', signal: stop.signal });
    await other.ready;
    stop.abort();
    await expect(other.closed).rejects.toThrow('aborted');
    await pass(100);
  });
});

describe('a server that comes back on its port', () => {
  test.for([
    ['the same content', numbered(1, 3)],
    ['other content', [...numbered(2, 4), ...numbered(7, 9)]],
  ] as const)('with %s', async ([, content]) => {
    let server = await serve();
    const { port, url } = server;
    server.load('t', HEADER, numbered(1, 3));
    const held = live<Row>(url, { table: 't', ...QUICK });
    await held.ready;
    const { changes, told, stop } = collect(url, { table: 't', since: server.position('t'), ...QUICK });
    await server.sockets(2);
    await server[Symbol.asyncDispose]();
    server = await serve(port);
    await using _ = server;
    server.load('t', HEADER, content as Cells);
    const isSame = content.length === 3;
    await until(
      () => sorted(held.rows.values()),
      (found) => found.length === content.length,
    );
    expect(sorted(held.rows.values())).toEqual(sorted(await server.rows('/api/t')));
    if (!isSame) await told(1);
    await server.sockets(2);
    server.load('t', HEADER, numbered(1, 1));
    await told(isSame ? 1 : 2);
    expect(changes.map(({ kind }) => kind)).toEqual(isSame ? ['changed'] : ['lost', 'changed']);
    await until(
      () => held.rows.size,
      (size) => size === 1,
    );
    held.close();
    await stop();
  });
});

describe('over a network that cuts, stalls, delays and splits', () => {
  test('a stalled connection is noticed, and left', async () => {
    await using server = await serve();
    await using proxy = await openFlakyProxy(server.port, Math.random);
    server.load('t', HEADER, numbered(1, 3));
    const held = live(`http://127.0.0.1:${proxy.port}`, { table: 't', ...QUICK });
    await held.ready;
    proxy.stallAll();
    server.load('t', HEADER, numbered(1, 5));
    await until(
      () => held.rows.size,
      (size) => size === 5,
    );
    held.close();
  });

  test.for([1, 2, 3, 4])(
    'rows are those of the API, events are in order and whole (seed %i)',
    { timeout: 60_000 },
    async (seed) => {
      const random = seededRandom(seed);
      const below = (most: number) => Math.floor(random() * most);
      await using server = await serve();
      await using proxy = await openFlakyProxy(server.port, seededRandom(seed + 100));
      const url = `http://127.0.0.1:${proxy.port}`;

      let keyed: Map<number, string[]> = new Map(
        numbered(1, 40).map((cells, at) => [at + 1, cells as string[]]),
      );
      let plain: Cells = [...'aabbccddeeaabb'].map((name) => [name, String(below(3))]);
      let header = HEADER;
      const loadKeyed = () => server.load('keyed', header, [...keyed.values()]);
      const loadPlain = () => server.load('plain', ['name', 'n'], plain);
      loadKeyed();
      loadPlain();

      const wishes: LiveOptions<Row>[] = [
        { table: 'keyed' },
        { table: 'keyed', where: { kind: 'a' } },
        { table: 'keyed', query: 'n__gte=5&kind__in=a,b', fields: ['id', 'n'] },
        { table: 'keyed', query: 'n__lt=4' },
        { table: 'plain' },
        { table: 'plain', where: { n: 1 } },
      ];
      const queries = [
        '/api/keyed',
        '/api/keyed?kind=a',
        '/api/keyed?n__gte=5&kind__in=a,b&_fields=id,n',
        '/api/keyed?n__lt=4',
        '/api/plain',
        '/api/plain?n=1',
      ];
      const lives = wishes.map((wish) => live<Row>(url, { ...wish, ...QUICK }));
      await Promise.all(lives.map(({ ready }) => ready));
      const followers = [
        collect(url, { table: 'keyed', since: server.position('keyed'), ...QUICK }),
        collect(url, { table: 'plain', since: server.position('plain'), ...QUICK, buffer: 3000 }),
      ];

      proxy.set({ cut: 0.02, stall: 0.004, delayMs: 3, pieceBytes: 40 });
      for (let edit = 0; edit < 150; edit++) {
        const dice = below(100);
        if (dice < 60) {
          for (let each = below(4); each >= 0; each--) {
            const id = 1 + below(60);
            if (random() < 0.3) keyed.delete(id);
            else
              keyed.set(id, [
                String(id),
                'abc'[below(3)] as string,
                String(below(10)),
                ...(header.length > 3 ? ['x'] : []),
              ]);
          }
          loadKeyed();
        } else if (dice < 90) {
          const at = below(plain.length + 1);
          plain = plain.toSpliced(
            at,
            below(3),
            ...Array.from({ length: below(3) }, () => [
              'abcdefghijkl'[below(12)] as string,
              String(below(3)),
            ]),
          );
          if (random() < 0.1) plain = plain.toReversed();
          if (plain.length < 3) plain = [...'aabb'].map((name) => [name, '1']);
          loadPlain();
        } else if (dice < 93) {
          header = header.length > 3 ? HEADER : [...HEADER, 'more'];
          keyed = new Map(
            [...keyed].map(([id, cells]) => [
              id,
              [...cells.slice(0, 3), ...(header.length > 3 ? ['x'] : [])],
            ]),
          );
          loadKeyed();
        } else if (dice < 95) {
          server.remove('keyed');
          await pass(below(30));
          loadKeyed();
        } else if (dice < 97) proxy.cutAll();
        else if (dice < 98) proxy.stallAll();
        else await pass(below(200));
        if (random() < 0.5) await pass(below(20));
      }
      proxy.set({});

      for (const [index, held] of lives.entries()) {
        const expected = sorted(await server.rows(queries[index] as string));
        await until(
          () => sorted(held.rows.values()),
          (found) => JSON.stringify(found) === JSON.stringify(expected),
          10_000,
        );
        if (wishes[index]?.table === 'keyed') for (const [key, row] of held.rows) expect(row.id).toBe(key);
      }
      expect(listOf(lives[4] as Live<Row>)).toEqual(await server.rows('/api/plain'));

      for (const [index, name] of ['keyed', 'plain'].entries()) {
        const { changes, stop } = followers[index] as ReturnType<typeof collect>;
        const { position } = server.app.rowcast.catalog.current().tables.get(name) as { position: string };
        await until(
          () => changes.at(-1)?.position,
          (found) => found === position,
          10_000,
        );
        await stop();
        expectWhole(changes);
      }
      expect(proxy.count()).toBeGreaterThan(12);
      for (const held of lives) held.close();
    },
  );
});

/** Each event once, each from where the one before it left off. The history of these tests keeps all of them. */
function expectWhole(changes: readonly Change[]): void {
  let version: string | null = null;
  const ids = new Set<string>();
  for (const change of changes) {
    if (change.kind === 'lost' || change.kind === 'snapshot') throw new Error(JSON.stringify(change));
    expect(ids.has(change.id)).toBe(false);
    ids.add(change.id);
    if (change.kind === 'changed' || change.kind === 'removed') {
      if (version !== null) expect(change.data.previous).toBe(version);
    }
    if (change.kind === 'changed' || change.kind === 'added') version = change.data.version;
  }
}

describe.skipIf(chromiumPath === undefined)('in a browser', () => {
  test('rows are current in a page, also after the connection was lost', { timeout: 60_000 }, async () => {
    await using server = await serve();
    await using proxy = await openFlakyProxy(server.port, Math.random);
    server.load('t', HEADER, numbered(1, 3));
    const bundle = await rolldown({ input: ENTRY, platform: 'browser' });
    const { output } = await bundle.generate({ format: 'iife', name: 'client', minify: true });
    const { code } = output[0];
    const browser = await startChromium();
    try {
      const page = await browser.newPage();
      // A page without a policy for scripts.
      await page.goto(`${server.url}/api/t?_format=json`);
      await page.addScriptTag({ content: code });
      await page.evaluate(`(() => {
        const url = 'http://127.0.0.1:${proxy.port}';
        const timing = { idleMs: 200, answerMs: 400 };
        window.held = client.live(url, { table: 't', where: { kind: 'a' }, ...timing });
        window.kinds = [];
        (async () => {
          const wish = { table: 't', snapshot: true, ...timing };
          for await (const { kind } of client.follow(url, wish)) window.kinds.push(kind);
        })();
      })()`);
      const rows = (wanted: number) => page.waitForFunction(`window.held.rows.size === ${wanted}`);
      await rows(3);
      await page.waitForFunction('window.kinds.length === 1');
      server.load('t', HEADER, numbered(1, 5));
      await rows(5);
      proxy.cutAll();
      server.load('t', HEADER, numbered(3, 4));
      await rows(2);
      proxy.stallAll();
      server.load('t', HEADER, numbered(3, 9));
      await rows(7);
      await page.waitForFunction('window.kinds.length === 4');
      expect(await page.evaluate('window.kinds')).toEqual(['snapshot', 'changed', 'changed', 'changed']);
    } finally {
      await browser.close();
    }
  });
});
