// The catalog's changes → the WebSocket route /ws: hello, then the events of the tables that its URL names.

import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { Catalog, Snapshot } from '../catalog.ts';
import { answerFrame } from './client-frame.ts';
import { readFeedQuery } from './feed-query.ts';
import type { Hello } from './frames.ts';
import { type Hub, openHub } from './hub.ts';
import { LIMITS, type Limits } from './limits.ts';
import { isWebSocket, sendProblem } from './refuse-upgrades.ts';
import { CLOSE, holdSocket } from './socket.ts';
import { trackUpgrades } from './upgraded-sockets.ts';

export type FeedOptions = Readonly<{
  catalog: Catalog;
  /** What the server calls itself: `rowcast/0.1.0`. */
  server: string;
  /** Limits that differ from the usual ones. */
  limits?: Partial<Limits>;
  /** Takes a line about what failed. */
  log?: (line: string) => void;
  /** The clock of the events' `time`. */
  now?: () => Date;
}>;

/** The id of the subscription that the URL implies. */
const IMPLIED = Object.freeze(['url']);
const NONE: readonly string[] = Object.freeze([]);

/** Registers GET /ws. What it opens, it closes before the server does (`preClose`): every socket gets 1001. */
// biome-ignore lint/style/noDefaultExport: a Fastify plugin.
export default async function feed(app: FastifyInstance, options: FeedOptions): Promise<void> {
  const limits: Limits = Object.freeze({ ...LIMITS, ...options.limits });
  const { catalog, server, log = (line) => app.log.error(line), now = () => new Date() } = options;
  const onError = (error: unknown) => log(`The feed failed: ${error instanceof Error ? error.stack : error}`);
  const hub = openHub({
    catalog,
    now,
    changeBytes: limits.changeBytes,
    onError,
  });
  const upgraded = trackUpgrades(app.server, limits.handshakeSeconds);
  const socketOptions = {
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
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
      hub.close();
      for (const ws of app.websocketServer.clients) ws.close(CLOSE.goingAway, 'The server is shutting down.');
      await upgraded.close(limits.shutdownSeconds);
      app.websocketServer.close();
    },
  });

  app.route({
    method: 'GET',
    url: '/ws',
    schema: { hide: true },
    config: { isSocket: true },
    onRequest: refuseBadUpgrade,
    handler: requireUpgrade,
    wsHandler: (ws: WebSocket, request: FastifyRequest) => {
      const query = readFeedQuery(request.url);
      const isOneTooMany = app.websocketServer.clients.size > limits.sockets;
      if (isOneTooMany) return ws.close(CLOSE.tryAgainLater, `All ${limits.sockets} sockets are taken.`);
      if (query.kind === 'follow')
        greet(ws, limits, hub, helloOf(server, catalog.current(), limits), query.tables);
    },
  });
}

/** Says hello and follows the hub in the same tick: no event is lost between the two, or told twice. */
function greet(
  ws: WebSocket,
  limits: Limits,
  hub: Hub,
  hello: Hello,
  tables: ReadonlySet<string> | null,
): void {
  const outlet = holdSocket(ws, limits, (data, isBinary) => following.tell(answerFrame(data, isBinary)));
  outlet.send(Buffer.from(JSON.stringify(hello)));
  const following = hub.follow({
    subscriptionsTo: (table) => (tables === null || tables.has(table) ? IMPLIED : NONE),
    deliver: outlet.send,
  });
  ws.once('close', following.end);
}

/** The tables that have rows at this moment, whatever the URL narrows the events to. */
function helloOf(server: string, snapshot: Snapshot, limits: Limits): Hello {
  const tables: Hello['tables'][number][] = [];
  for (const { name, table, position } of snapshot.tables.values()) {
    if (table !== null) tables.push({ table: name, version: table.version, position, rows: table.rowCount });
  }
  return { type: 'hello', server, tables, limits };
}

/** Upgrades to something else, and queries that mean nothing, get their answer before the 101. */
async function refuseBadUpgrade(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  if (!request.ws) return;
  if (!isWebSocket(request)) return requireUpgrade(request, reply);
  const query = readFeedQuery(request.url);
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
