// Wires the rooms together: files into the catalog, the catalog out over HTTP and the feed. It never listens.
import { randomInt } from 'node:crypto';
import { basename } from 'node:path';
import { stderr } from 'node:process';
import Fastify, { type FastifyInstance } from 'fastify';
import { type Catalog, createCatalog } from './catalog.ts';
import type { Config } from './config.ts';
import { type Contracts, startContracts } from './contract/contracts.ts';
import { asyncApiDocument } from './events/asyncapi/document.ts';
import { awaitScan } from './events/await-scan.ts';
import { openFeed } from './events/feed.ts';
import { refuseUpgrades } from './events/transport/refuse-upgrades.ts';
import { allowAnyOrigin } from './http/cors.ts';
import docs from './http/docs.ts';
import { isFollower } from './http/follow.ts';
import { httpRoutes, httpRules, SERVER_OPTIONS } from './http/http.ts';
import { createIndexStore } from './indexing/index-store.ts';
import { VERSION } from './settings.ts';
import { type IngestOptions, startIngest } from './source/ingest.ts';
import { watchFolder } from './source/watch-folder.ts';

declare module 'fastify' {
  interface FastifyInstance {
    rowcast: Readonly<{
      catalog: Catalog;
      contracts: Contracts;
      /** When every file that was there at the start has been looked at. */
      whenScanned: Promise<void>;
    }>;
  }
}

/** Characters of an epoch: enough that no two runs of a server have the same. */
const EPOCH_LENGTH = 8;

/** What the application is built with; without `maxFileBytes` files may be of any size. */
export type AppConfig = Omit<Config, 'maxFileBytes'> & Partial<Pick<Config, 'maxFileBytes'>>;

/**
 * Builds the whole application on a folder, which it starts to read and watch.
 * @param onProgress is told of loads of large files
 * @returns the application, ready to listen or to be asked; its `close()` closes all that was opened
 */
export async function buildApp(
  config: AppConfig,
  onProgress: NonNullable<IngestOptions['onProgress']> = () => {},
): Promise<FastifyInstance> {
  const log = (line: string) => void stderr.write(`${line}\n`);
  const server = `rowcast/${VERSION}`;

  const catalog = createCatalog(randomEpoch());
  const ingest = startIngest({
    folder: config.folder,
    catalog,
    ...(config.maxFileBytes === undefined ? {} : { mostBytes: config.maxFileBytes }),
    onProgress,
  });
  const contracts = await startContracts({ folder: config.contracts, watch: watchFolder, log });

  const indexes = createIndexStore();
  const app = Fastify(SERVER_OPTIONS);
  app.decorate('rowcast', Object.freeze({ catalog, contracts, whenScanned: ingest.whenScanned }));
  app.addHook('onClose', async () => {
    await Promise.all([ingest.close(), contracts.close(), indexes.close()]);
  });

  const options = { catalog, contracts, server, log };
  try {
    await allowAnyOrigin(app);
    app.addHook('onRequest', awaitScan({ catalog, whenScanned: ingest.whenScanned, isFollower }));
    app.addHook('onRequest', refuseUpgrades);
    const feed = await openFeed(app, { catalog, server, log, indexes, history: config.history });
    httpRules(app, options);
    await app.register(docs, { catalog, contracts });
    httpRoutes(app, {
      ...options,
      indexes,
      follow: feed.follow,
      asyncApi: (place) => asyncApiDocument(VERSION, place),
      folder: basename(config.folder),
    });
    feed.addRoute();
    await app.ready();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

function randomEpoch(): string {
  return Array.from({ length: EPOCH_LENGTH }, () => randomInt(36).toString(36)).join('');
}
