// A catalog with nothing before it, and a listening server with nothing but its feed.
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { type Catalog, createCatalog } from '../../src/catalog.ts';
import { type FeedOptions, openFeed } from '../../src/events/feed.ts';
import { refuseUpgrades } from '../../src/events/transport/refuse-upgrades.ts';
import { type Table, tableOf } from '../../src/table/table.ts';
import { FACTS } from './file-facts.ts';

type Cells = readonly (readonly (string | null)[])[];

export type FeedServer = Readonly<{
  app: FastifyInstance;
  catalog: Catalog;
  /** `127.0.0.1:1234` */
  address: string;
  /** `ws://127.0.0.1:1234/ws` */
  url: string;
  /** Loads a table as if its file had been read. */
  load: (name: string, header: readonly string[], rows: Cells) => Table;
  /** Says that the file of a table cannot be read. */
  reject: (name: string, rejection: { code: string; reason: string; line?: number }) => void;
  [Symbol.asyncDispose]: () => Promise<void>;
}>;

/** A thousandth of what GET /plain answers. */
export const PLAIN = Buffer.alloc(20_000, 'x');
export const NOW = '2024-02-29T12:30:00.000Z';

export async function startFeed(options: Partial<FeedOptions> = {}, host = '127.0.0.1'): Promise<FeedServer> {
  const catalog = createCatalog('epoch');
  const app = Fastify();
  app.addHook('onRequest', refuseUpgrades);
  // Streamed, and more than a connection takes at once.
  app.get('/plain', (_, reply) => reply.send(Readable.from(Array.from({ length: 1000 }, () => PLAIN))));
  const opened = { catalog, server: 'rowcast/1.2.3', now: () => new Date(NOW), ...options };
  (await openFeed(app, opened)).addRoute();
  await app.listen({ port: 0, host });
  const address = `127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    app,
    catalog,
    address,
    url: `ws://${address}/ws`,
    load(name, header, rows) {
      const table = tableOf(header, rows);
      catalog.apply({ kind: 'loaded', name, path: `${name}.csv`, table, file: FACTS });
      return table;
    },
    reject(name, rejection) {
      catalog.apply({ kind: 'rejected', name, path: `${name}.csv`, rejection });
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}
