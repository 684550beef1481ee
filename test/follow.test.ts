// The URL of a table, followed: by WebSocket and by event stream, through proxies, restarts and shutdowns.
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { buildApp } from '../src/app.ts';
import { LIMITS, type Limits } from '../src/events/frames/limits.ts';
import { openKeepAlive } from '../src/events/transport/keep-alive.ts';
import { openEventStreams } from '../src/events/transport/sse.ts';
import { appOn, type TestApp } from './support/app.ts';
import { checkFrame, connectFeed, type FeedClient, type Frame } from './support/feed-client.ts';
import { openFlakyProxy } from './support/flaky-proxy.ts';
import { pass, temporaryFolder } from './support/folder.ts';
import { HISTORY } from './support/history.ts';

const CLUBS = 'id,name,kind\n1,Chess,game\n2,Choir,music\n';
const GO = '3,Go,game\n';
const BAND = '4,Band,music\n';
const CONTRACT = `openapi: 3.1.0
info: { title: Agreed, version: '1' }
paths:
  /api/agreed:
    get:
      x-rowcast: { static: [1, 2] }
      responses: { 200: { description: rows } }
`;

/** An event stream as EventSource reads it (HTML standard, section 9.2.6). */
class Stream {
  lastId: string;
  comments = 0;
  retry = 0;
  isEnded = false;
  readonly response: Response;
  readonly #queue: { id: string; frame: Frame }[] = [];
  readonly #stop: AbortController;
  #wake = () => {};

  private constructor(response: Response, lastId: string, stop: AbortController) {
    this.response = response;
    this.lastId = lastId;
    this.#stop = stop;
    this.#read()
      .catch(() => {})
      .finally(() => {
        this.isEnded = true;
        this.#wake();
      });
  }

  static async open(url: string, lastId = '', headers: Record<string, string> = {}): Promise<Stream> {
    const stop = new AbortController();
    const resumed = lastId === '' ? {} : { 'last-event-id': lastId };
    const all = { accept: 'text/event-stream', ...resumed, ...headers };
    const stream = new Stream(await fetch(url, { headers: all, signal: stop.signal }), lastId, stop);
    expect(stream.response.status, await (stream.response.ok ? '' : stream.response.text())).toBe(200);
    return stream;
  }

  /** The next event; null: the stream has ended. */
  async next(): Promise<Readonly<{ id: string; frame: Frame }> | null> {
    while (this.#queue.length === 0) {
      if (this.isEnded) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#queue.shift() as { id: string; frame: Frame };
  }

  close(): void {
    this.#stop.abort();
  }

  async #read(): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of this.response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() as string;
      for (const block of blocks) this.#take(block.split('\n'));
      this.#wake();
    }
  }

  #take(lines: readonly string[]): void {
    const data: string[] = [];
    for (const line of lines) {
      const [, field, value = ''] = /^([^:]*):? ?(.*)$/.exec(line) as unknown as [string, string, string];
      if (field === 'id') this.lastId = value;
      else if (field === 'data') data.push(value);
      else if (field === 'retry') this.retry = Number(value);
      else if (field === '') this.comments++;
      else throw new Error(`a line that is none: ${line}`);
    }
    if (data.length > 0) this.#queue.push({ id: this.lastId, frame: checkFrame(data.join('\n')) });
  }
}

/** Follows by WebSocket and takes the hello. */
async function follow(base: string, path: string): Promise<FeedClient & { hello: Frame }> {
  const client = await connectFeed(base.replace('http', 'ws') + path);
  const hello = await client.next();
  expect(hello.type).toBe('hello');
  return Object.assign(client, { hello });
}

/** Says that the file of the table `bad` never could be read. */
function spoil(served: TestApp): void {
  const rejection = { code: 'not-closed', reason: 'It ends inside a quote.' };
  served.app.rowcast.catalog.apply({ kind: 'rejected', name: 'bad', path: 'bad.csv', rejection });
}

/** Writes a table's file, and waits until it is served. */
async function write(served: TestApp, name: string, text: string, rows: number): Promise<void> {
  await writeFile(served.at(`${name}.csv`), text);
  await served.until(({ tables }) => tables.get(name)?.table?.rowCount === rows);
}

const position = (served: TestApp, name = 'clubs') =>
  served.app.rowcast.catalog.current().tables.get(name)?.position as string;

describe('by WebSocket', () => {
  test('a query follows its rows: the hello is of the table, the events are of what matches', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS, 'other.csv': 'id\n1\n' });
    const base = await served.listen();
    await using client = await follow(base, '/api/clubs?kind=game&_fields=name,id');
    expect(client.hello.tables).toEqual([
      { table: 'clubs', version: expect.any(String), position: position(served), rows: 2 },
    ]);
    await write(served, 'clubs', CLUBS + BAND, 3);
    await write(served, 'other', 'id\n1\n2\n', 2);
    await write(served, 'clubs', CLUBS + GO + BAND, 4);
    const event = await client.next();
    expect(event).toMatchObject({
      type: 'rowcast.table.changed',
      subject: 'clubs',
      data: { rows: 4, subscriptions: ['url'], changes: [{ op: 'insert', key: 3 }] },
    });
    expect(event.source).toMatch(/^\/api\/clubs\?.*kind/);
    expect(Object.keys(event.data.changes[0].row)).toEqual(['id', 'name']);
    await client.expectNothing();
  });

  test('client frames work as on /ws; the first subscribe replaces what the URL implies', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS, 'other.csv': 'id\n1\n' });
    await using client = await follow(await served.listen(), '/api/clubs?kind=game');
    client.send({ op: 'ping', id: 7 });
    expect(await client.next()).toEqual({ type: 'pong', id: 7 });
    client.send({ op: 'subscribe', id: 'mine', table: 'other' });
    expect(await client.next()).toMatchObject({ type: 'subscribed', id: 'mine', table: 'other' });
    await write(served, 'clubs', CLUBS + GO, 3);
    await write(served, 'other', 'id\n1\n2\n', 2);
    expect(await client.next()).toMatchObject({ subject: 'other', data: { subscriptions: ['mine'] } });
    await client.expectNothing();
  });

  test('_since tells what was missed, before what comes', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS });
    const base = await served.listen();
    const since = position(served);
    await write(served, 'clubs', CLUBS + GO, 3);
    await write(served, 'clubs', CLUBS + GO + BAND, 4);
    await using client = await follow(base, `/api/clubs?_since=${encodeURIComponent(since)}&kind=music`);
    await write(served, 'clubs', CLUBS, 2);
    const told = [await client.next(), await client.next()];
    expect(told.map(({ data }) => data.changes)).toMatchObject([
      [{ op: 'insert', key: 4 }],
      [{ op: 'delete', key: 4 }],
    ]);
    await client.expectNothing();
  });

  test('_name tells who follows', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS });
    const base = await served.listen();
    await using ada = await follow(base, '/api/clubs?_name=Ada%20L&kind=game');
    await using bob = await follow(base, '/ws?name=Bob&table=clubs');
    ada.send({ op: 'presence', id: 1, table: 'clubs' });
    expect(await ada.next()).toMatchObject({ type: 'presence', count: 2, names: ['Ada L', 'Bob'] });
    await bob.expectNothing();
  });

  test.each([
    ['/api/club', 404, 'unknown-table', 'clubs'],
    ['/api/clubs?kin=game', 400, 'invalid-query', 'kind'],
    ['/api/clubs?id=x', 400, 'invalid-query', ''],
    ['/api/clubs?_sort=name', 400, 'invalid-query', '_sort'],
    ['/api/clubs?_group=kind', 400, 'invalid-query', '_group'],
    ['/api/clubs?since=a', 400, 'invalid-query', '"nearest":"_since"'],
    ['/api/clubs?_sinc=a', 400, 'invalid-query', '"nearest":"_since"'],
    ['/api/clubs?_nam=a', 400, 'invalid-query', '"nearest":"_name"'],
    ['/api/clubs?_since=a&_since=b', 400, 'invalid-query', '_since'],
    [`/api/clubs?_name=${'x'.repeat(101)}`, 400, 'invalid-query', '_name'],
    ['/api/bad', 503, 'table-unavailable', 'bad.csv'],
    ['/api/agreed', 404, 'not-found', ''],
    ['/api/clubs/1', 404, 'not-found', ''],
    ['/api/clubs/_changes', 404, 'not-found', ''],
    ['/tables', 404, 'not-found', ''],
  ])('%s is refused before the 101: %i', async (path, status, code, said) => {
    await using served = await appOn({
      'clubs.csv': CLUBS,
      'contracts/agreed.yaml': CONTRACT,
    });
    spoil(served);
    const { response, body } = await upgrade(await served.listen(), path);
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.headers['access-control-allow-origin']).toBe('*');
    expect(JSON.parse(body)).toMatchObject({ type: `/problems/${code}`, status, instance: path });
    expect(body).toContain(said);
  });

  test.each(['HEAD', 'POST', 'OPTIONS'])('an upgrade by %s is refused', async (method) => {
    await using served = await appOn({ 'clubs.csv': CLUBS });
    const base = await served.listen();
    const { response } = await upgrade(base, '/api/clubs', method);
    expect([404, 405]).toContain(response.statusCode);
    await using client = await follow(base, '/api/clubs');
    await client.expectNothing();
  });

  test('an upgrade to something else gets the rows', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS });
    const { response, body } = await upgrade(await served.listen(), '/api/clubs', 'GET', 'h2c');
    expect(response.statusCode).toBe(200);
    expect(JSON.parse(body)).toHaveLength(2);
  });
});

/** Asks for an upgrade that is refused; resolves when the connection has ended. */
async function upgrade(base: string, path: string, method = 'GET', protocol = 'websocket') {
  const headers = {
    connection: 'Upgrade',
    upgrade: protocol,
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const asked = request(base + path, { headers, method, agent: false }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const ended = once(response.socket, 'close');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  await ended;
  return { response, body: Buffer.concat(chunks).toString() };
}

describe('by event stream', () => {
  test('headers and a position at once, then events with their ids, readable by any page', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS });
    const base = await served.listen();
    const stream = await Stream.open(`${base}/api/clubs?kind=game`, '', {
      origin: 'https://elsewhere.example',
    });
    const { headers } = stream.response;
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': expect.stringMatching(/^text\/event-stream/),
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': '*',
      vary: expect.stringMatching(/Accept/),
    });
    expect(headers.get('etag')).toBe(null);
    await expect.poll(() => stream.lastId).toBe(position(served));
    expect([stream.retry, stream.comments]).toEqual([1000, 1]);
    await write(served, 'clubs', CLUBS + BAND, 3);
    await write(served, 'clubs', CLUBS + GO + BAND, 4);
    expect(await stream.next()).toMatchObject({
      id: position(served),
      frame: {
        type: 'rowcast.table.changed',
        id: position(served),
        data: { subscriptions: ['url'], changes: [{ op: 'insert', key: 3 }] },
      },
    });
    stream.close();
  });

  test('Last-Event-ID and _since go on where they say; the header counts', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS });
    const base = await served.listen();
    const first = position(served);
    await write(served, 'clubs', CLUBS + GO, 3);
    const second = position(served);
    await write(served, 'clubs', CLUBS + GO + BAND, 4);
    const keys = async (url: string, lastId: string, count: number) => {
      const stream = await Stream.open(base + url, lastId);
      const found: unknown[] = [];
      for (let i = 0; i < count; i++) found.push((await stream.next())?.frame.data.changes[0].key);
      stream.close();
      return found;
    };
    expect(await keys('/api/clubs', first, 2)).toEqual([3, 4]);
    expect(await keys(`/api/clubs?_since=${first}`, '', 2)).toEqual([3, 4]);
    expect(await keys(`/api/clubs?_since=${first}`, second, 1)).toEqual([4]);
    expect(await keys(`/api/clubs?kind=music&_since=${first}`, '', 1)).toEqual([4]);
  });

  test('what cannot be told any more is a resync with the present position', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS });
    const base = await served.listen();
    for (const since of ['nonsense', 'other0.7.abcdef']) {
      const stream = await Stream.open(`${base}/api/clubs?kind=game`, since);
      expect(await stream.next()).toEqual({
        id: position(served),
        frame: { type: 'resync', id: 'url', table: 'clubs', position: position(served), reason: 'unknown' },
      });
      stream.close();
    }
  });

  test('the streams of two tables have nothing in common', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS, 'other.csv': 'id\n1\n' });
    const base = await served.listen();
    const [clubs, other] = await Promise.all(
      ['clubs', 'other'].map((name) => Stream.open(`${base}/api/${name}`)),
    );
    await write(served, 'clubs', CLUBS + GO, 3);
    await write(served, 'other', 'id\n1\n2\n', 2);
    expect((await clubs?.next())?.frame.subject).toBe('clubs');
    expect((await other?.next())?.frame.subject).toBe('other');
    await rm(served.at('clubs.csv'));
    expect((await clubs?.next())?.frame.type).toBe('rowcast.table.removed');
    await writeFile(served.at('clubs.csv'), CLUBS);
    expect((await clubs?.next())?.frame.type).toBe('rowcast.table.added');
    clubs?.close();
    other?.close();
  });

  test.each([
    ['text/event-stream', 'text/event-stream'],
    ['Text/Event-Stream', 'text/event-stream'],
    ['text/event-stream, */*;q=0.5', 'text/event-stream'],
    ['application/json;q=0.5, text/event-stream;q=0.6', 'text/event-stream'],
    ['text/event-stream;q=0.4, application/json', 'application/json'],
    ['application/json, text/event-stream', 'application/json'],
    ['text/event-stream, */*', 'application/json'],
    ['*/*', 'application/json'],
    ['text/*', 'text/csv'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['text/event-stream;q=0, */*', 'application/json'],
  ])('Accept: %s gets %s', async (accept, type) => {
    await using served = await appOn({ 'clubs.csv': CLUBS });
    const stop = new AbortController();
    const answer = await fetch(`${await served.listen()}/api/clubs`, {
      headers: { accept },
      signal: stop.signal,
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')?.split(';')[0]).toBe(type);
    expect(answer.headers.get('vary')).toMatch(/Accept/);
    stop.abort();
  });

  test.each([
    ['GET', '/api/club', 'text/event-stream', 404],
    ['GET', '/api/clubs?_sort=name', 'text/event-stream', 400],
    ['GET', '/api/clubs?nam=x', 'text/event-stream', 400],
    ['GET', '/api/bad', 'text/event-stream', 503],
    ['GET', '/api/clubs', 'text/event-stream;q=0', 406],
    ['GET', '/api/clubs', 'image/png', 406],
    ['GET', '/api/clubs/1', 'text/event-stream', 406],
    ['GET', '/api/clubs?_since=x', 'application/json', 400],
    ['POST', '/api/clubs', 'text/event-stream', 405],
  ])('%s %s for %s is %i', async (method, path, accept, status) => {
    await using served = await appOn({ 'clubs.csv': CLUBS });
    spoil(served);
    const answer = await fetch((await served.listen()) + path, { method, headers: { accept } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(((await answer.json()) as { status: number }).status).toBe(status);
  });

  test('HEAD has the headers and ends; what a contract answers stays JSON', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS, 'contracts/agreed.yaml': CONTRACT });
    const base = await served.listen();
    const headers = { accept: 'text/event-stream' };
    const head = await fetch(`${base}/api/clubs`, { method: 'HEAD', headers });
    expect([head.status, head.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/event-stream/),
    ]);
    const agreed = await fetch(`${base}/api/agreed`, { headers });
    expect(agreed.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await agreed.json()).toHaveLength(2);
  });

  test('through a network that cuts, delays and splits, every version arrives once, in order', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS });
    const base = await served.listen();
    let seed = 42;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    await using proxy = await openFlakyProxy(Number(new URL(base).port), random);
    proxy.set({ cut: 0.3, delayMs: 5, pieceBytes: 40 });
    const url = `http://127.0.0.1:${proxy.port}/api/clubs?_since=${position(served)}`;
    const versions: string[] = [];
    const done = new AbortController();
    const reading = (async () => {
      for (let lastId = ''; !done.signal.aborted; ) {
        try {
          const stream = await Stream.open(url, lastId);
          const leave = () => stream.close();
          done.signal.addEventListener('abort', leave);
          for (let event = await stream.next(); event !== null; event = await stream.next())
            versions.push(event.frame.data.version);
          done.signal.removeEventListener('abort', leave);
          lastId = stream.lastId;
        } catch {
          // The connection was cut before there was an answer.
        }
      }
    })();
    const wanted: string[] = [];
    for (let i = 0; i < 40; i++) {
      await write(
        served,
        'clubs',
        `${CLUBS}${Array.from({ length: i + 1 }, (_, n) => `${n + 10},n,k\n`).join('')}`,
        i + 3,
      );
      wanted.push(served.app.rowcast.catalog.current().tables.get('clubs')?.table?.version as string);
    }
    await expect.poll(() => versions.at(-1), { timeout: 15_000 }).toBe(wanted.at(-1));
    done.abort();
    await reading;
    expect(versions).toEqual(wanted);
    expect(proxy.count()).toBeGreaterThan(3);
  });

  test('who goes away is forgotten', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS });
    const base = await served.listen();
    const stream = await Stream.open(`${base}/api/clubs?_name=Ada`);
    await using client = await follow(base, '/ws?table=');
    const names = async () => {
      client.send({ op: 'presence', id: 1, table: 'clubs' });
      return (await client.next()).names;
    };
    expect(await names()).toEqual(['Ada']);
    stream.close();
    await expect.poll(names).toEqual([]);
  });
});

describe('event streams', () => {
  async function streaming(limits: Partial<Limits>): Promise<{
    app: FastifyInstance;
    url: string;
    outlets: Parameters<Parameters<ReturnType<typeof openEventStreams>['open']>[2]>[0][];
    ended: () => number;
  }> {
    const app = Fastify();
    const streams = openEventStreams({ ...LIMITS, ...limits });
    const outlets: Parameters<Parameters<typeof streams.open>[2]>[0][] = [];
    let ended = 0;
    app.addHook('preClose', () => streams.close(0.2));
    app.get('/', (_, reply) =>
      streams.open(reply, null, (outlet) => {
        outlets.push(outlet);
        return { end: () => ended++ };
      }),
    );
    await app.listen({ port: 0, host: '127.0.0.1' });
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/`;
    return { app, url, outlets, ended: () => ended };
  }
  const sent = (bytes: Buffer) => ({ bytes, id: null, isShared: false });
  const REPLY = Buffer.from('{"type":"pong"}');

  test('have a comment now and then', async () => {
    const { app, url } = await streaming({ ssePingSeconds: 0.05 });
    const stream = await Stream.open(url);
    await expect.poll(() => stream.comments).toBeGreaterThan(4);
    await app.close();
    expect(await stream.next()).toBe(null);
  });

  test('that nobody reads are cut, and say how much waits', async () => {
    const { app, url, outlets, ended } = await streaming({ pendingBytes: 200_000 });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'readable');
    const big = Buffer.from(JSON.stringify('x'.repeat(50_000)));
    for (let i = 0; i < 1000 && ended() === 0; i++) {
      outlets[0]?.send(sent(big));
      await new Promise(setImmediate);
    }
    expect(ended()).toBe(1);
    outlets[0]?.send(sent(REPLY));
    outlets[0]?.close(1000, '');
    socket.destroy();
    await app.close();
  });

  test('call when they are read', async () => {
    const { app, url, outlets } = await streaming({ pendingBytes: 100_000_000 });
    const stream = await Stream.open(url);
    const [outlet] = outlets as [(typeof outlets)[0]];
    for (let i = 0; i < 200; i++)
      outlet.send(sent(Buffer.from(`{"type":"pong","id":"${'x'.repeat(50_000)}"}`)));
    expect(outlet.pending()).toBeGreaterThan(1_000_000);
    await new Promise<void>((resolve) => outlet.whenDrained(resolve));
    expect(outlet.pending()).toBeLessThan(100_000);
    for (let i = 0; i < 200; i++) expect((await stream.next())?.frame.type).toBe('pong');
    outlet.close(1001, '');
    expect(await stream.next()).toBe(null);
    await app.close();
  });
});

describe('the keep-alive of many', () => {
  test('spreads their pings, cuts the silent ones, and spares the others', async () => {
    const pings = new Map<object, number>();
    const cut = new Set<object>();
    const keepAlive = openKeepAlive<{ ping: () => void; terminate: () => void }>(100, 60);
    let most = 0;
    let turn = 0;
    const sockets = Array.from({ length: 100 }, (_, index) => {
      const socket = {
        ping() {
          most = Math.max(most, ++turn);
          queueMicrotask(() => setImmediate(() => (turn = 0)));
          pings.set(socket, (pings.get(socket) ?? 0) + 1);
          if (index % 2 === 0) setImmediate(() => keepAlive.heard(socket));
        },
        terminate() {
          cut.add(socket);
          keepAlive.remove(socket);
        },
      };
      keepAlive.add(socket);
      return socket;
    });
    await expect.poll(() => cut.size).toBe(50);
    expect(sockets.filter((socket, index) => cut.has(socket) !== (index % 2 === 1))).toEqual([]);
    await expect.poll(() => Math.min(...sockets.map((socket) => pings.get(socket) ?? 0))).toBeGreaterThan(0);
    expect(most).toBeLessThan(50);
    const left = sockets[0] as (typeof sockets)[0];
    keepAlive.remove(left);
    const told = pings.get(left);
    await pass(150);
    expect(pings.get(left)).toBe(told);
    keepAlive.close();
  });
});

describe('a server that stops', () => {
  test('delivers what was published, then says 1001 to sockets and ends the streams, at once', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS });
    const base = await served.listen();
    await using client = await follow(base, '/api/clubs');
    const stream = await Stream.open(`${base}/api/clubs`);
    await write(served, 'clubs', CLUBS + GO, 3);
    const start = performance.now();
    await served.app.close();
    expect(performance.now() - start).toBeLessThan(1000);
    expect((await client.next()).data.changes).toHaveLength(1);
    expect(await client.closed).toEqual({ code: 1001, reason: 'The server is shutting down.' });
    expect((await stream.next())?.frame.data.changes).toHaveLength(1);
    expect(await stream.next()).toBe(null);
  });

  test('does not wait for streams that nobody reads', async () => {
    await using served = await appOn({ 'clubs.csv': CLUBS });
    const { port } = new URL(await served.listen());
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /api/clubs HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n');
    await once(socket, 'readable');
    const start = performance.now();
    await served.app.close();
    expect(performance.now() - start).toBeLessThan(3000);
    socket.destroy();
  });

  test('and starts again takes nothing from clients that come back with their positions', async () => {
    await using folder = await temporaryFolder();
    await mkdir(folder.path);
    await writeFile(folder.at('clubs.csv'), CLUBS);
    await writeFile(folder.at('other.csv'), 'id\n1\n');
    const start = async () => {
      const config = { folder: folder.path, contracts: folder.at('none'), host: '127.0.0.1', port: 0 };
      const app = await buildApp({ ...config, history: HISTORY });
      await app.rowcast.whenScanned;
      await app.listen({ port: 0, host: '127.0.0.1' });
      return { app, base: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` };
    };
    const first = await start();
    await using client = await follow(first.base, '/api/clubs');
    const stream = await Stream.open(`${first.base}/api/clubs`);
    await writeFile(folder.at('clubs.csv'), CLUBS + GO);
    const { data } = await client.next();
    expect((await stream.next())?.id).toBe(data.position);
    const [, other] = (await follow(first.base, '/ws')).hello.tables;
    await first.app.close();
    expect((await client.closed).code).toBe(1001);
    expect(await stream.next()).toBe(null);

    await writeFile(folder.at('other.csv'), 'id\n1\n2\n');
    const second = await start();
    await using again = await follow(second.base, '/ws?table=');
    again.send({ op: 'subscribe', id: 1, table: 'clubs', since: data.position });
    const reply = await again.next();
    expect(reply).toMatchObject({ type: 'subscribed', version: data.version, recovered: true });
    expect(reply.position).not.toBe(data.position);
    // What changed while nobody looked is nowhere told: the client hears that it has to read again.
    again.send({ op: 'subscribe', id: 2, table: 'other', since: other.position });
    expect(await again.next()).toMatchObject({ recovered: false, reason: 'unknown' });
    const resumed = await Stream.open(`${second.base}/api/clubs`, stream.lastId);
    const lost = await Stream.open(`${second.base}/api/other`, other.position);
    expect((await lost.next())?.frame).toMatchObject({ type: 'resync', reason: 'unknown' });
    await writeFile(folder.at('clubs.csv'), CLUBS + GO + BAND);
    expect((await again.next()).data.changes).toMatchObject([{ op: 'insert', key: 4 }]);
    expect((await resumed.next())?.frame.data.changes).toMatchObject([{ op: 'insert', key: 4 }]);
    for (const each of [resumed, lost]) each.close();
    await second.app.close();
  });
});
