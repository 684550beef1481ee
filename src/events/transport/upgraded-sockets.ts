// Every connection that leaves HTTP by an upgrade → one set that can be closed, also where the upgrade is refused.

import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';

export type UpgradedSockets = Readonly<{
  /** Waits until all are closed, and cuts those that are not in time. Upgrades that come later are cut. */
  close: (seconds: number) => Promise<void>;
}>;

/**
 * Follows the upgrades of a server: Node gives such sockets away, and neither times them out nor closes them itself.
 * @param handshakeSeconds how long a socket may stay silent before its upgrade is done
 */
export function trackUpgrades(server: Server, handshakeSeconds: number): UpgradedSockets {
  const sockets = new Set<Socket>();
  let isClosing = false;
  function forget(this: Socket): void {
    sockets.delete(this);
  }
  server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
    sockets.add(socket);
    socket.once('close', forget);
    if (isClosing) socket.destroySoon();
    // A WebSocket ends this timeout as soon as it takes the socket over.
    else socket.setTimeout(handshakeSeconds * 1000, cut);
  });
  return Object.freeze({
    async close(seconds: number) {
      isClosing = true;
      const timer = new AbortController();
      const closed = Promise.all([...sockets].map((socket) => once(socket, 'close').catch(() => undefined)));
      const deadline = delay(seconds * 1000, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([closed, deadline]);
      timer.abort();
      for (const socket of sockets) socket.destroy();
    },
  });
}

/** The answers that upgrades would have had, had they been refused. */
const responses = new WeakMap<IncomingMessage, ServerResponse>();

/** Remembers what an upgrade holds on to until it is done. */
export function expectUpgrade(request: IncomingMessage, response: ServerResponse): void {
  responses.set(request, response);
}

/**
 * Takes from a socket what is left of its upgrade: the request and the answer, with their headers and all that hangs on
 * them. An idle socket takes half the memory without.
 */
export function letGo(ws: WebSocket, request: IncomingMessage): void {
  const { socket } = request;
  responses.get(request)?.detachSocket(socket);
  socket.off('timeout', cut);
  // The listener of @fastify/websocket knows the request. A broken socket closes by itself.
  ws.removeAllListeners('error');
  ws.on('error', ignore);
}

function cut(this: Socket): void {
  this.destroy();
}

function ignore(): void {}
