// Subscriptions through real sockets: what each frame of a client is answered, and what it is sent from then on.
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createCatalog } from '../src/catalog.ts';
import { LIMITS } from '../src/events/frames/limits.ts';
import { connectFeed, type FeedClient, type Frame } from './support/feed-client.ts';
import { type FeedServer, NOW, startFeed } from './support/feed-server.ts';

const CLUBS = ['id', 'name', 'kind'];
const CHESS = ['1', 'Chess', 'game'];
const CHOIR = ['2', 'Choir', 'music'];
const RUGBY = ['3', 'Rugby', 'sport'];

/** Connects without following anything. */
async function idle(server: FeedServer): Promise<FeedClient> {
  const client = await connectFeed(`${server.url}?table=`);
  expect((await client.next()).type).toBe('hello');
  return client;
}

function positionOf({ catalog }: FeedServer, table: string): string {
  return catalog.current().tables.get(table)?.position as string;
}

/** Sends a frame and takes its reply. */
async function ask(client: FeedClient, frame: object): Promise<Frame> {
  client.send(frame);
  return client.next(({ type }) => type !== 'snapshot' && !type.startsWith('rowcast.'));
}

describe('subscribe', () => {
  test('to one table: the reply tells where it stands, and the events follow', async () => {
    await using server = await startFeed();
    const table = server.load('clubs', CLUBS, [CHESS]);
    server.load('other', CLUBS, [CHESS]);
    await using client = await idle(server);
    expect(await ask(client, { op: 'subscribe', id: 'a', table: 'clubs' })).toEqual({
      type: 'subscribed',
      id: 'a',
      table: 'clubs',
      version: table.version,
      position: positionOf(server, 'clubs'),
    });
    server.load('other', CLUBS, [CHOIR]);
    server.load('clubs', CLUBS, [CHOIR]);
    expect(await client.next()).toMatchObject({ subject: 'clubs', data: { subscriptions: ['a'] } });
    await client.expectNothing();
  });

  test('to all tables, those to come too', async () => {
    await using server = await startFeed();
    for (const name of ['a', 'b']) server.load(name, CLUBS, [CHESS]);
    server.reject('c', { code: 'unreadable', reason: 'no' });
    await using client = await idle(server);
    const reply = await ask(client, { op: 'subscribe', id: 7, table: '*' });
    expect(reply).toMatchObject({ type: 'subscribed', id: 7, table: '*' });
    expect(reply).not.toHaveProperty('recovered');
    expect(reply.tables.map(({ table, position }: Frame) => [table, position])).toEqual([
      ['a', positionOf(server, 'a')],
      ['b', positionOf(server, 'b')],
    ]);
    server.load('d', CLUBS, [CHESS]);
    expect(await client.next()).toMatchObject({ subject: 'd', data: { subscriptions: [7] } });
    await client.expectNothing();
  });

  test('equal subscriptions of a socket share a frame, by name and by *; others have their own', async () => {
    await using server = await startFeed();
    server.load('clubs', CLUBS, [CHESS]);
    await using client = await idle(server);
    await ask(client, { op: 'subscribe', id: 'b', table: '*' });
    await ask(client, { op: 'subscribe', id: 'a', table: 'clubs' });
    await ask(client, { op: 'subscribe', id: 3, table: 'clubs', where: {} });
    await ask(client, { op: 'subscribe', id: 'counts', table: 'clubs', changes: 'counts' });
    await ask(client, { op: 'subscribe', id: 'game', table: 'clubs', query: 'kind=game' });
    await ask(client, { op: 'subscribe', id: 'same', table: 'clubs', query: 'kind=game' });
    server.load('clubs', CLUBS, [CHESS, RUGBY]);
    const frames = [await client.next(), await client.next()];
    const told = new Map(frames.map(({ data }) => [JSON.stringify(data.subscriptions), data]));
    expect([...told.keys()].sort()).toEqual(['["b","a",3]', '["counts"]']);
    expect(told.get('["counts"]')).not.toHaveProperty('changes');
    await client.expectNothing();
    server.load('clubs', CLUBS, [RUGBY]);
    const filtered = await client.next(({ data }) => data.subscriptions[0] === 'game');
    expect(filtered.data).toMatchObject({
      subscriptions: ['game', 'same'],
      changes: [{ op: 'delete', key: 1 }],
    });
    expect(filtered.source).toBe('/api/clubs?kind=game');
  });

  test('one frame for two names does not outlive one of them', async () => {
    await using server = await startFeed();
    server.load('t', CLUBS, [CHESS]);
    await using client = await idle(server);
    await ask(client, { op: 'subscribe', id: 'all', table: '*' });
    await ask(client, { op: 'subscribe', id: 't', table: 't' });
    const seen: unknown[] = [];
    const edit = async (row: string[]) => {
      server.load('t', CLUBS, [row]);
      seen.push((await client.next()).data.subscriptions);
    };
    await edit(CHOIR);
    await ask(client, { op: 'unsubscribe', id: 'all' });
    await edit(CHESS);
    await ask(client, { op: 'subscribe', id: 'all', table: '*' });
    await edit(CHOIR);
    await ask(client, { op: 'unsubscribe', id: 't' });
    await edit(CHESS);
    expect(seen).toEqual([['all', 't'], ['t'], ['t', 'all'], ['all']]);
    await client.expectNothing();
  });

  test('rows that start or stop to match are told', async () => {
    await using server = await startFeed();
    server.load('clubs', CLUBS, [CHESS, CHOIR]);
    await using client = await idle(server);
    await ask(client, {
      op: 'subscribe',
      id: 'a',
      table: 'clubs',
      where: { kind: 'game' },
      fields: ['name'],
    });
    server.load('clubs', CLUBS, [
      ['1', 'Chess', 'sport'],
      ['2', 'Choir', 'game'],
    ]);
    expect((await client.next()).data).toMatchObject({
      counts: { entered: 1, left: 1 },
      changes: [
        { op: 'leave', key: 1, row: { name: 'Chess' } },
        { op: 'enter', key: 2, row: { name: 'Choir' } },
      ],
    });
  });

  test('only to some events, by name or full type', async () => {
    await using server = await startFeed();
    server.load('t', CLUBS, [CHESS]);
    await using client = await idle(server);
    const events = ['removed', 'rowcast.table.rejected'];
    expect((await ask(client, { op: 'subscribe', id: 'a', table: 't', events })).type).toBe('subscribed');
    server.load('t', CLUBS, [CHOIR]);
    server.reject('t', { code: 'unreadable', reason: 'no' });
    server.catalog.apply({ kind: 'removed', name: 't' });
    expect((await client.next()).type).toBe('rowcast.table.rejected');
    expect((await client.next()).type).toBe('rowcast.table.removed');
    await client.expectNothing();
  });

  test('the first good one replaces what the URL implies, also under its id', async () => {
    await using server = await startFeed();
    for (const name of ['a', 'b']) server.load(name, CLUBS, [CHESS]);
    await using client = await connectFeed(`${server.url}?table=a&table=b`);
    await client.next();
    expect((await ask(client, { op: 'subscribe', id: 'x', table: 'c' })).type).toBe('error');
    server.load('a', CLUBS, [CHOIR]);
    expect((await client.next()).data.subscriptions).toEqual(['url']);
    expect((await ask(client, { op: 'subscribe', id: 'url', table: 'b' })).type).toBe('subscribed');
    server.load('a', CLUBS, [RUGBY]);
    server.load('b', CLUBS, [RUGBY]);
    expect(await client.next()).toMatchObject({ subject: 'b', data: { subscriptions: ['url'] } });
    expect(await ask(client, { op: 'subscribe', id: 'url', table: 'b' })).toMatchObject({
      code: 'subscription-exists',
    });
    await client.expectNothing();
  });

  test('a table that cannot be read is waited for', async () => {
    await using server = await startFeed();
    server.reject('t', { code: 'unreadable', reason: 'no' });
    await using client = await idle(server);
    const reply = await ask(client, { op: 'subscribe', id: 'a', table: 't', snapshot: true });
    expect(reply).toEqual({ type: 'subscribed', id: 'a', table: 't', version: null, position: null });
    server.load('t', CLUBS, [CHESS]);
    expect((await client.next()).type).toBe('rowcast.table.added');
    await client.expectNothing();
  });
});

describe('unsubscribe', () => {
  test('ends a subscription, and its id is free again', async () => {
    await using server = await startFeed();
    server.load('t', CLUBS, [CHESS]);
    await using client = await idle(server);
    for (let round = 0; round < 2; round++) {
      expect((await ask(client, { op: 'subscribe', id: 1, table: 't' })).type).toBe('subscribed');
      expect(await ask(client, { op: 'unsubscribe', id: 1 })).toEqual({ type: 'unsubscribed', id: 1 });
    }
    server.load('t', CLUBS, [CHOIR]);
    await client.expectNothing();
  });

  test('ends the implied one', async () => {
    await using server = await startFeed();
    await using client = await connectFeed(server.url);
    await client.next();
    expect((await ask(client, { op: 'unsubscribe', id: 'url' })).type).toBe('unsubscribed');
    server.load('t', CLUBS, [CHESS]);
    await client.expectNothing();
  });
});

describe('what is wrong is said in one error, and the socket stays open', () => {
  const subscribe = { op: 'subscribe', id: 'x', table: 'clubs' };
  const cases: [frame: object, error: object][] = [
    [
      { op: 'subscribe', id: 'x', table: 'club' },
      { code: 'unknown-table', message: 'There is no table "club".', nearest: 'clubs' },
    ],
    [{ op: 'subscribe', id: 'x', table: 'constructor' }, { code: 'unknown-table' }],
    [
      { op: 'subscribe', table: 'clubs' },
      {
        code: 'invalid-frame',
        message: expect.stringMatching(/^The subscribe has no id: it needs a text of 1 to 100/),
      },
    ],
    [
      { op: 'subscribe', id: 'x' },
      { code: 'invalid-frame', message: expect.stringMatching(/no table/) },
    ],
    [
      { ...subscribe, id: '' },
      {
        code: 'invalid-frame',
        message: expect.stringMatching(/The member id of subscribe is "": it has to be/),
      },
    ],
    [{ ...subscribe, id: 'x'.repeat(101) }, { code: 'invalid-frame' }],
    [
      { ...subscribe, id: 1.5 },
      { code: 'invalid-frame', message: expect.stringMatching(/is 1.5/) },
    ],
    [{ ...subscribe, id: 2 ** 53 }, { code: 'invalid-frame' }],
    [
      { ...subscribe, id: null },
      { code: 'invalid-frame', id: null },
    ],
    [
      { ...subscribe, id: [1] },
      { code: 'invalid-frame', id: [1], message: expect.stringMatching(/is a list/) },
    ],
    [
      { ...subscribe, table: 5 },
      { code: 'invalid-frame', message: expect.stringMatching(/The member table of subscribe is 5/) },
    ],
    [
      { ...subscribe, wher: {} },
      { code: 'invalid-frame', nearest: 'where', message: expect.stringMatching(/"wher".*where, query/) },
    ],
    [
      { ...subscribe, changes: 'row' },
      { code: 'invalid-frame', nearest: 'rows' },
    ],
    [
      { ...subscribe, events: ['change'] },
      { code: 'invalid-frame', nearest: 'changed', message: expect.stringMatching(/events\[0\]/) },
    ],
    [{ ...subscribe, events: ['joined'] }, { code: 'invalid-frame' }],
    [{ ...subscribe, events: [] }, { code: 'invalid-frame' }],
    [{ ...subscribe, fields: 'name' }, { code: 'invalid-frame' }],
    [{ ...subscribe, snapshot: 1 }, { code: 'invalid-frame' }],
    [{ ...subscribe, since: 5 }, { code: 'invalid-frame' }],
    [
      { ...subscribe, since: {} },
      { code: 'invalid-frame', message: expect.stringMatching(/position/) },
    ],
    [
      { ...subscribe, table: '*', since: { clubs: 5 } },
      { code: 'invalid-frame', message: expect.stringMatching(/since\/clubs/) },
    ],
    [{ ...subscribe, where: {}, query: '' }, { code: 'invalid-query' }],
    [
      { ...subscribe, where: { nam: 'x' } },
      { code: 'invalid-query', nearest: 'name' },
    ],
    [{ ...subscribe, where: { id: 'x' } }, { code: 'invalid-query' }],
    [
      { ...subscribe, query: 'nam=x' },
      { code: 'invalid-query', nearest: 'name', message: expect.stringMatching(/nam/) },
    ],
    [{ ...subscribe, query: '_sort=name' }, { code: 'invalid-query' }],
    [{ ...subscribe, query: '_fields=name', fields: ['name'] }, { code: 'invalid-query' }],
    [
      { ...subscribe, fields: ['nme'] },
      { code: 'invalid-query', nearest: 'name' },
    ],
    [
      { ...subscribe, table: '*', where: {} },
      { code: 'invalid-query', message: expect.stringMatching(/a filter needs one table/) },
    ],
    [{ ...subscribe, table: '*', fields: ['name'] }, { code: 'invalid-query' }],
    [
      { op: 'unsubscribe', id: 'known1' },
      { code: 'unknown-subscription', nearest: 'known' },
    ],
    [{ op: 'unsubscribe' }, { code: 'invalid-frame' }],
    [{ ...subscribe, id: 'known' }, { code: 'subscription-exists' }],
    [
      { op: 'presence', id: 1, table: 'club' },
      { code: 'unknown-table', nearest: 'clubs' },
    ],
    [{ op: 'presence', table: 'clubs', watch: true }, { code: 'invalid-frame' }],
    [{ op: 'presence', table: 'clubs', name: '' }, { code: 'invalid-frame' }],
    [
      { op: 'subscrib', id: 1 },
      { code: 'invalid-frame', nearest: 'subscribe' },
    ],
  ];
  test('each', async () => {
    await using server = await startFeed();
    server.load('clubs', CLUBS, [CHESS]);
    await using client = await idle(server);
    await ask(client, { op: 'subscribe', id: 'known', table: 'clubs' });
    for (const [frame, error] of cases) {
      const id = 'id' in frame ? { id: frame.id } : {};
      const reply = await ask(client, frame);
      expect(reply, JSON.stringify(frame)).toMatchObject({ type: 'error', ...id, ...error });
      if (!('nearest' in error)) expect(reply, JSON.stringify(frame)).not.toHaveProperty('nearest');
      expect(reply.message).toMatch(/^[A-Z_].*[.?]$/s);
      expect(reply.message.length).toBeLessThan(400);
    }
    server.load('clubs', CLUBS, [CHOIR]);
    expect((await client.next()).data.subscriptions).toEqual(['known']);
    await client.expectNothing();
  });

  test('the limits of a socket and of the server', async () => {
    await using server = await startFeed({ limits: { subscriptionsPerSocket: 2, subscriptions: 3 } });
    server.load('t', CLUBS, [CHESS]);
    await using first = await idle(server);
    await using second = await idle(server);
    for (const id of [1, 2])
      expect((await ask(first, { op: 'subscribe', id, table: 't' })).type).toBe('subscribed');
    expect(await ask(first, { op: 'subscribe', id: 3, table: 't' })).toMatchObject({
      code: 'too-many-requests',
      message: 'A socket has at most 2 subscriptions.',
    });
    expect((await ask(second, { op: 'subscribe', id: 1, table: 't' })).type).toBe('subscribed');
    const full = { code: 'too-many-requests', message: 'All 3 subscriptions of the server are taken.' };
    expect(await ask(second, { op: 'subscribe', id: 2, table: 't' })).toMatchObject(full);
    await ask(first, { op: 'unsubscribe', id: 1 });
    expect((await ask(second, { op: 'subscribe', id: 2, table: 't' })).type).toBe('subscribed');
    await first[Symbol.asyncDispose]();
    await using third = await idle(server);
    await expect
      .poll(async () => (await ask(third, { op: 'subscribe', id: 1, table: 't' })).type)
      .toBe('subscribed');
  });

  test('a snapshot of too many rows', async () => {
    await using server = await startFeed({ limits: { snapshotRows: 2 } });
    server.load('t', CLUBS, [CHESS, CHOIR, RUGBY]);
    await using client = await idle(server);
    const frame = { op: 'subscribe', id: 1, table: 't', snapshot: true };
    expect(await ask(client, frame)).toMatchObject({
      code: 'content-too-large',
      message: expect.stringMatching(/HTTP.*since/),
    });
    expect(await ask(client, { ...frame, table: '*' })).toMatchObject({ code: 'content-too-large' });
    expect((await ask(client, { ...frame, query: 'id__lt=3' })).type).toBe('subscribed');
    expect(await client.next()).toMatchObject({ type: 'snapshot', keys: [1, 2] });
  });
});

describe('since', () => {
  const row = (n: number) => [['1', `n${n}`]];
  const subscribe = (since: unknown) => ({ op: 'subscribe', id: 's', table: 't', since });

  test('every position and event id replays what came after, in order, once', async () => {
    await using server = await startFeed();
    await using witness = await connectFeed(server.url);
    await witness.next();
    const ids: string[] = [];
    const take = async (count: number) => {
      for (let i = 0; i < count; i++) ids.push((await witness.next()).id);
    };
    server.load('t', ['id', 'n'], row(1));
    server.load('u', ['id', 'n'], row(1));
    server.load('t', ['id', 'n'], row(2));
    await take(3);
    ids.splice(1, 1);
    server.reject('t', { code: 'unreadable', reason: 'no' });
    server.load('t', ['id', 'n'], [['1', '5']]); // recovered, schemaChanged, changed
    server.catalog.apply({ kind: 'removed', name: 't' });
    server.load('t', ['id', 'n'], row(3));
    server.load('t', ['id', 'n'], row(4));
    await take(7);
    for (const [at, id] of ids.entries()) {
      await using client = await idle(server);
      expect(await ask(client, subscribe(id))).toMatchObject({
        recovered: true,
        position: positionOf(server, 't'),
      });
      for (const wanted of ids.slice(at + 1)) {
        expect(await client.next()).toMatchObject({ id: wanted, data: { subscriptions: ['s'] } });
      }
      await client.expectNothing();
    }
  });

  test('the present position misses nothing, and what comes next follows', async () => {
    await using server = await startFeed();
    server.load('t', ['id', 'n'], row(1));
    await using client = await idle(server);
    expect(await ask(client, subscribe(positionOf(server, 't')))).toMatchObject({ recovered: true });
    const { version } = server.load('t', ['id', 'n'], row(2));
    expect((await client.next()).data.version).toBe(version);
    await client.expectNothing();
  });

  test.each([
    ['nonsense', 'unknown'],
    ['', 'unknown'],
    ['epoch.9999.abc', 'unknown'],
    ['other.1.abc', 'unknown'],
    ['epoch.1.abc', 'unknown'],
  ])('%j is not recovered: %s', async (since, reason) => {
    await using server = await startFeed();
    server.load('t', ['id', 'n'], row(1));
    server.load('t', ['id', 'n'], row(2));
    await using client = await idle(server);
    const reply = await ask(client, subscribe(since));
    expect(reply).toMatchObject({ recovered: false, reason, position: positionOf(server, 't') });
    await client.expectNothing();
    server.load('t', ['id', 'n'], row(3));
    expect((await client.next()).data.previous).toBe(reply.version);
  });

  test('a position is not recovered where an event of the file after it is gone', async () => {
    await using server = await startFeed({ history: { bytes: 0, ageMs: 1e9 } });
    const { version } = server.load('t', ['id', 'n'], row(1));
    const since = positionOf(server, 't');
    await using client = await idle(server);
    const ask1 = async (from: string) => {
      const { recovered, reason } = await ask(client, subscribe(from));
      await ask(client, { op: 'unsubscribe', id: 's' });
      return [recovered, reason];
    };
    expect(await ask1(since)).toEqual([true, undefined]);
    expect(await ask1(`before.9.${version}`)).toEqual([true, undefined]);
    server.reject('t', { code: 'unreadable', reason: 'no' });
    expect(await ask1(since)).toEqual([false, 'evicted']);
    expect(await ask1(`before.9.${version}`)).toEqual([false, 'evicted']);
    server.load('t', ['id', 'n'], row(2));
    expect(await ask1(positionOf(server, 't'))).toEqual([true, undefined]);
  });

  test('a position of another run is followed by what happened to the file', async () => {
    await using server = await startFeed();
    const { version } = server.load('t', ['id', 'n'], row(1));
    server.reject('t', { code: 'unreadable', reason: 'no' });
    await using client = await idle(server);
    expect(await ask(client, subscribe(`before.9.${version}`))).toMatchObject({ recovered: true });
    expect((await client.next()).type).toBe('rowcast.table.rejected');
    await client.expectNothing();
  });

  test('what cannot be written is no failure, also where the table is yet to come', async () => {
    const errors: string[] = [];
    await using server = await startFeed({ log: (line) => errors.push(line) });
    server.load('t', ['id', 'n'], row(1));
    await using client = await idle(server);
    const nested = (open: string, inner: string, close: string, times: number) =>
      `{"where":${open.repeat(times)}${inner}${close.repeat(times)}}`;
    const half = '\\ud800';
    for (const table of ['t', 'nope']) {
      const frame = { op: 'subscribe', id: 1, table, since: '0' };
      const cases: [string, string][] = [
        [nested('{"a":', '1', '}', 5000), 'invalid-query'],
        [nested('[', '', ']', 20_000), 'invalid-query'],
        [nested('{"not":', '{"n":1}', '}', 17), 'invalid-query'],
        ['{"where":"n"}', 'invalid-query'],
        [`{"fields":["${half}"]}`, table === 't' ? 'invalid-query' : ''],
        [`{"query":"${half}"}`, table === 't' ? 'invalid-query' : ''],
        [`{"query":"n=${half}"}`, ''],
        [`{"where":{"n":"${half}"}}`, table === 't' ? 'invalid-query' : ''],
        [nested('{"not":', '{"n":{"in":["1"]}}', '}', 15), ''],
      ];
      for (const [wish, code] of cases) {
        client.send(`${JSON.stringify(frame).slice(0, -1)},${wish.slice(1)}`);
        const reply = await client.next();
        expect(reply.code ?? '', JSON.stringify(reply)).toBe(code);
        if (code === '') await ask(client, { op: 'unsubscribe', id: 1 });
      }
    }
    expect(errors).toEqual([]);
  });

  test('what is too long ago is evicted: by bytes', async () => {
    await using server = await startFeed({ history: { bytes: 100_000, ageMs: 1e9 } });
    server.load('t', ['id', 'n'], row(0));
    const positions = [positionOf(server, 't')];
    for (let i = 1; i < 200; i++) {
      server.load('t', ['id', 'n'], row(i));
      positions.push(positionOf(server, 't'));
    }
    await using client = await idle(server);
    expect(await ask(client, subscribe(positions[0]))).toMatchObject({ recovered: false, reason: 'evicted' });
    await client.expectNothing();
    await ask(client, { op: 'unsubscribe', id: 's' });
    let recovered = 0;
    for (const [at, position] of positions.entries()) {
      const reply = await ask(client, subscribe(position));
      if (!reply.recovered) {
        expect([at, reply.reason, recovered]).toEqual([at, 'evicted', 0]);
      } else {
        recovered++;
        for (let next = at + 1; next < 200; next++) expect((await client.next()).id).toBe(positions[next]);
      }
      await ask(client, { op: 'unsubscribe', id: 's' });
    }
    expect(recovered).toBeGreaterThan(10);
    expect(recovered).toBeLessThan(190);
  });

  test('what is too long ago is evicted: by age', async () => {
    let time = Date.parse(NOW);
    await using server = await startFeed({ history: { bytes: 1e9, ageMs: 1000 }, now: () => new Date(time) });
    server.load('t', ['id', 'n'], row(1));
    const first = positionOf(server, 't');
    server.load('t', ['id', 'n'], row(2));
    const second = positionOf(server, 't');
    time += 600;
    server.load('t', ['id', 'n'], row(3));
    await using client = await idle(server);
    expect(await ask(client, subscribe(first))).toMatchObject({ recovered: true });
    await ask(client, { op: 'unsubscribe', id: 's' });
    time += 600;
    expect(await ask(client, subscribe(first))).toMatchObject({ recovered: false, reason: 'evicted' });
    await ask(client, { op: 'unsubscribe', id: 's' });
    expect(await ask(client, subscribe(second))).toMatchObject({ recovered: true });
    expect((await client.next()).id).toBe(positionOf(server, 't'));
    await ask(client, { op: 'unsubscribe', id: 's' });
    time += 600;
    expect(await ask(client, subscribe(second))).toMatchObject({ recovered: false, reason: 'evicted' });
    await ask(client, { op: 'unsubscribe', id: 's' });
    expect(await ask(client, subscribe(positionOf(server, 't')))).toMatchObject({ recovered: true });
    await client.expectNothing();
  });

  test('a table that is gone: the removal is told while it is kept, and its return waited for', async () => {
    let time = Date.parse(NOW);
    await using server = await startFeed({ history: { bytes: 1e9, ageMs: 1000 }, now: () => new Date(time) });
    server.load('t', ['id', 'n'], row(1));
    const since = positionOf(server, 't');
    server.catalog.apply({ kind: 'removed', name: 't' });
    await using client = await idle(server);
    const gone = { version: null, position: null };
    expect(await ask(client, subscribe(since))).toMatchObject({ recovered: true, ...gone });
    expect((await client.next()).type).toBe('rowcast.table.removed');
    await ask(client, { op: 'unsubscribe', id: 's' });
    time += 2000;
    expect(await ask(client, subscribe(since))).toMatchObject({
      recovered: false,
      reason: 'removed',
      ...gone,
    });
    await client.expectNothing();
    server.load('t', ['id', 'n'], row(1));
    expect((await client.next()).type).toBe('rowcast.table.added');
  });

  test('a filter that waits for its table works when it is there', async () => {
    await using server = await startFeed();
    await using client = await idle(server);
    const frame = { ...subscribe('old.1.x'), query: 'n=a' };
    expect(await ask(client, frame)).toMatchObject({ recovered: false, reason: 'removed' });
    server.load('t', ['id', 'n'], [['1', 'a']]);
    expect((await client.next()).type).toBe('rowcast.table.added');
    server.load(
      't',
      ['id', 'n'],
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
    );
    server.load(
      't',
      ['id', 'n'],
      [
        ['1', 'a'],
        ['2', 'b'],
        ['3', 'a'],
      ],
    );
    expect((await client.next()).data.changes).toMatchObject([{ op: 'insert', key: 3 }]);
  });

  test('another run of the server: the content decides', async () => {
    await using server = await startFeed();
    const versions = [1, 2, 3].map((n) => server.load('t', ['id', 'n'], row(n)).version);
    for (const [at, version] of versions.entries()) {
      await using client = await idle(server);
      const old = createCatalog('before').current().tag.slice(0, 6);
      expect(await ask(client, subscribe(`${old}.77.${version}`))).toMatchObject({ recovered: true });
      for (const wanted of versions.slice(at + 1)) expect((await client.next()).data.version).toBe(wanted);
      await client.expectNothing();
    }
  });

  test('another run of the server: who was told of a schema only does not have its rows', async () => {
    await using server = await startFeed();
    const { version } = server.load('t', ['id', 'n'], row(1));
    await using client = await idle(server);
    const reply = await ask(client, subscribe(`before.4.${version}.schemaChanged`));
    expect(reply).toMatchObject({ recovered: false, reason: 'unknown' });
    await ask(client, { op: 'unsubscribe', id: 's' });
    const state = await ask(client, subscribe(`before.4.${version}.rejected.7`));
    expect(state).toMatchObject({ recovered: true });
  });

  test('a map of positions for all tables, each on its own', async () => {
    await using server = await startFeed();
    for (const name of ['a', 'b', 'c']) server.load(name, ['id', 'n'], row(1));
    const since = {
      a: positionOf(server, 'a'),
      b: positionOf(server, 'b'),
      ['__proto__']: 'x',
      gone: 'old.1.x',
    };
    const map = JSON.stringify(since).replace('{', '{"__proto__":"old.1.x",');
    for (let i = 2; i < 5; i++) for (const name of ['a', 'b', 'c']) server.load(name, ['id', 'n'], row(i));
    await using client = await idle(server);
    client.send(`{"op":"subscribe","id":1,"table":"*","since":${map}}`);
    const reply = await client.next();
    expect(reply.recovered).toBe(false);
    expect(reply.tables.map(({ table, recovered, reason }: Frame) => [table, recovered, reason])).toEqual([
      ['a', true, undefined],
      ['b', true, undefined],
      ['c', undefined, undefined],
      ['__proto__', false, 'removed'],
      ['gone', false, 'removed'],
    ]);
    const subjects: string[] = [];
    for (let i = 0; i < 6; i++) subjects.push((await client.next()).subject);
    expect(subjects).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
    await client.expectNothing();
    await ask(client, { op: 'unsubscribe', id: 1 });
    const all = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, positionOf(server, name)]));
    expect(await ask(client, { op: 'subscribe', id: 1, table: '*', since: all })).toMatchObject({
      recovered: true,
    });
  });
});

describe('since a single position of all tables', () => {
  const all = (since: string) => ({ op: 'subscribe', id: 1, table: '*', since });
  const edit = (server: FeedServer, name: string, n: number) => {
    server.load(name, ['id', 'n'], [['1', `${n}`]]);
    return positionOf(server, name);
  };

  test('tells every event of any table after it, in the order in which they happened', async () => {
    await using server = await startFeed();
    const ids = [edit(server, 'a', 1), edit(server, 'b', 1)];
    for (let n = 2; n < 5; n++) for (const name of ['b', 'a']) ids.push(edit(server, name, n));
    server.catalog.apply({ kind: 'removed', name: 'b' });
    ids.push('removed');
    ids.push(edit(server, 'c', 1));
    for (let at = 0; at < ids.length; at++) {
      if (ids[at] === 'removed') continue;
      await using client = await idle(server);
      const reply = await ask(client, all(ids[at] as string));
      expect(reply).toMatchObject({ table: '*', recovered: true, position: positionOf(server, 'c') });
      expect(reply.tables.map(({ table, recovered }: Frame) => [table, recovered])).toEqual([
        ['a', true],
        ['c', true],
      ]);
      for (const wanted of ids.slice(at + 1)) {
        const { id, type } = await client.next();
        if (wanted === 'removed') expect(type).toBe('rowcast.table.removed');
        else expect(id).toBe(wanted);
      }
      await client.expectNothing();
    }
  });

  test('that is too old or of another run loses all tables, and they go on from now', async () => {
    await using server = await startFeed({ history: { bytes: 0, ageMs: 1e9 } });
    const old = edit(server, 'a', 1);
    const last = edit(server, 'b', 1);
    const cases = [
      [old, 'evicted'],
      ['other.1.x', 'unknown'],
      ['epoch.99.x', 'unknown'],
      ['x', 'unknown'],
    ] as const;
    for (const [since, reason] of cases) {
      await using client = await idle(server);
      const reply = await ask(client, all(since));
      expect(reply).toMatchObject({ recovered: false, position: last });
      expect(reply.tables).toMatchObject(['a', 'b'].map((table) => ({ table, recovered: false, reason })));
      await client.expectNothing();
    }
    await using client = await idle(server);
    expect(await ask(client, all(last))).toMatchObject({ recovered: true });
    const next = edit(server, 'a', 2);
    expect((await client.next()).id).toBe(next);
    await client.expectNothing();
  });
});

describe('snapshot', () => {
  test('the rows of the version that the reply names, with their keys, then the changes', async () => {
    await using server = await startFeed();
    const table = server.load('clubs', CLUBS, [CHESS, CHOIR, RUGBY]);
    await using client = await idle(server);
    const position = positionOf(server, 'clubs');
    client.send({
      op: 'subscribe',
      id: 'a',
      table: 'clubs',
      where: { id: { gt: 1 } },
      fields: ['name'],
      snapshot: true,
    });
    expect(await client.next()).toMatchObject({ type: 'subscribed', version: table.version, position });
    expect(await client.next()).toEqual({
      type: 'snapshot',
      id: 'a',
      table: 'clubs',
      version: table.version,
      position,
      primaryKey: ['id'],
      part: 0,
      last: true,
      rows: [{ name: 'Choir' }, { name: 'Rugby' }],
      keys: [2, 3],
    });
    server.load('clubs', CLUBS, [CHESS]);
    expect((await client.next()).data.counts).toMatchObject({ deleted: 2 });
    await client.expectNothing();
  });

  test('no rows are one part; a row number is the key where no field is', async () => {
    await using server = await startFeed();
    server.load('none', CLUBS, []);
    server.load('same', ['n'], [['0.5'], ['0.5']]);
    await using client = await idle(server);
    client.send({ op: 'subscribe', id: 1, table: '*', snapshot: true });
    expect((await client.next()).type).toBe('subscribed');
    expect(await client.next()).toMatchObject({ table: 'none', part: 0, last: true, rows: [], keys: [] });
    expect(await client.next()).toMatchObject({
      table: 'same',
      last: true,
      rows: [{ n: 0.5 }, { n: 0.5 }],
      keys: [1, 2],
    });
    await client.expectNothing();
  });

  test('with since only where that is not recovered', async () => {
    await using server = await startFeed();
    server.load('t', CLUBS, [CHESS]);
    await using client = await idle(server);
    const frame = { op: 'subscribe', table: 't', snapshot: true };
    client.send({ ...frame, id: 1, since: positionOf(server, 't') });
    expect(await client.next()).toMatchObject({ recovered: true });
    await client.expectNothing();
    client.send({ ...frame, id: 2, since: 'other.1.x' });
    expect(await client.next()).toMatchObject({ recovered: false, reason: 'unknown' });
    expect(await client.next()).toMatchObject({ type: 'snapshot', keys: [1] });
  });

  test('in parts while the table changes: folded, it is the table', async () => {
    await using server = await startFeed({ limits: { snapshotPartRows: 7, snapshotPartBytes: 2000 } });
    const rows = Array.from({ length: 500 }, (_, i) => [String(i), `v${i}`]);
    let edits = 0;
    const edit = () => {
      edits++;
      (rows[(edits * 37) % 500] as string[])[1] = `e${edits}`;
      if (edits % 5 === 0) rows.splice(edits % rows.length, 1);
      if (edits % 3 === 0) rows.push([String(10_000 + edits), 'new']);
      return server.load('t', ['id', 'v'], rows);
    };
    let table = edit();
    const editing = setInterval(() => {
      table = edit();
    }, 1);
    try {
      await Promise.all(
        Array.from({ length: 20 }, async (_, which) => {
          await using client = await idle(server);
          client.send({ op: 'subscribe', id: which, table: which % 2 ? 't' : '*', snapshot: true });
          expect((await client.next()).type).toBe('subscribed');
          const known = new Map<number, string>();
          let version = '';
          for (let part = 0, isLast = false; !isLast; part++) {
            const frame = await client.next();
            expect(frame).toMatchObject({ type: 'snapshot', part });
            expect(frame.rows.length).toBeLessThanOrEqual(7);
            for (const [i, key] of frame.keys.entries()) known.set(key, frame.rows[i].v);
            isLast = frame.last;
            version = frame.version;
          }
          for (let i = 0; i < 60; i++) {
            const { data } = await client.next();
            expect(data.previous).toBe(version);
            version = data.version;
            for (const { op, key, row } of data.changes) {
              if (op === 'delete') expect(known.delete(key)).toBe(true);
              else known.set(key, row.v);
            }
            expect(known.size).toBe(data.rows);
          }
          while (version !== table.version) {
            const { data } = await client.next();
            version = data.version;
            for (const { op, key, row } of data.changes)
              op === 'delete' ? known.delete(key) : known.set(key, row.v);
          }
          if (version === table.version) {
            expect([...known].sort(([a], [b]) => a - b)).toEqual(
              rows.map(([id, v]) => [Number(id), v]).sort(([a], [b]) => Number(a) - Number(b)),
            );
          }
        }),
      );
    } finally {
      clearInterval(editing);
    }
  });

  test('that nobody reads holds up nobody, and is whole when it is read', async () => {
    await using server = await startFeed();
    const text = randomBytes(1000).toString('hex');
    const rows = Array.from({ length: 20_000 }, (_, i) => [String(i), `${i}${text}`]);
    server.load('big', ['id', 'v'], rows);
    await using slow = await idle(server);
    await using quick = await idle(server);
    slow.send({ op: 'subscribe', id: 1, table: 'big', snapshot: true });
    await slow.next();
    slow.ws.pause();
    await ask(quick, { op: 'subscribe', id: 1, table: 't', since: 'x' });
    for (let i = 0; i < 50; i++) {
      server.load('t', CLUBS, [[String(i), 'x', 'y']]);
      await quick.next();
    }
    slow.ws.resume();
    let count = 0;
    for (let isLast = false; !isLast; ) {
      const frame = await slow.next();
      count += frame.rows.length;
      isLast = frame.last;
    }
    expect(count).toBe(20_000);
    server.load('big', ['id', 'v'], rows.slice(1));
    expect((await slow.next()).data.counts.deleted).toBe(1);
  });

  test('when the history is too short for the time it takes, it says so', async () => {
    await using server = await startFeed({ history: { bytes: 5000, ageMs: 1e9 } });
    const text = randomBytes(1000).toString('hex');
    const rows = Array.from({ length: 20_000 }, (_, i) => [String(i), `${i}${text}`]);
    server.load('big', ['id', 'v'], rows);
    await using client = await idle(server);
    client.send({ op: 'subscribe', id: 'a', table: 'big', snapshot: true });
    await client.next();
    client.ws.pause();
    for (let i = 0; i < 4; i++) {
      rows[0] = ['0', `${i}${text}`];
      server.load('big', ['id', 'v'], rows);
    }
    client.ws.resume();
    const resync = await client.next(({ type }) => type !== 'snapshot');
    expect(resync).toEqual({
      type: 'resync',
      id: 'a',
      table: 'big',
      position: positionOf(server, 'big'),
      reason: 'evicted',
    });
    await client.expectNothing();
    rows.pop();
    server.load('big', ['id', 'v'], rows);
    expect((await client.next()).data.counts.deleted).toBe(1);
  });
});

describe('a slow consumer', () => {
  test('gets one resync for what it did not read, and from then on everything', async () => {
    await using server = await startFeed();
    const edit = (i: number) =>
      server.load('t', ['id', 'n'], [['1', `${i} ${randomBytes(100_000).toString('hex')}`]]);
    edit(0);
    await using healthy = await connectFeed(server.url);
    await healthy.next();
    await using slow = await connectFeed(server.url);
    await slow.next();
    slow.ws.pause();
    for (let i = 1; i <= 200; i++) {
      const table = edit(i);
      expect((await healthy.next()).data.version).toBe(table.version);
    }
    const position = positionOf(server, 't');
    slow.ws.resume();
    let last = '';
    let resync = await slow.next();
    for (; resync.type !== 'resync'; resync = await slow.next()) {
      if (last !== '') expect(resync.data.previous).toBe(last);
      last = resync.data.version;
    }
    expect(resync).toEqual({ type: 'resync', id: 'url', table: 't', position, reason: 'slow' });
    const version = server.catalog.current().tables.get('t')?.table?.version;
    expect(last).not.toBe(version);
    await slow.expectNothing();
    edit(201);
    expect((await slow.next()).data.previous).toBe(version);
    await healthy.next();
    await healthy.expectNothing();
  });

  test('is told before the next other event of that table', async () => {
    await using server = await startFeed();
    const edit = (i: number) =>
      server.load('t', ['id', 'n'], [['1', `${i} ${randomBytes(100_000).toString('hex')}`]]);
    edit(0);
    await using slow = await connectFeed(server.url);
    await slow.next();
    slow.ws.pause();
    for (let i = 1; i <= 200; i++) edit(i);
    const position = positionOf(server, 't');
    server.catalog.apply({ kind: 'removed', name: 't' });
    server.load('t', CLUBS, [CHESS]);
    slow.ws.resume();
    expect(await slow.next(({ type }) => type === 'resync')).toMatchObject({ position, reason: 'slow' });
    expect((await slow.next()).type).toBe('rowcast.table.removed');
    expect((await slow.next()).type).toBe('rowcast.table.added');
    await slow.expectNothing();
  });

  test('of all tables gets nothing of others before it is told: whoever goes on from the last event misses nothing', async () => {
    await using server = await startFeed();
    const edit = (i: number) =>
      server.load('big', ['id', 'n'], [['1', `${i} ${randomBytes(100_000).toString('hex')}`]]);
    edit(0);
    server.load('small', ['id', 'n'], [['1', '0']]);
    await using slow = await connectFeed(server.url);
    await slow.next();
    slow.ws.pause();
    const ids: string[] = [];
    for (let i = 1; i <= 100; i++) {
      edit(i);
      ids.push(positionOf(server, 'big'));
      server.load('small', ['id', 'n'], [['1', `${i}`]]);
      ids.push(positionOf(server, 'small'));
    }
    server.load('new', ['id', 'n'], [['1', '0']]);
    slow.ws.resume();
    const got: string[] = [];
    let frame = await slow.next();
    for (; frame.type !== 'resync'; frame = await slow.next()) got.push(frame.id);
    expect(got).toEqual(ids.slice(0, got.length));
    expect(got.length).toBeLessThan(ids.length);
    const resyncs = [frame, await slow.next()].map(({ table, position }) => [table, position]).sort();
    expect(resyncs).toEqual(['big', 'small'].map((table) => [table, positionOf(server, table)]));
    expect(await slow.next()).toMatchObject({ type: 'rowcast.table.added', subject: 'new' });
    await slow.expectNothing();
  });
});

describe('presence', () => {
  test('tells who follows a table: by its name, by *, or not', async () => {
    await using server = await startFeed();
    for (const name of ['a', 'b']) server.load(name, CLUBS, [CHESS]);
    await using ann = await connectFeed(`${server.url}?table=a&name=Ann`);
    await using bob = await connectFeed(`${server.url}?name=Bob`);
    await using nobody = await connectFeed(`${server.url}?table=a`);
    for (const client of [ann, bob, nobody]) await client.next();
    const presence = (table: string) => ask(nobody, { op: 'presence', id: [table], table });
    expect(await presence('a')).toEqual({
      type: 'presence',
      id: ['a'],
      table: 'a',
      count: 3,
      names: ['Ann', 'Bob'],
    });
    expect(await presence('b')).toMatchObject({ count: 1, names: ['Bob'] });
    await ask(bob, { op: 'subscribe', id: 1, table: 'a' });
    await ask(bob, { op: 'subscribe', id: 2, table: '*' });
    expect(await presence('a')).toMatchObject({ count: 3 });
    expect(await presence('b')).toMatchObject({ count: 1 });
    expect(await ask(nobody, { op: 'presence', table: 'a', name: 'Cid' })).toMatchObject({
      names: ['Ann', 'Bob', 'Cid'],
    });
  });

  test('can be asked of all tables, and watched, whoever follows', async () => {
    await using server = await startFeed();
    await using client = await idle(server);
    const watch = { op: 'presence', id: 'w', table: '*' };
    expect(await ask(client, { ...watch, watch: true })).toMatchObject({ count: 0, names: [] });
    await using ann = await connectFeed(`${server.url}?name=Ann`);
    await ann.next();
    expect(await client.next()).toMatchObject({
      type: 'rowcast.table.joined',
      data: { name: 'Ann', count: 1 },
    });
    expect(await ask(client, { ...watch, watch: false })).toMatchObject({ count: 1, names: ['Ann'] });
    await ann[Symbol.asyncDispose]();
    await client.expectNothing();
  });

  test('of a table that is gone is watched no longer where that is said', async () => {
    await using server = await startFeed();
    server.load('t', CLUBS, [CHESS]);
    await using client = await idle(server);
    const watch = { op: 'presence', id: 'w', table: 't' };
    await ask(client, { ...watch, watch: true });
    server.catalog.apply({ kind: 'removed', name: 't' });
    expect(await ask(client, { ...watch, watch: false })).toMatchObject({ type: 'presence', count: 0 });
    expect(await ask(client, { ...watch, watch: false })).toMatchObject({ code: 'unknown-table' });
    await using ann = await connectFeed(`${server.url}?table=t&name=Ann`);
    await ann.next();
    await client.expectNothing();
  });

  test('joins and leaves are told to those who asked', async () => {
    await using server = await startFeed();
    server.load('t', CLUBS, [CHESS]);
    await using watcher = await idle(server);
    await using other = await idle(server);
    await ask(watcher, { op: 'presence', id: 'w', table: 't', watch: true });
    const told = async () => {
      const { type, data, id, source, subject } = await watcher.next();
      expect(id).toMatch(/^epoch-\d+\.(joined|left)\.\d+$/);
      expect([source, subject, data.table]).toEqual(['/api/t', 't', 't']);
      return [type, data.name, data.count, data.subscriptions];
    };
    {
      await using unnamed = await connectFeed(server.url);
      await unnamed.next();
      await using ann = await connectFeed(`${server.url}?table=t&name=Ann`);
      await ann.next();
      expect(await told()).toEqual(['rowcast.table.joined', 'Ann', 2, ['w']]);
      await ask(unnamed, { op: 'presence', table: 't', name: 'Una' });
      expect(await told()).toEqual(['rowcast.table.joined', 'Una', 2, ['w']]);
      await ask(unnamed, { op: 'subscribe', id: 1, table: 't' });
      await watcher.expectNothing();
      await ask(unnamed, { op: 'unsubscribe', id: 1 });
      expect(await told()).toEqual(['rowcast.table.left', 'Una', 1, ['w']]);
    }
    expect(await told()).toEqual(['rowcast.table.left', 'Ann', 0, ['w']]);
    await ask(watcher, { op: 'presence', id: 'w', table: 't', watch: false });
    await using ann = await connectFeed(`${server.url}?table=t&name=Ann`);
    await ann.next();
    await watcher.expectNothing();
    await other.expectNothing();
  });
});

test('hello tells every limit', async () => {
  await using server = await startFeed();
  await using client = await connectFeed(server.url);
  expect((await client.next()).limits).toEqual(LIMITS);
});
