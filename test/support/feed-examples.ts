// A scripted conversation with the feed, over real sockets and under a fixed clock → one frame of every kind.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { connectFeed, type Frame } from './feed-client.ts';
import { startFeed } from './feed-server.ts';

/** Server frames by `type`, client frames by `op`: what the AsyncAPI document shows. */
export type FeedExamples = Readonly<{
  server: Readonly<Record<string, Frame>>;
  client: Readonly<Record<string, object>>;
}>;

/** Where the frames of the last recording lie. */
export const EXAMPLES = fileURLToPath(new URL('../../src/events/asyncapi/examples.json', import.meta.url));

const HEADER = ['id', 'name', 'region', 'open'];
const ROWS = [
  ['1', 'Mill Farm', 'Coast', 'true'],
  ['2', 'High Moor', 'Upland', 'false'],
  ['3', 'Old Pier', 'Coast', 'true'],
];

/** Speaks with a server of its own. Every run gives the same frames. */
export async function recordExamples(): Promise<FeedExamples> {
  await using server = await startFeed();
  const frames = new Map<string, Frame>();
  const asked = new Map<string, object>();
  const { load, url } = server;
  load('stations', HEADER, ROWS);

  await using client = await connectFeed(url);
  /** Waits for a frame of a type, and keeps it. */
  const hear = async (type: string) => {
    const frame = await client.next((each) => each.type === type);
    frames.set(type, frame);
  };
  const ask = (op: string, members: object) => {
    const frame = { op, ...members };
    asked.set(op, frame);
    client.send(frame);
  };

  await hear('hello');
  ask('presence', { id: 'desk', table: 'stations', name: 'Ben', watch: true });
  await hear('presence');
  const other = await connectFeed(`${url}?table=stations&name=Ada`);
  await hear('rowcast.table.joined');
  await other[Symbol.asyncDispose]();
  await hear('rowcast.table.left');

  const wish = { table: 'stations', where: { region: 'Coast' }, fields: ['id', 'name'], snapshot: true };
  ask('subscribe', { id: 'coast', ...wish });
  await hear('subscribed');
  await hear('snapshot');
  const moved = [
    ROWS[0] as string[],
    ['2', 'High Moor', 'Coast', 'false'],
    ['3', 'Old Pier', 'Upland', 'true'],
  ];
  load('stations', HEADER, moved);
  await hear('rowcast.table.changed');
  const wider = moved.map((row, index) => [...row, String(index * 10)]);
  load('stations', [...HEADER, 'height'], wider);
  await hear('rowcast.table.schemaChanged');
  server.reject('stations', { code: 'no-line-end', reason: 'The file ends inside a quote.', line: 4 });
  await hear('rowcast.table.rejected');
  load('stations', [...HEADER, 'height'], wider);
  await hear('rowcast.table.recovered');
  server.catalog.apply({ kind: 'removed', name: 'stations' });
  await hear('rowcast.table.removed');
  load('stations', HEADER, ROWS);
  await hear('rowcast.table.added');

  ask('unsubscribe', { id: 'coast' });
  await hear('unsubscribed');
  ask('ping', { id: 1 });
  await hear('pong');
  client.send({ op: 'subscribe', id: 'typo', table: 'station' });
  await hear('error');
  frames.set('resync', await recordResync());
  return { server: Object.fromEntries(frames), client: Object.fromEntries(asked) };
}

/** A server that takes every client for slow leaves the first change out. */
async function recordResync(): Promise<Frame> {
  await using server = await startFeed({ limits: { resyncBytes: -1 } });
  server.load('stations', HEADER, ROWS);
  await using client = await connectFeed(server.url);
  server.load('stations', HEADER, ROWS.slice(1));
  return await client.next(({ type }) => type === 'resync');
}

/** Keeps the frames for the document, formatted as the other files are. */
export async function renewExamples(): Promise<void> {
  writeFileSync(EXAMPLES, `${JSON.stringify(await recordExamples(), null, 2)}\n`);
  const biome = fileURLToPath(new URL('../../node_modules/.bin/biome', import.meta.url));
  spawnSync(biome, ['format', '--write', EXAMPLES], { stdio: 'inherit' });
}
