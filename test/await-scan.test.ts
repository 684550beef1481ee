// Followers of a server that has just started: what is not read yet is not gone.
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import websocket from '@fastify/websocket';
import Fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { buildApp } from '../src/app.ts';
import { createCatalog } from '../src/catalog.ts';
import { awaitScan } from '../src/events/await-scan.ts';
import { connectFeed } from './support/feed-client.ts';
import { pass, temporaryFolder } from './support/folder.ts';
import { HISTORY } from './support/history.ts';
import { refusedUpgrade } from './support/refused-upgrade.ts';

const ROWS = Array.from({ length: 50_000 }, (_, row) => `${row + 1},${row % 7}\n`).join('');

/** An application that still reads its folder when it listens. */
async function starting() {
  const folder = await temporaryFolder();
  await mkdir(folder.path);
  for (const name of ['a', 'b', 'c']) await writeFile(folder.at(`${name}.csv`), `id,n\n${ROWS}`);
  const config = { folder: folder.path, contracts: folder.at('none'), host: '127.0.0.1', port: 0 };
  const app = await buildApp({ ...config, history: HISTORY });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    app,
    address: `127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    isScanned: () => app.rowcast.catalog.current().isScanned,
    async [Symbol.asyncDispose]() {
      await app.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('while the folder is being read', () => {
  test('streams, sockets and questions for changes wait; other answers do not', async () => {
    await using server = await starting();
    const base = `http://${server.address}`;
    const stop = new AbortController();
    const stream = fetch(`${base}/api/c`, {
      headers: { accept: 'text/event-stream', 'last-event-id': 'old.1.x' },
      signal: stop.signal,
    });
    const changes = fetch(`${base}/api/c/_changes`);
    const socket = connectFeed(`ws://${server.address}/ws`);
    expect(await (await fetch(`${base}/tables`)).json()).toHaveProperty('tables');
    expect(server.isScanned()).toBe(false);
    expect((await stream).status).toBe(200);
    expect(await (await changes).json()).toMatchObject({ position: expect.any(String) });
    await using client = await socket;
    expect((await client.next()).tables).toHaveLength(3);
    expect(server.isScanned()).toBe(true);
    stop.abort();
  });

  test('a server that stops lets go of those who wait', async () => {
    await using server = await starting();
    const stream = fetch(`http://${server.address}/api/c`, { headers: { accept: 'text/event-stream' } });
    await pass(5);
    expect(server.isScanned()).toBe(false);
    await server.app.close();
    const ended = await stream.then(({ status }) => status).catch(() => 'cut');
    expect([200, 503, 'cut']).toContain(ended);
  });
});

test('an upgrade that has waited for too long is told to come again', async () => {
  const catalog = createCatalog('epoch');
  const scan = Promise.withResolvers<void>();
  const app = Fastify();
  const options = { catalog, whenScanned: scan.promise, isFollower: () => false, patienceMs: 50 };
  app.addHook('onRequest', awaitScan(options));
  await app.register(websocket);
  app.get('/ws', { websocket: true }, (socket) => socket.send('{}'));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { response, body } = await refusedUpgrade(
    `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/ws`,
  );
  expect(response.statusCode).toBe(503);
  expect(response.headers['retry-after']).toBe('1');
  expect(JSON.parse(body)).toMatchObject({ type: '/problems/table-unavailable', status: 503 });
  scan.resolve();
  await app.close();
});
