// The HTTP side of a catalog: what holds for every request first, then the routes.
import type { IncomingMessage, Server } from 'node:http';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';
import type { Catalog } from '../catalog.ts';
import type { IndexStore } from '../indexing/index-store.ts';
import { type AsyncApi, asyncApiRoute } from './asyncapi.ts';
import { changesRoute } from './changes.ts';
import type { Contracts } from './contracts.ts';
import { dataPackageRoute } from './datapackage.ts';
import { feedPageRoute } from './feed-page.ts';
import type { Follow } from './follow.ts';
import { healthRoutes } from './health.ts';
import { indexRoute } from './index-page.ts';
import { decideMethods } from './methods.ts';
import { nestedRoute } from './nested.ts';
import { pathOwners, ROUTER_OPTIONS, rewriteUrl } from './paths.ts';
import { problemRoutes } from './problem-pages.ts';
import { answerClientError, answerFrameworkError, handleErrors } from './problems.ts';
import { rowRoute } from './row.ts';
import { rowsRoute } from './rows.ts';
import { searchRoute } from './search.ts';
import { startServing } from './serving.ts';
import { tablesRoutes } from './tables.ts';

export type HttpOptions = Readonly<{
  catalog: Catalog;
  contracts: Contracts;
  /** The product and its version: `rowcast/1.2.3`. */
  server: string;
  /** Takes a line for each bug. */
  log: (line: string) => void;
}>;

/** What Fastify has to be made with. */
export const SERVER_OPTIONS = {
  routerOptions: ROUTER_OPTIONS,
  rewriteUrl,
  frameworkErrors: answerFrameworkError,
  clientErrorHandler: answerClientError,
  /** A request that trickles in, and a socket on which nothing moves, end after so many ms. */
  requestTimeout: 60_000,
  connectionTimeout: 120_000,
  /** While the server closes, it still answers what was sent before. */
  return503OnClosing: false,
  /** Other upgrades (`h2c`) are ignored, as RFC 9110 section 7.8 allows: the request is answered. */
  http: {
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
  },
} satisfies FastifyHttpOptions<Server>;

/** Lays down what holds for every answer of the routes that are registered afterwards: CORS, problems, methods. */
export async function httpRules(
  app: FastifyInstance,
  { catalog, contracts, log }: HttpOptions,
): Promise<void> {
  // Schemas document; what a request says is checked against the table it is about.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  handleErrors(app, log);
  decideMethods(app, { catalog, contracts, ownerOf: pathOwners(app, contracts) });
}

/** Adds the routes. */
export function httpRoutes(
  app: FastifyInstance,
  {
    catalog,
    contracts,
    server,
    indexes,
    follow,
    asyncApi,
    folder,
  }: HttpOptions & Readonly<{ indexes: IndexStore; follow: Follow; asyncApi: AsyncApi; folder: string }>,
): void {
  const serving = startServing(app, catalog, indexes);
  indexRoute(app, catalog, server);
  tablesRoutes(app, catalog, contracts);
  dataPackageRoute(app, catalog, folder);
  healthRoutes(app, catalog);
  problemRoutes(app);
  asyncApiRoute(app, asyncApi);
  feedPageRoute(app, catalog, server);
  rowsRoute(app, serving, contracts, follow);
  changesRoute(app, catalog, follow.changes);
  rowRoute(app, serving);
  nestedRoute(app, serving);
  searchRoute(app, serving);
}
