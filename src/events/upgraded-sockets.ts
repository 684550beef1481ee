// Every connection that leaves HTTP by an upgrade → one set that can be closed, also where the upgrade is refused.

import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

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
  server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (isClosing) socket.destroySoon();
    // A WebSocket ends this timeout as soon as it takes the socket over.
    else socket.setTimeout(handshakeSeconds * 1000, () => socket.destroy());
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
