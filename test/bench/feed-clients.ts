// Thousands of sockets of one process: raw, so that the clients cost little beside the server under measurement.

import { connect, type Socket } from 'node:net';
import { clientFrame, FrameReader } from './feed-frames.ts';
import { answerWith, now } from './feed-part.ts';

type Client = { socket: Socket; reader: FrameReader; count: number; texts: string[] };

/** Who connects: socket number i asks for the path and sends the frame at i, from the start again at their ends. */
type Crowd = Readonly<{
  port: number;
  sockets: number;
  paths: readonly string[];
  /** Empty: sends nothing. */
  frames: readonly string[];
  /** Text frames that each socket gets before it is ready, such as the greeting and a reply. */
  greetings: number;
  /** Keep the text of what comes. */
  keepsText: boolean;
}>;

const BATCH = 100;
const clients: Client[] = [];
let total = 0;
let goal = 0;
let reach = (_: { at: number }) => {};
let arrival = Promise.resolve({ at: 0 });

const abilities = {
  async connect(crowd: Crowd) {
    for (let from = 0; from < crowd.sockets; from += BATCH) {
      const size = Math.min(BATCH, crowd.sockets - from);
      const opened = Array.from({ length: size }, (_, i) => open(crowd, from + i));
      clients.push(...(await Promise.all(opened)));
    }
    const first = clients[0] as Client;
    return { greeting: first.texts[0] };
  },
  /** @returns the text of the last frame of the first socket from its greeting on, which must have kept texts */
  last: () => ({ text: clients[0]?.texts.at(-1) ?? '' }),
  /** Keeps or passes over texts from now on, and forgets those that were kept. */
  keep(keepsText: boolean) {
    for (const client of clients) {
      client.reader.wantsText = keepsText;
      client.texts = [];
    }
  },
  /** From now on, `reached` waits for so many frames more than those that were aimed at before. */
  aim(frames: number) {
    goal = frames;
    arrival = new Promise<{ at: number }>((resolve) => {
      reach = resolve;
    });
    check();
  },
  /** @returns when the last frame that was aimed at came */
  reached: () => arrival,
  /** How many frames each socket got since the counts were taken last, as [count, sockets]. */
  counts() {
    const found = new Map<number, number>();
    for (const client of clients) {
      found.set(client.count, (found.get(client.count) ?? 0) + 1);
      client.count = 0;
    }
    return [...found];
  },
  /** Follows the chain of versions in what was kept: each event begins where the one before ended. */
  chains: () => clients.map(({ texts }) => chainOf(texts)),
  close() {
    for (const { socket } of clients) socket.destroy();
    clients.length = 0;
  },
};
export type Clients = typeof abilities;
answerWith(abilities);

function open(crowd: Crowd, index: number): Promise<Client> {
  return new Promise((resolve, reject) => {
    const socket = connect(crowd.port, '127.0.0.1');
    socket.setNoDelay(true);
    let isReady = false;
    const reader = new FrameReader({
      text(payload) {
        if (payload !== null) client.texts.push(payload.toString());
        if (!isReady) greeted();
        else {
          client.count++;
          total++;
          if (total >= goal) check();
        }
      },
      ping: (payload) => socket.write(clientFrame(10, payload)),
    });
    const client: Client = { socket, reader, count: 0, texts: [] };
    const greeted = () => {
      if (client.texts.some((text) => text.startsWith('{"type":"error"')))
        reject(new Error(client.texts.at(-1)));
      if (client.texts.length < crowd.greetings) return;
      isReady = true;
      reader.wantsText = crowd.keepsText;
      resolve(client);
      if (!crowd.keepsText && index > 0) client.texts = [];
    };
    const frame = crowd.frames[index % crowd.frames.length];
    const path = crowd.paths[index % crowd.paths.length];
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    let head = '';
    const onHead = (chunk: Buffer) => {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      if (!head.startsWith('HTTP/1.1 101')) reject(new Error(head.slice(0, 500)));
      socket.off('data', onHead);
      socket.on('data', (data: Buffer) => reader.push(data));
      if (frame !== undefined) socket.write(clientFrame(1, Buffer.from(frame)));
      if (crowd.greetings === 0) {
        isReady = true;
        reader.wantsText = crowd.keepsText;
        resolve(client);
      }
      const rest = Buffer.from(head.slice(end + 4), 'latin1');
      if (rest.length > 0) reader.push(rest);
    };
    socket.on('data', onHead);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

function check(): void {
  if (goal === 0 || total < goal) return;
  total -= goal;
  goal = 0;
  reach({ at: now() });
}

type Chain = Readonly<{ events: number; first: string; last: string; breaks: number; latest: number }>;

function chainOf(texts: readonly string[]): Chain {
  let [events, breaks, first, last, latest] = [0, 0, '', '', 0];
  for (const text of texts) {
    const { type, data } = JSON.parse(text);
    if (type !== 'rowcast.table.changed') continue;
    if (events++ === 0) first = data.previous;
    const sequence = Number(data.position.split('.')[1]);
    if ((events > 1 && data.previous !== last) || sequence <= latest) breaks++;
    last = data.version;
    latest = sequence;
  }
  return { events, first, last, breaks, latest };
}
