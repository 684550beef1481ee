// The feed through real sockets: what subscribers are told, what their frames are answered, what closes them.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WebSocket as WsClient } from 'ws';
import { buildApp } from '../src/app.ts';
import type { Entry } from '../src/catalog.ts';
import { LIMITS } from '../src/events/frames/limits.ts';
import { recordsOf } from '../src/events/history/record.ts';
import { type Outlet, openHub } from '../src/events/hub/hub.ts';
import { EVERYTHING_WISH } from '../src/events/view/filter.ts';
import { frameHead, viewOf } from '../src/events/view/view.ts';
import { diffTables } from '../src/table/diff.ts';
import type { Table } from '../src/table/table.ts';
import { connectFeed, type FeedClient, type Frame } from './support/feed-client.ts';
import { type FeedServer, NOW, PLAIN, startFeed } from './support/feed-server.ts';
import { temporaryFolder } from './support/folder.ts';
import { HISTORY } from './support/history.ts';
import { refusedUpgrade } from './support/refused-upgrade.ts';
import { rowObject } from './support/row-object.ts';

const CLUBS = ['id', 'name', 'kind'];
const CHESS = ['1', 'Chess', 'game'];
const CHOIR = ['2', 'Choir', 'music'];
const RUGBY = ['3', 'Rugby', 'sport'];

/** Connects and takes the hello. */
async function follow(url: string): Promise<FeedClient> {
  const client = await connectFeed(url);
  expect((await client.next()).type).toBe('hello');
  return client;
}

describe('hello', () => {
  test('is the first frame, with the tables that have rows and the limits', async () => {
    await using server = await startFeed();
    const clubs = server.load('clubs', CLUBS, [CHESS, CHOIR]);
    server.load('stale', CLUBS, [CHESS]);
    server.reject('stale', { code: 'unreadable', reason: 'no' });
    server.reject('never', { code: 'unreadable', reason: 'no' });
    await using client = await connectFeed(server.url);
    const hello = await client.next();
    expect(hello).toMatchObject({ type: 'hello', server: 'rowcast/1.2.3', limits: LIMITS });
    expect(hello.tables.map(({ table }: Frame) => table)).toEqual(['clubs', 'stale']);
    const position = server.catalog.current().tables.get('clubs')?.position;
    expect(hello.tables[0]).toEqual({ table: 'clubs', version: clubs.version, position, rows: 2 });
    await client.expectNothing();
  });

  test('lists no table where there is none', async () => {
    await using server = await startFeed();
    await using client = await connectFeed(server.url);
    expect((await client.next()).tables).toEqual([]);
  });

  test('and the events after it are of one moment: none lost, none twice', async () => {
    await using server = await startFeed();
    let version = 0;
    const edit = () => server.load('t', ['id', 'n'], [['1', String(++version)]]);
    edit();
    const editing = setInterval(edit, 1);
    try {
      await Promise.all(
        Array.from({ length: 40 }, async () => {
          await using client = await connectFeed(server.url);
          let known = (await client.next()).tables[0].version;
          for (let i = 0; i < 5; i++) {
            const { data } = await client.next();
            expect(data.previous).toBe(known);
            known = data.version;
          }
        }),
      );
    } finally {
      clearInterval(editing);
    }
  });
});

describe('events', () => {
  test('of one table, from added to removed, each in its CloudEvents envelope', async () => {
    await using server = await startFeed();
    await using client = await follow(server.url);
    const first = server.load('clubs', CLUBS, [CHESS, CHOIR]);
    const added = await client.next();
    expect(added).toMatchObject({
      specversion: '1.0',
      type: 'rowcast.table.added',
      source: '/api/clubs',
      subject: 'clubs',
      time: NOW,
      datacontenttype: 'application/json',
      data: { table: 'clubs', version: first.version, rows: 2, subscriptions: ['url'] },
    });
    const second = server.load('clubs', CLUBS, [CHESS, ['2', 'Choir', 'voices'], RUGBY]);
    const changed = await client.next();
    expect(changed.type).toBe('rowcast.table.changed');
    expect(changed.data).toEqual({
      table: 'clubs',
      version: second.version,
      previous: first.version,
      position: server.catalog.current().tables.get('clubs')?.position,
      rows: 3,
      counts: { inserted: 1, updated: 1, deleted: 0 },
      changes: [
        { op: 'update', key: 2, row: { id: 2, name: 'Choir', kind: 'voices' }, changed: ['kind'] },
        { op: 'insert', key: 3, row: { id: 3, name: 'Rugby', kind: 'sport' } },
      ],
      subscriptions: ['url'],
    });
    server.load('clubs', CLUBS, [CHESS, RUGBY]);
    expect((await client.next()).data.changes).toEqual([
      { op: 'delete', key: 2, row: { id: 2, name: 'Choir', kind: 'voices' } },
    ]);
    const last = server.load('clubs', CLUBS, [CHESS, RUGBY]);
    await client.expectNothing();
    server.catalog.apply({ kind: 'removed', name: 'clubs' });
    const removed = await client.next();
    expect(removed.type).toBe('rowcast.table.removed');
    expect(removed.data).toMatchObject({ table: 'clubs', previous: last.version, subscriptions: ['url'] });
    server.load('clubs', CLUBS, [CHESS, RUGBY]);
    const again = await client.next();
    expect(again).toMatchObject({ type: 'rowcast.table.added', data: { version: last.version } });
    expect(new Set([added, removed, again].map(({ data }) => data.position)).size).toBe(3);
    await client.expectNothing();
  });

  test('end with the subscriptions, so that the bytes before them can be shared', async () => {
    await using server = await startFeed();
    await using client = await follow(server.url);
    server.load('clubs', CLUBS, [CHESS]);
    await client.next();
    expect(client.received.at(-1)).toMatch(/,"subscriptions":\["url"\]\}\}$/);
  });

  test('without a key go by content: the old number in a delete, the new one in an insert', async () => {
    await using server = await startFeed();
    const header = ['name', 'n'];
    server.load('t', header, [
      ['a', '1'],
      ['a', '1'],
      ['b', '1'],
      ['c', null],
    ]);
    await using client = await follow(server.url);
    server.load('t', header, [
      ['a', '1'],
      ['b', '1'],
      ['z', '7'],
      ['c', null],
      ['a', '1'],
    ]);
    const { counts, changes } = (await client.next()).data;
    expect(counts).toEqual({ inserted: 2, updated: 0, deleted: 1 });
    expect(changes).toEqual([
      { op: 'delete', key: expect.any(Number), row: { name: 'a', n: 1 } },
      { op: 'insert', key: 3, row: { name: 'z', n: 7 } },
      { op: 'insert', key: 5, row: { name: 'a', n: 1 } },
    ]);
  });

  test.each([
    ['by key', CLUBS, [CHESS, CHOIR, RUGBY]],
    [
      'by content',
      ['name', 'n'],
      [
        ['a', '1'],
        ['a', '1'],
        ['b', '2'],
      ],
    ],
  ])('the same rows in another order are one event without changes: %s', async (_, header, rows) => {
    await using server = await startFeed();
    server.load('t', header, rows);
    await using client = await follow(server.url);
    server.load('t', header, rows.toReversed());
    const { data } = await client.next();
    const zero = { inserted: 0, updated: 0, deleted: 0 };
    expect(data).toMatchObject({ counts: zero, reordered: true, changes: [] });
    await client.expectNothing();
  });

  test('a change of types is told before the rows', async () => {
    await using server = await startFeed();
    const before = server.load(
      't',
      ['id', 'n'],
      [
        ['1', '5'],
        ['2', '6'],
      ],
    );
    await using client = await follow(server.url);
    const after = server.load(
      't',
      ['id', 'n'],
      [
        ['1', '5'],
        ['2', 'six'],
      ],
    );
    const told = await client.next();
    expect(told.type).toBe('rowcast.table.schemaChanged');
    expect(told.data).toEqual({
      table: 't',
      schema: JSON.parse(JSON.stringify(after.schema)),
      previousSchema: JSON.parse(JSON.stringify(before.schema)),
      subscriptions: ['url'],
    });
    const { data } = await client.next();
    expect(data.changes).toEqual([
      { op: 'update', key: 1, row: { id: 1, n: '5' }, changed: ['n'] },
      { op: 'update', key: 2, row: { id: 2, n: 'six' }, changed: ['n'] },
    ]);
  });

  test.each([
    ['schema', ['id', 'n'], [['1', '5']], ['id', 'm'], [['1', '5']]],
    [
      'key',
      ['id', 'n'],
      [
        ['1', '5'],
        ['2', '6'],
      ],
      ['id', 'n'],
      [
        ['1', '5'],
        ['1', '6'],
      ],
    ],
    ['key', ['id', 'n'], [['1', '5']], ['id', 'n'], [['one', '5']]],
  ])('another %s truncates the changes: %j %j to %j %j', async (reason, header, rows, newHeader, newRows) => {
    await using server = await startFeed();
    server.load('t', header, rows);
    await using client = await follow(server.url);
    server.load('t', newHeader, newRows);
    expect((await client.next()).type).toBe('rowcast.table.schemaChanged');
    const { data } = await client.next();
    expect(data).toMatchObject({ truncated: true, reason, rows: newRows.length });
    expect(data).not.toHaveProperty('changes');
  });

  test('no recovery without a rejection: bad, worse, good, and good with other rows', async () => {
    await using server = await startFeed();
    await using client = await follow(server.url);
    server.reject('t', { code: 'open-quote', reason: 'ends inside a quote', line: 3 });
    expect(await client.next()).toMatchObject({
      type: 'rowcast.table.rejected',
      data: { table: 't', path: 't.csv', code: 'open-quote', reason: 'ends inside a quote', line: 3 },
    });
    const first = server.load('t', CLUBS, [CHESS]);
    expect((await client.next()).type).toBe('rowcast.table.added');
    const rejections: string[] = [];
    for (let round = 0; round < 2; round++) {
      server.reject('t', { code: 'unreadable', reason: 'permission denied' });
      const rejected = await client.next();
      expect(rejected.data).not.toHaveProperty('line');
      rejections.push(rejected.id);
      server.load('t', CLUBS, [CHESS]);
      const recovered = await client.next();
      expect(recovered).toMatchObject({ type: 'rowcast.table.recovered', data: { version: first.version } });
      rejections.push(recovered.id);
    }
    expect(new Set(rejections).size).toBe(4);
    server.reject('t', { code: 'unreadable', reason: 'permission denied' });
    await client.next();
    const second = server.load('t', CLUBS, [CHOIR]);
    expect(await client.next()).toMatchObject({
      type: 'rowcast.table.recovered',
      data: { version: first.version },
    });
    expect(await client.next()).toMatchObject({ data: { previous: first.version, version: second.version } });
    await client.expectNothing();
  });

  test('files that are no tables are rejected under their names', async () => {
    await using server = await startFeed();
    await using client = await follow(server.url);
    const binary = { name: 'photo', code: 'binary', reason: 'A PNG.' };
    server.catalog.reject([
      { ...binary, path: 'photo.csv' },
      { ...binary, path: 'photo.tsv' },
    ]);
    const both = [await client.next(), await client.next()];
    expect(both.map(({ data }) => data.path)).toEqual(['photo.csv', 'photo.tsv']);
    expect(both[0].id).not.toBe(both[1].id);
    await client.expectNothing();
  });

  test.each(['__proto__', 'a b/é{x}%', '2024.sales', 'constructor'])(
    'names are only names: %s',
    async (name) => {
      await using server = await startFeed();
      server.load(name, ['id', name], [['1', 'x']]);
      await using client = await follow(`${server.url}?table=${encodeURIComponent(name)}`);
      server.load(name, ['id', name], [['1', 'y']]);
      const event = await client.next();
      expect(event).toMatchObject({ subject: name, source: `/api/${encodeURIComponent(name)}` });
      const change = event.data.changes[0];
      expect(change.changed).toEqual([name]);
      expect(Object.entries(change.row)).toEqual([
        ['id', 1],
        [name, 'y'],
      ]);
    },
  );
});

describe('large changes', () => {
  const numbered = (count: number, text = 'x') => Array.from({ length: count }, (_, i) => [String(i), text]);

  test.each([
    [1000, undefined],
    [1001, 'size'],
  ])('%i changed rows: truncated for %s', async (count, reason) => {
    await using server = await startFeed();
    server.load('t', ['id', 'n'], []);
    server.load('t', ['id', 'n'], numbered(1));
    await using client = await follow(server.url);
    server.load('t', ['id', 'n'], numbered(count + 1));
    const { data } = await client.next();
    expect(data.counts).toEqual({ inserted: count, updated: 0, deleted: 0 });
    expect(data.reason).toBe(reason);
    expect(data.changes?.length).toBe(reason === undefined ? count : undefined);
  });

  test.each([
    ['many rows', numbered(900, 'é'.repeat(100)), undefined],
    ['many longer rows', numbered(900, 'é'.repeat(140)), 'size'],
    ['one cell', [['0', 'x'.repeat(LIMITS.changeBytes - 60)]], undefined],
    ['one longer cell', [['0', 'x'.repeat(LIMITS.changeBytes)]], 'size'],
    ['a cell that JSON makes longer', [['0', '"'.repeat(LIMITS.changeBytes / 2)]], 'size'],
  ])('256 KiB of changes, %s', async (_, rows, reason) => {
    await using server = await startFeed();
    server.load('t', ['id', 'n'], [['5000', 'x']]);
    await using client = await follow(server.url);
    server.load('t', ['id', 'n'], [['5000', 'x'], ...rows]);
    const { data } = await client.next();
    expect(data.counts.inserted).toBe(rows.length);
    expect(data.reason).toBe(reason);
    expect('changes' in data).toBe(reason === undefined);
    if (data.changes)
      expect(Buffer.byteLength(JSON.stringify(data.changes))).toBeLessThanOrEqual(LIMITS.changeBytes);
  });

  test('cost no more than what is told of them', async () => {
    await using server = await startFeed();
    const huge = 'x'.repeat(60_000_000);
    server.load('t', ['id', 'n'], [['1', 'a']]);
    const previous = entryOf(server, 't');
    await using client = await follow(server.url);
    const after = server.load('t', ['id', 'n'], [['1', huge]]);
    expect((await client.next()).data).toMatchObject({ truncated: true, reason: 'size' });
    expect(client.received.at(-1)?.length).toBeLessThan(1000);
    const diff = diffTables(previous.table, after);
    const change = { kind: 'changed', entry: entryOf(server, 't'), previous, diff } as const;
    const [record] = recordsOf(change, server.catalog.current(), new Date(NOW));
    const least = (action: () => unknown) =>
      Math.min(
        ...[1, 2, 3].map(() => {
          const start = performance.now();
          action();
          return performance.now() - start;
        }),
      );
    const whole = least(() => JSON.stringify(rowObject(after, 0)));
    const view = viewOf(EVERYTHING_WISH, '', null, 'rows');
    expect(least(() => frameHead(record!, view, LIMITS.changeBytes))).toBeLessThan(whole / 10);
  });
});

function entryOf({ catalog }: FeedServer, name: string): Entry & { table: Table } {
  const entry = catalog.current().tables.get(name);
  if (!entry?.table) throw new Error(`no table ${name}`);
  return entry;
}

/** What a client does with an event; a table that it has to read again, it reads. */
function fold(rows: readonly Frame[], data: Frame, now: Table): readonly Frame[] {
  if (data.truncated || data.reordered) return rowsOf(now);
  const next = [...rows];
  const keyField = now.key.fields[0];
  for (const { op, key, row } of data.changes) {
    const at = keyField === undefined ? key - 1 : next.findIndex((known) => known[keyField] === key);
    if (op === 'delete') expect(next.splice(at, 1)).toEqual([row]);
    else if (op === 'update') {
      const fields = Object.keys(row).filter((name) => row[name] !== next[at][name]);
      // A field may differ in its text alone: 1.5 and 1.50 are one value.
      expect(data.changes.find((change: Frame) => change.key === key).changed).toEqual(
        expect.arrayContaining(fields),
      );
      next[at] = row;
    } else if (keyField === undefined) next.splice(at, 0, row);
    else next.push(row);
  }
  return next;
}

function rowsOf(table: Table): Frame[] {
  return Array.from({ length: table.rowCount }, (_, row) =>
    JSON.parse(JSON.stringify(rowObject(table, row))),
  );
}

/** Events tell the places of rows only where the row number is the key. */
function comparable(rows: readonly Frame[], { key }: Table): unknown {
  return key.mode === 'rowNumber' ? rows : rows.map((row) => JSON.stringify(row)).toSorted();
}

describe('folding the events gives the rows', () => {
  const cell = fc.constantFrom(null, '', 'a', 'b', '1', '2', '1.50', 'NA', 'é');
  const number = fc.constantFrom('0.5', '1.5', '2.5');
  const id = fc.integer({ min: 0, max: 9 }).map(String);
  type Rows = (string | null)[][];
  const cases: [mode: string, header: string[], rows: fc.Arbitrary<Rows>][] = [
    [
      'by key',
      ['id', 'n', 'm'],
      fc.uniqueArray(fc.tuple(id, cell, cell), { selector: ([key]) => key, maxLength: 8 }),
    ],
    ['by content', ['n', 'm'], fc.array(fc.tuple(number, cell), { minLength: 1, maxLength: 12 })],
    ['by whatever is the key', ['n', 'm'], fc.array(fc.tuple(cell, cell), { maxLength: 8 })],
  ];
  test.each(cases)('%s', async (mode, header, rowLists) => {
    await using server = await startFeed();
    await using client = await follow(server.url);
    let tables = 0;
    const versions = fc.array(rowLists, { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(versions, async ([first = [], ...rest]) => {
        const name = `t${++tables}`;
        let table = server.load(name, header, first);
        expect((await client.next()).data.version).toBe(table.version);
        let rows: readonly Frame[] = rowsOf(table);
        for (const list of rest) {
          const previous = table;
          table = server.load(name, header, list);
          if (table.version === previous.version) continue;
          const { data } = await client.next(({ type }) => type === 'rowcast.table.changed');
          expect([data.previous, data.version, data.rows]).toEqual([
            previous.version,
            table.version,
            list.length,
          ]);
          if (mode === 'by content') expect(table.key.mode).toBe('rowNumber');
          rows = fold(rows, data, table);
          expect(comparable(rows, table)).toEqual(comparable(rowsOf(table), table));
        }
        await client.expectNothing();
      }),
      { numRuns: 200 },
    );
  });
});

describe('?table=', () => {
  test.each([
    ['', ['a', 'b', 'c']],
    ['?table=a', ['a']],
    ['?table=a&table=c', ['a', 'c']],
    ['?table=', []],
    ['?table=&table=b', ['b']],
    ['?table=A', []],
  ])('%s', async (query, wanted) => {
    await using server = await startFeed();
    for (const name of ['a', 'b']) server.load(name, CLUBS, [CHESS]);
    await using client = await follow(server.url + query);
    for (const name of ['a', 'b', 'c']) server.load(name, CLUBS, [CHOIR]);
    const found: string[] = [];
    for (const _ of wanted) found.push((await client.next()).subject);
    expect(found).toEqual(wanted);
    await client.expectNothing();
  });

  test.each(['?tabl=a', '?table=a&since=1', '?__proto__=1'])(
    'unknown parameters are refused: %s',
    async (query) => {
      await using server = await startFeed();
      const { response, body } = await refused(server, `/ws${query}`);
      expect(response.statusCode).toBe(400);
      expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      const { type, errors } = JSON.parse(body);
      expect(type).toBe('/problems/invalid-query');
      expect(errors).toEqual([
        expect.objectContaining({ code: 'unknown-parameter', allowed: ['table', 'name'] }),
      ]);
      if (query.startsWith('?tabl='))
        expect(errors[0]).toMatchObject({ parameter: 'tabl', nearest: 'table' });
    },
  );
});

/** Asks for an upgrade that is refused; resolves when the connection has ended. */
async function refused(
  server: Pick<FeedServer, 'address'>,
  path: string,
  protocol = 'websocket',
  method = 'GET',
) {
  const headers = {
    connection: 'Upgrade',
    upgrade: protocol,
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const asked = request(`http://${server.address}${path}`, { headers, method, agent: false }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const ended = once(response.socket, 'close');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  await ended;
  return { response, body: Buffer.concat(chunks).toString() };
}

describe('upgrades', () => {
  test.each(['/plain', '/nowhere', '/ws/', '/'])(
    'are refused where there is no WebSocket: %s',
    async (path) => {
      await using server = await startFeed();
      const { response, body } = await refused(server, path);
      expect(response.statusCode).toBe(404);
      expect(JSON.parse(body)).toMatchObject({ type: '/problems/not-found', instance: path });
    },
  );

  test('to anything else are ignored: the request is answered in full, and the connection ends', async () => {
    await using server = await startFeed();
    const { response, body } = await refused(server, '/plain', 'h2c');
    expect(response.statusCode).toBe(200);
    expect(body.length).toBe(PLAIN.length * 1000);
    expect((await refused(server, '/ws', 'h2c')).response.statusCode).toBe(426);
  });

  test('that are refused end the connection, whatever the client does', async () => {
    await using server = await startFeed();
    const start = performance.now();
    const socket = rawUpgrade(server, { path: '/nowhere' });
    socket.resume();
    await once(socket, 'end');
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('work on every address of a name', async () => {
    await using server = await startFeed({}, 'localhost');
    for (const info of server.app.addresses()) {
      const { address, family, port } = info as AddressInfo;
      const host = family === 'IPv6' ? `[${address}]` : address;
      await using client = await follow(`ws://${host}:${port}/ws`);
      await client.expectNothing();
    }
  });

  test('are what /ws asks for', async () => {
    await using server = await startFeed();
    const response = await fetch(`http://${server.address}/ws`);
    expect(response.status).toBe(426);
    expect(response.headers.get('upgrade')).toBe('websocket');
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await response.json()).toMatchObject({ type: '/problems/upgrade-required', status: 426 });
    const [head] = (await once(get(`http://${server.address}/ws`, { method: 'HEAD' }), 'response')) as [
      IncomingMessage,
    ];
    expect(head.statusCode).toBe(426);
    head.resume();
  });

  test.each([
    [{ 'sec-websocket-key': undefined }, 400, 'Sec-WebSocket-Key'],
    [{ 'sec-websocket-key': 'x' }, 400, 'Sec-WebSocket-Key'],
    [{ 'sec-websocket-version': undefined }, 400, 'Sec-WebSocket-Version'],
    [{ 'sec-websocket-version': '8' }, 426, 'version 13'],
    [{ 'sec-websocket-protocol': 'a,,b' }, 400, 'Sec-WebSocket-Protocol'],
    [{ 'sec-websocket-protocol': 'a, a' }, 400, 'Sec-WebSocket-Protocol'],
  ])('that are no handshake get a problem: %o', async (headers, status, said) => {
    await using server = await startFeed();
    const { response, body } = await refusedUpgrade(`http://${server.address}/ws`, headers);
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.headers['sec-websocket-version']).toBe(status === 426 ? '13' : undefined);
    expect(JSON.parse(body)).toMatchObject({
      status,
      instance: '/ws',
      detail: expect.stringContaining(said),
    });
  });

  test('without a handshake or with a broken one do no harm', async () => {
    await using server = await startFeed();
    await using client = await follow(server.url);
    for (const headers of [
      '',
      'Sec-WebSocket-Version: 13\r\n',
      'Sec-WebSocket-Version: 7\r\nSec-WebSocket-Key: x\r\n',
    ]) {
      const socket = rawUpgrade(server, { headers });
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toMatch(/^HTTP\/1\.1 4/);
      socket.destroy();
    }
    await client.expectNothing();
  });

  test('that follow more tables than a socket may are refused', async () => {
    await using server = await startFeed({ limits: { subscriptionsPerSocket: 2 } });
    const { response, body } = await refusedUpgrade(`http://${server.address}/ws?table=a&table=b&table=c`);
    expect(response.statusCode).toBe(400);
    expect(JSON.parse(body).errors).toMatchObject([{ parameter: 'table', code: 'too-many' }]);
    await using client = await follow(`${server.url}?table=a&table=b&table=a`);
    await client.expectNothing();
  });

  test('past the limit of subscriptions are closed with 1013', async () => {
    await using server = await startFeed({ limits: { subscriptions: 3 } });
    await using first = await follow(`${server.url}?table=a&table=b`);
    await using second = await connectFeed(`${server.url}?table=a&table=b`);
    expect(await second.closed).toEqual({ code: 1013, reason: 'All 3 subscriptions are taken.' });
    expect(second.received).toEqual([]);
    await using third = await follow(server.url);
    await third.expectNothing();
    await first.expectNothing();
  });

  test('past the limit of sockets are closed with 1013', async () => {
    await using server = await startFeed({ limits: { sockets: 2 } });
    await using first = await follow(server.url);
    await using second = await follow(server.url);
    await using third = await connectFeed(server.url);
    expect(await third.closed).toEqual({ code: 1013, reason: 'All 2 sockets are taken.' });
    expect(third.received).toEqual([]);
    await first.expectNothing();
    await second.expectNothing();
  });
});

const HANDSHAKE = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

/** A connection that asks for an upgrade and does nothing by itself. */
function rawUpgrade({ address }: FeedServer, { path = '/ws', headers = HANDSHAKE } = {}): Socket {
  const socket = connect({ port: Number(address.split(':')[1]), host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}\r\n`,
  );
  return socket;
}

describe('client frames', () => {
  const invalid = { type: 'error', code: 'invalid-frame' };
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const cases: [frame: string, reply: object][] = [
    ['{"op":"ping","id":"a"}', { type: 'pong', id: 'a' }],
    ['{"op":"ping"}', { type: 'pong' }],
    ['{"op":"ping","id":null}', { type: 'pong', id: null }],
    ['{"op":"ping","id":{"n":[1]}}', { type: 'pong', id: { n: [1] } }],
    [
      '{"op":"ping","id":2,"other":true}',
      { ...invalid, id: 2, message: 'A ping has no member "other": its members are op, id.' },
    ],
    ['{"op":"ping","id":"__proto__"}', { type: 'pong', id: '__proto__' }],
    ['{"op":"ping","__proto__":{"id":1}}', { ...invalid, message: expect.stringMatching(/"__proto__"/) }],
    [
      '{"op":"pin","id":1}',
      { ...invalid, id: 1, nearest: 'ping', message: expect.stringMatching(/"pin".*ping/) },
    ],
    ['{"op":"dance","id":7}', { ...invalid, id: 7, message: expect.stringMatching(/"dance".*ping/) }],
    ['{"op":"toString"}', { ...invalid, message: expect.any(String) }],
    ['{"op":5,"id":"x"}', { ...invalid, id: 'x', message: expect.any(String) }],
    ['{}', { ...invalid, message: expect.any(String) }],
    ['[]', { type: 'error', code: 'invalid-frame', message: expect.any(String) }],
    ['null', { type: 'error', code: 'invalid-frame', message: expect.any(String) }],
    ['"ping"', { type: 'error', code: 'invalid-frame', message: expect.any(String) }],
    ['', { type: 'error', code: 'invalid-frame', message: expect.any(String) }],
    ['{"op":"ping"', { type: 'error', code: 'invalid-frame', message: expect.any(String) }],
    [deep, { type: 'error', code: expect.any(String), message: expect.any(String) }],
    [`{"op":"ping","id":${deep}}`, { type: 'error', code: 'invalid-frame', message: expect.any(String) }],
    [`{"op":"${'x'.repeat(60_000)}"}`, { ...invalid, message: expect.stringMatching(/^.{1,200}$/) }],
  ];
  test('each gets exactly one reply, and the socket stays open', async () => {
    await using server = await startFeed();
    await using client = await follow(server.url);
    for (const [frame, reply] of cases) {
      client.send(frame);
      expect(await client.next(), frame.slice(0, 80)).toEqual(reply);
    }
    client.send(Buffer.from('{"op":"ping"}'));
    expect(await client.next()).toEqual({
      type: 'error',
      code: 'invalid-frame',
      message: expect.any(String),
    });
    for (const [frame] of cases) client.send(frame);
    for (const [, reply] of cases) expect(await client.next()).toEqual(reply);
    await client.expectNothing();
  });

  test.each(['12345678901234567890', '[0.10,1e400]', '{"b":1,"a":-0.0}'])(
    'echo an id as it was: %s',
    async (id) => {
      await using server = await startFeed();
      await using client = await follow(server.url);
      client.send(`{"op":"ping","id":${id}}`);
      await client.next();
      expect(client.received.at(-1)).toBe(`{"type":"pong","id":${id}}`);
    },
  );

  test('of 64 KiB are read, longer ones close the socket with 1009', async () => {
    await using server = await startFeed();
    await using client = await follow(server.url);
    await using other = await follow(server.url);
    client.send('{"op":"ping","id":1}'.padEnd(LIMITS.frameBytes));
    expect(await client.next()).toEqual({ type: 'pong', id: 1 });
    client.send('{"op":"ping","id":2}'.padEnd(LIMITS.frameBytes + 1));
    expect((await client.closed).code).toBe(1009);
    await other.expectNothing();
  });

  test.each(['messages', 'pings'])('in a flood close the socket with 1008: %s', async (kind) => {
    await using server = await startFeed({ limits: { frameBurst: 50, framesPerSecond: 1 } });
    await using client = await follow(server.url);
    await using other = await follow(server.url);
    for (let i = 0; i < 60; i++) kind === 'pings' ? client.ws.ping() : client.send({ op: 'ping', id: i });
    expect(await client.closed).toEqual({ code: 1008, reason: expect.stringMatching(/Too many frames/) });
    expect(client.received.length).toBe(kind === 'pings' ? 1 : 51);
    await other.expectNothing();
  });

  test.each([
    ['unmasked', [0x81, 0x02, 0x68, 0x69], 1002],
    ['reserved bits', [0xf1, 0x80, 0, 0, 0, 0], 1002],
    ['an unknown opcode', [0x83, 0x80, 0, 0, 0, 0], 1002],
    ['text that is not UTF-8', [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xff], 1007],
  ])('against the protocol close their socket only: %s', async (_, bytes, code) => {
    await using server = await startFeed();
    await using other = await follow(server.url);
    const socket = rawUpgrade(server);
    const chunks: Buffer[] = [];
    let isSent = false;
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (!isSent && String(Buffer.concat(chunks)).includes('"hello"')) {
        isSent = true;
        socket.write(Buffer.from(bytes));
      }
      const found = Buffer.concat(chunks).subarray(-4);
      if (isSent && found[0] === 0x88) socket.end();
    });
    await once(socket, 'close');
    expect(Buffer.concat(chunks).subarray(-4)).toEqual(Buffer.from([0x88, 2, code >> 8, code & 255]));
    await other.expectNothing();
  });

  test('may stop at any byte', async () => {
    await using server = await startFeed();
    await using other = await follow(server.url);
    const socket = rawUpgrade(server);
    await once(socket, 'data');
    socket.write(Buffer.from([0x81, 0xff, 0, 0]));
    socket.resetAndDestroy();
    server.load('t', CLUBS, [CHESS]);
    expect((await other.next()).subject).toBe('t');
    await other.expectNothing();
  });
});

describe('many sockets', () => {
  test('get the same bytes', async () => {
    await using server = await startFeed();
    const clients = await Promise.all(Array.from({ length: 20 }, () => follow(server.url)));
    await using narrow = await follow(`${server.url}?table=t`);
    server.load('t', CLUBS, [CHESS]);
    server.load('t', CLUBS, [CHOIR]);
    for (const client of [...clients, narrow]) {
      await client.next();
      await client.next();
    }
    expect(new Set([...clients, narrow].map(({ received }) => received.slice(1).join('\n'))).size).toBe(1);
    for (const client of clients) await client[Symbol.asyncDispose]();
  });

  /** Nothing is left out for those who are slow. */
  const UNFORGIVING = { resyncBytes: Number.MAX_SAFE_INTEGER };

  /** Edits a table until nobody's kernel buffers can hold what was told; the healthy client reads along. */
  async function pour(server: FeedServer, healthy: FeedClient): Promise<void> {
    // Nothing that is much shorter when it is compressed.
    const noise = randomBytes(125_000).toString('hex');
    for (let i = 0; i < 120; i++) {
      const table = server.load('t', ['id', 'n'], [['1', `${i} ${noise}`]]);
      expect((await healthy.next()).data.version).toBe(table.version);
    }
  }

  test('are not held up by one that does not read: it is closed with 1013', async () => {
    await using server = await startFeed({ limits: UNFORGIVING });
    await using healthy = await follow(server.url);
    await using slow = await follow(server.url);
    slow.ws.pause();
    await pour(server, healthy);
    slow.ws.resume();
    expect(await slow.closed).toEqual({ code: 1013, reason: expect.stringMatching(/Too slow/) });
    await healthy.expectNothing();
  });

  test('nor by one that never reads again: it is cut', async () => {
    await using server = await startFeed({ limits: { ...UNFORGIVING, closeSeconds: 0.05 } });
    await using healthy = await follow(server.url);
    const slow = rawUpgrade(server);
    await once(slow, 'readable');
    const cut = once(slow, 'close');
    await pour(server, healthy);
    const count = () =>
      new Promise<number>((resolve) => server.app.server.getConnections((_, n) => resolve(n)));
    await expect.poll(count, { timeout: 5000 }).toBe(1);
    slow.destroy();
    await cut;
    await healthy.expectNothing();
  });

  test('are pinged, and cut when no pong comes', async () => {
    await using server = await startFeed({ limits: { pingSeconds: 0.05, pongSeconds: 0.2 } });
    await using healthy = await follow(server.url);
    const silent = new WsClient(server.url, { autoPong: false });
    let pings = 0;
    silent.on('ping', () => pings++);
    const [code] = await once(silent, 'close');
    expect(code).toBe(1006);
    expect(pings).toBeGreaterThan(0);
    await once(healthy.ws, 'ping');
    await healthy.expectNothing();
  });
});

describe('shutdown', () => {
  test('closes every socket with 1001 and a reason', async () => {
    await using server = await startFeed();
    const clients = await Promise.all([follow(server.url), follow(server.url)]);
    await server.app.close();
    for (const { closed } of clients) {
      expect(await closed).toEqual({ code: 1001, reason: 'The server is shutting down.' });
    }
  });

  test('does not wait for clients that never answer, nor for upgrades under way', async () => {
    await using server = await startFeed();
    const silent = rawUpgrade(server);
    await once(silent, 'data');
    silent.pause();
    const start = performance.now();
    await server.app.close();
    const took = performance.now() - start;
    expect(took).toBeGreaterThan(900);
    expect(took).toBeLessThan(3000);
    silent.destroy();
  });

  test('is quick when everybody answers', async () => {
    await using server = await startFeed();
    await using client = await follow(server.url);
    const start = performance.now();
    await server.app.close();
    expect(performance.now() - start).toBeLessThan(900);
    await client.closed;
  });
});

describe('the hub', () => {
  const work = (milliseconds: number) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  };

  /** Where a session's frames go, without any transport. */
  const outletTo = (send: (frame: Frame) => void): Outlet => ({
    send: ({ bytes }) => send(JSON.parse(String(bytes))),
    pending: () => 0,
    whenDrained: () => {},
    close: () => {},
  });
  const implied = [{ table: '*', wish: EVERYTHING_WISH, since: null }];
  const quiet = { hello: null, implied, name: null };

  test('keeps nobody waiting for slow deliveries, and keeps their order', async () => {
    await using server = await startFeed();
    const errors: unknown[] = [];
    const hub = openHub({
      catalog: server.catalog,
      limits: LIMITS,
      history: { bytes: 0, ageMs: 0 },
      now: () => new Date(NOW),
      onError: (error) => errors.push(error),
    });
    const told: string[][] = [];
    const done = Promise.withResolvers<void>();
    const open = () => {
      const frames: string[] = [];
      told.push(frames);
      const isLast = told.length === 40;
      const outlet = outletTo(({ type, data }) => {
        work(2);
        frames.push(data === undefined ? type : data.version);
        if (isLast && type === 'pong') done.resolve();
      });
      return hub.open(outlet, quiet);
    };
    const broken = outletTo(() => {
      throw new Error('broken');
    });
    hub.open(broken, quiet);
    const sessions = Array.from({ length: 40 }, open);
    const start = performance.now();
    const versions = [CHESS, CHOIR, RUGBY].map((row) => server.load('t', CLUBS, [row]).version);
    expect(performance.now() - start).toBeLessThan(200); // of the 240 that all deliveries take
    open();
    for (const { receive } of sessions) receive(Buffer.from('{"op":"ping"}'), false);
    await done.promise;
    expect(told.slice(0, 40)).toEqual(Array.from({ length: 40 }, () => [...versions, 'pong']));
    expect(told[40]).toEqual([]);
    expect(errors).toHaveLength(3);
    for (const { end } of sessions) end();
    await hub.close();
    server.load('t', CLUBS, [CHESS]);
    expect(told[40]).toEqual([]);
  });

  test('delivers what is waiting before it closes', async () => {
    await using server = await startFeed();
    const hub = openHub({
      catalog: server.catalog,
      limits: LIMITS,
      history: { bytes: 0, ageMs: 0 },
      now: () => new Date(NOW),
      onError: () => {},
    });
    let count = 0;
    const outlet = outletTo(() => {
      work(1);
      count++;
    });
    for (let i = 0; i < 100; i++) hub.open(outlet, quiet);
    server.load('t', CLUBS, [CHESS]);
    expect(count).toBeLessThan(100);
    await hub.close();
    expect(count).toBe(100);
  });
});

test('sockets that break harm neither the swap nor the others', async () => {
  await using server = await startFeed();
  await using client = await follow(server.url);
  for (let i = 0; i < 10; i++) {
    const socket = rawUpgrade(server);
    await once(socket, 'data');
    socket.resetAndDestroy();
    const table = server.load('t', CLUBS, [[String(i), 'x', 'y']]);
    expect(server.catalog.current().tables.get('t')?.table).toBe(table);
    await client.next();
  }
  await client.expectNothing();
});

test("the platform's own WebSocket with nothing but onmessage sees each edit", async () => {
  await using server = await startFeed();
  server.load('clubs', CLUBS, [CHESS]);
  const frames: Frame[] = [];
  const done = Promise.withResolvers<void>();
  const socket = new WebSocket(server.url);
  socket.onmessage = ({ data }) => {
    frames.push(JSON.parse(data));
    if (frames.length === 1) server.load('clubs', CLUBS, [CHESS, CHOIR]);
    if (frames.length === 2) server.load('clubs', CLUBS, [CHOIR]);
    if (frames.length === 3) done.resolve();
  };
  await done.promise;
  socket.close();
  expect(frames.map(({ type }) => type)).toEqual(['hello', 'rowcast.table.changed', 'rowcast.table.changed']);
  expect(frames[1].data.changes).toMatchObject([{ op: 'insert', key: 2 }]);
  expect(frames[2].data.changes).toMatchObject([{ op: 'delete', key: 1 }]);
});

test('edits of real files arrive as events, through the whole application', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.path);
  await writeFile(folder.at('clubs.csv'), 'id,name\n1,Chess\n2,Choir\n');
  const contracts = folder.at('contracts');
  const app = await buildApp({
    folder: folder.path,
    contracts,
    host: '127.0.0.1',
    port: 0,
    history: HISTORY,
  });
  try {
    await app.rowcast.whenScanned;
    await app.listen({ host: '127.0.0.1', port: 0 });
    const address = `127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    await using client = await connectFeed(`ws://${address}/ws`);
    expect(await client.next()).toMatchObject({
      server: expect.stringMatching(/^rowcast\/\d/),
      tables: [{ table: 'clubs', rows: 2 }],
    });
    await appendFile(folder.at('clubs.csv'), '3,Rugby\n');
    const { data } = await client.next();
    expect(data.changes).toEqual([{ op: 'insert', key: 3, row: { id: 3, name: 'Rugby' } }]);
    const answer = await fetch(`http://${address}/api/clubs`);
    expect(answer.headers.get('table-version')).toBe(data.version);
    expect(answer.headers.get('table-position')).toBe(data.position);
    expect(await answer.json()).toHaveLength(3);
    await writeFile(folder.at('new.csv'), 'id,name\n1,Chess\n2,Voices\n3,Rugby\n');
    expect(await client.next()).toMatchObject({ type: 'rowcast.table.added', subject: 'new' });
    await rename(folder.at('new.csv'), folder.at('clubs.csv'));
    const events = [await client.next(), await client.next()].toSorted((a, b) => (a.type < b.type ? -1 : 1));
    expect(events).toMatchObject([
      { type: 'rowcast.table.changed', data: { changes: [{ op: 'update', key: 2, changed: ['name'] }] } },
      { type: 'rowcast.table.removed', subject: 'new' },
    ]);
    await writeFile(folder.at('clubs.csv'), 'id,name\n1,"Chess');
    expect(await client.next()).toMatchObject({
      type: 'rowcast.table.rejected',
      data: { path: 'clubs.csv' },
    });
    await rm(folder.at('clubs.csv'));
    expect(await client.next()).toMatchObject({ type: 'rowcast.table.removed', subject: 'clubs' });
    for (const path of ['/tables', '/api/clubs', '/nowhere']) {
      const { response } = await refused({ address }, path);
      expect([404, 426]).toContain(response.statusCode);
    }
    expect((await fetch(`http://${address}/ws`)).status).toBe(426);
    expect((await fetch(`http://${address}/ws`, { method: 'POST' })).status).toBe(405);
    await client.expectNothing();
    await app.close();
    expect((await client.closed).code).toBe(1001);
  } finally {
    await app.close();
  }
});
