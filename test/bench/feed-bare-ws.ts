// The peer of the feed benchmarks: `ws` with nothing but a loop that sends the same bytes to every socket.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { answerWith, held, now, spent } from './feed-part.ts';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });

const abilities = {
  async listen() {
    if (server.address() === null) await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port };
  },
  /** @returns when the loop began */
  send(text: string) {
    const at = now();
    const bytes = Buffer.from(text);
    for (const ws of server.clients) ws.send(bytes, { binary: false });
    return { at };
  },
  spent,
  held,
};
export type BareWs = typeof abilities;
answerWith(abilities);
