// The catalog's changes → WebSockets and event streams: on /ws, and wherever a table's URL is followed.

import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { Catalog, Snapshot } from '../catalog.ts';
import type { Indexes } from '../query/indexes.ts';
import { readFeedQuery } from './feed-query.ts';
import { type FollowTables, followTables } from './follow.ts';
import type { Hello } from './frames/frames.ts';
import { LIMITS, type Limits } from './frames/limits.ts';
import { changesSince } from './history/changes-since.ts';
import { type Hub, openHub } from './hub/hub.ts';
import { DEFLATE_OPTIONS } from './transport/deflate.ts';
import { openKeepAlive } from './transport/keep-alive.ts';
import { isWebSocket, sendProblem } from './transport/refuse-upgrades.ts';
import { CLOSE, holdSocket, type SocketRules } from './transport/socket.ts';
import { openEventStreams } from './transport/sse.ts';
import { openFramer } from './transport/text-frame.ts';
import { letGo, trackUpgrades } from './transport/upgraded-sockets.ts';
import { EVERYTHING_WISH } from './view/filter.ts';

export type FeedOptions = Readonly<{
  catalog: Catalog;
  /** What the server calls itself: `rowcast/0.1.0`. */
  server: string;
  /** How much of the past is kept. */
  history?: Readonly<{ bytes: number; ageMs: number }>;
  indexes?: Indexes;
  /** Limits that differ from the usual ones. */
  limits?: Partial<Limits>;
  /** Takes a line about what failed. */
  log?: (line: string) => void;
  /** The clock of the events' `time`. */
  now?: () => Date;
}>;

export type Feed = Readonly<{
  /** For the routes of tables: their URLs can be followed. */
  follow: FollowTables & Readonly<{ changes: ReturnType<typeof changesSince> }>;
  /** Adds GET /ws. */
  addRoute: () => void;
}>;

/**
 * Opens the feed, for the routes that are added afterwards. What it opens, it closes before the server does
 * (`preClose`): what was published is delivered, every socket gets 1001, every stream ends.
 */
export async function openFeed(app: FastifyInstance, options: FeedOptions): Promise<Feed> {
  const { catalog, server, log = (line) => app.log.error(line), now = () => new Date(), indexes } = options;
  const limits = limitsOf(options);
  const onError = (error: unknown) => log(`The feed failed: ${error instanceof Error ? error.stack : error}`);
  const history = { bytes: limits.historyBytes, ageMs: limits.historySeconds * 1000 };
  const hub = openHub({
    catalog,
    limits,
    history,
    now,
    onError,
    ...(indexes === undefined ? {} : { indexes }),
  });
  const streams = openEventStreams(limits);
  const rules: SocketRules = {
    limits,
    keepAlive: openKeepAlive<WebSocket>(limits.pingSeconds * 1000, limits.pongSeconds * 1000),
    frame: openFramer(),
    compressors: { count: 0 },
  };
  await openSockets(app, limits, {
    before: hub.close,
    beside: () => {
      rules.keepAlive.close();
      return streams.close(limits.shutdownSeconds);
    },
  });

  const taken = () => app.websocketServer.clients.size + streams.count();
  const hold = (ws: WebSocket, request: FastifyRequest, client: Parameters<Hub['open']>[1]) => {
    if (taken() > limits.sockets) {
      ws.close(CLOSE.tryAgainLater, `All ${limits.sockets} sockets are taken.`);
      return;
    }
    if (hub.count() + client.implied.length > limits.subscriptions) {
      ws.close(CLOSE.tryAgainLater, `All ${limits.subscriptions} subscriptions are taken.`);
      return;
    }
    letGo(ws, request.raw);
    holdSocket(ws, request.raw.socket, rules, (outlet) => hub.open(outlet, client));
  };
  const hello = (snapshot: Snapshot, table: string | null) =>
    Buffer.from(JSON.stringify(helloOf(server, snapshot, limits, table)));

  const isFull = () => taken() >= limits.sockets || hub.count() >= limits.subscriptions;
  const follow = followTables({ hub, catalog, streams, hello, hold, isFull });
  return Object.freeze({
    follow: Object.freeze({ ...follow, changes: changesSince(hub.log) }),
    addRoute: () => feedRoute(app, limits.subscriptionsPerSocket, hold, (snapshot) => hello(snapshot, null)),
  });
}

/** Takes over who a WebSocket is for. */
export type HoldSocket = (ws: WebSocket, request: FastifyRequest, client: Parameters<Hub['open']>[1]) => void;

function limitsOf({ history, limits }: FeedOptions): Limits {
  const kept =
    history === undefined ? {} : { historyBytes: history.bytes, historySeconds: history.ageMs / 1000 };
  return Object.freeze({ ...LIMITS, ...kept, ...limits });
}

/** What is closed before the sockets are, and what together with them. */
type Closing = Readonly<{ before: () => Promise<void>; beside: () => Promise<void> }>;

/** Makes routes take upgrades. */
async function openSockets(app: FastifyInstance, limits: Limits, closing: Closing): Promise<void> {
  const upgraded = trackUpgrades(app.server, limits.handshakeSeconds);
  const socketOptions = {
    maxPayload: limits.frameBytes,
    perMessageDeflate: DEFLATE_OPTIONS,
    closeTimeout: limits.closeSeconds * 1000,
  };
  await app.register(websocket, {
    options: socketOptions,
    // What a peer does against the protocol closes its socket already; what is left is a fault of ours.
    errorHandler: (error, ws, request) => {
      request.log.info({ err: error }, 'a socket of the feed failed');
      ws.close(CLOSE.failed, 'The server failed.');
    },
    preClose: async () => {
      await closing.before();
      const closed = closing.beside();
      for (const ws of app.websocketServer.clients) ws.close(CLOSE.goingAway, 'The server is shutting down.');
      await Promise.all([upgraded.close(limits.shutdownSeconds), closed]);
      app.websocketServer.close();
    },
  });
}

function feedRoute(
  app: FastifyInstance,
  mostTables: number,
  hold: HoldSocket,
  hello: (snapshot: Snapshot) => Buffer,
): void {
  app.route({
    method: 'GET',
    url: '/ws',
    schema: { hide: true },
    config: { isSocket: true },
    onRequest: async (request, reply) => refuseBadUpgrade(request, reply, mostTables),
    handler: requireUpgrade,
    wsHandler: (ws: WebSocket, request: FastifyRequest) => {
      const query = readFeedQuery(request.url, mostTables);
      if (query.kind === 'problem') return ws.close();
      const { tables, name } = query;
      const implied = [...(tables ?? ['*'])].map((table) => ({ table, wish: EVERYTHING_WISH, since: null }));
      hold(ws, request, { hello, implied, name });
    },
  });
}

/** The tables that have rows at this moment, whatever the URL narrows the events to; or one of them. */
function helloOf(server: string, snapshot: Snapshot, limits: Limits, only: string | null): Hello {
  const tables: Hello['tables'][number][] = [];
  for (const { name, table, position } of snapshot.tables.values()) {
    if (table === null || (only !== null && name !== only)) continue;
    tables.push({ table: name, version: table.version, position, rows: table.rowCount });
  }
  return { type: 'hello', server, tables, limits };
}

/** Upgrades to something else, and queries that mean nothing, get their answer before the 101. */
async function refuseBadUpgrade(
  request: FastifyRequest,
  reply: FastifyReply,
  mostTables: number,
): Promise<FastifyReply | undefined> {
  if (!request.ws) return;
  if (!isWebSocket(request)) return requireUpgrade(request, reply);
  const query = readFeedQuery(request.url, mostTables);
  if (query.kind === 'problem')
    return sendProblem(request, reply.header('connection', 'close'), query.problem);
}

/** 426 with what RFC 9110 section 15.5.22 asks for: the protocol to upgrade to. */
async function requireUpgrade(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.header('upgrade', 'websocket').header('connection', 'upgrade');
  return sendProblem(request, reply, {
    code: 'upgrade-required',
    detail: 'The feed is a WebSocket: connect with `new WebSocket("ws://…/ws")`, without any further word.',
  });
}
