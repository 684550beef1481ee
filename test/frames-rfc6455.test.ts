// The feed's sockets, byte by byte: every category of RFC 6455, and compression (RFC 7692), by a client of its own.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../src/events/frames/limits.ts';
import { connectFeed } from './support/feed-client.ts';
import { type FeedServer, startFeed } from './support/feed-server.ts';

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10] as const;

type Bits = Readonly<{
  fin?: boolean;
  rsv?: number;
  /** null: not masked. */
  mask?: Buffer | null;
  /** How many bytes say the length, and what they say, where that is not as it should be. */
  lengthBytes?: 1 | 2 | 8;
  length?: bigint;
}>;

/** A frame as a client sends it. */
function frame(opcode: number, payload: string | Buffer = '', bits: Bits = {}): Buffer {
  const { fin = true, rsv = 0, mask = Buffer.from([1, 2, 3, 250]) } = bits;
  const data = Buffer.from(payload as string);
  const { lengthBytes = data.length < 126 ? 1 : data.length < 65_536 ? 2 : 8 } = bits;
  const length = bits.length ?? BigInt(data.length);
  const said = Buffer.alloc(lengthBytes === 1 ? 0 : lengthBytes);
  if (lengthBytes === 2) said.writeUInt16BE(Number(length));
  if (lengthBytes === 8) said.writeBigUInt64BE(length);
  const short = lengthBytes === 1 ? Number(length) : lengthBytes === 2 ? 126 : 127;
  const head = Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode, (mask === null ? 0 : 0x80) | short]);
  if (mask === null) return Buffer.concat([head, said, data]);
  return Buffer.concat([head, said, mask, data.map((byte, i) => byte ^ (mask[i % 4] as number))]);
}

type Received = Readonly<{ opcode: number; rsv: number; payload: Buffer }>;

/** A TCP connection that speaks WebSocket only as far as a test says. */
class RawClient {
  readonly socket: Socket;
  /** What the server answered to the upgrade. */
  head = '';
  isEnded = false;
  #bytes = Buffer.alloc(0);
  #wake: () => void = () => {};

  constructor({ address }: FeedServer, headers = '', path = '/ws') {
    this.socket = connect({ port: Number(address.split(':')[1]), host: '127.0.0.1' });
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    this.socket.on('close', () => {
      this.isEnded = true;
      this.#wake();
    });
    const handshake = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    this.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${handshake}${headers}\r\n`,
    );
  }

  async upgrade(): Promise<void> {
    const end = await this.#until(() => this.#bytes.indexOf('\r\n\r\n') + 1);
    this.head = this.#bytes.subarray(0, end + 1).toString();
    this.#bytes = this.#bytes.subarray(end + 3);
    expect(this.head).toMatch(/^HTTP\/1\.1 101 /);
  }

  send(...frames: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** The next frame; null: the connection has ended. */
  async next(): Promise<Received | null> {
    const size = await this.#until(() => {
      const [first = 0] = [frameSize(this.#bytes)];
      return first <= this.#bytes.length ? first : 0;
    });
    if (size === 0) return null;
    const bytes = this.#bytes.subarray(0, size);
    this.#bytes = this.#bytes.subarray(size);
    const short = bytes.readUInt8(1);
    expect(short, 'no frame of a server is masked').toBeLessThan(128);
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    const [first] = bytes as unknown as [number];
    expect(first & 0x80, 'the server does not fragment').toBe(0x80);
    return { opcode: first & 15, rsv: (first >> 4) & 7, payload: bytes.subarray(start) };
  }

  async json(): Promise<unknown> {
    const received = await this.next();
    expect(received?.opcode).toBe(TEXT);
    return JSON.parse(String(received?.payload));
  }

  /** The code and reason with which the server closes; frames before that fail the test. Then the connection ends. */
  async closed(): Promise<[code: number | null, reason: string]> {
    const received = await this.next();
    expect(received?.opcode, String(received?.payload).slice(0, 200)).toBe(CLOSE);
    const payload = received?.payload as Buffer;
    this.socket.end();
    expect(await this.next()).toBe(null);
    return [payload.length < 2 ? null : payload.readUInt16BE(), payload.subarray(2).toString()];
  }

  async #until(found: () => number): Promise<number> {
    for (;;) {
      const value = found();
      if (value > 0 || this.isEnded) return value;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Bytes that the first frame takes; more than there are while it cannot be told. */
function frameSize(bytes: Buffer): number {
  if (bytes.length < 2) return Number.POSITIVE_INFINITY;
  const short = (bytes[1] as number) & 127;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return Number.POSITIVE_INFINITY;
  return (
    start + (short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)))
  );
}

let server: FeedServer;
beforeAll(async () => {
  server = await startFeed({ limits: { frameBurst: 100_000 } });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Connects and takes the hello; `?table=`: no event disturbs. */
async function open(headers = ''): Promise<RawClient> {
  const client = new RawClient(server, headers, '/ws?table=');
  await client.upgrade();
  expect(await client.json()).toMatchObject({ type: 'hello' });
  return client;
}

const ASK = '{"op":"ping","id":"é€😀"}';
const ANSWER = { type: 'pong', id: 'é€😀' };
const bytesOf = (text: string) => Buffer.from(text);
const head = (bytes: Buffer, at: number) => [bytes.subarray(0, at), bytes.subarray(at)] as const;
/** A message in fragments of so many bytes. */
function fragments(text: string, size: number, opcode: number = TEXT): Buffer[] {
  const bytes = bytesOf(text);
  const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  return parts.map((part, i) =>
    frame(i === 0 ? opcode : CONTINUATION, part, { fin: i === parts.length - 1 }),
  );
}

describe('messages that are well-formed get their reply', () => {
  const ask = (bits?: Bits) => frame(TEXT, ASK, bits);
  const cases: [name: string, frames: readonly Buffer[]][] = [
    ['one frame', [ask()]],
    ['a mask of zeros', [ask({ mask: Buffer.alloc(4) })]],
    ['a mask of ones', [ask({ mask: Buffer.alloc(4, 255) })]],
    ['a length in 16 bits where 7 would do', [ask({ lengthBytes: 2 })]],
    ['a length in 64 bits where 7 would do', [ask({ lengthBytes: 8 })]],
    ['125 bytes', [frame(TEXT, ASK.padEnd(125 - 6))]],
    ['126 bytes', [frame(TEXT, ASK.padEnd(126 - 6))]],
    ['65,535 bytes', [frame(TEXT, ASK.padEnd(65_535 - 6))]],
    ['64 KiB', [frame(TEXT, ASK.padEnd(65_536 - 6))]],
    ['two fragments', fragments(ASK, 12)],
    ['fragments of one byte, which split characters', fragments(ASK, 1)],
    [
      'empty fragments',
      [
        frame(TEXT, '', { fin: false }),
        frame(CONTINUATION, '', { fin: false }),
        frame(CONTINUATION, ASK, { fin: false }),
        frame(CONTINUATION, ''),
      ],
    ],
    ['64 KiB in fragments', fragments(ASK.padEnd(65_536 - 6), 1000)],
    [
      'pongs that nobody asked for between fragments',
      fragments(ASK, 9).flatMap((part) => [frame(PONG, 'x'), part]),
    ],
  ];
  test.each(cases)('%s', async (_, frames) => {
    const client = await open();
    client.send(...frames);
    expect(await client.json()).toEqual(ANSWER);
    client.send(ask());
    expect(await client.json()).toEqual(ANSWER);
    client.socket.destroy();
  });

  test('however their bytes arrive', async () => {
    const client = await open();
    const bytes = Buffer.concat([ask(), ...fragments(ASK, 10), ask()]);
    for (let i = 0; i < bytes.length; i++) {
      client.socket.write(bytes.subarray(i, i + 1));
      if (i % 8 === 0) await new Promise(setImmediate);
    }
    for (let i = 0; i < 3; i++) expect(await client.json()).toEqual(ANSWER);
    client.send(...Array.from({ length: 100 }, () => ask()));
    for (let i = 0; i < 100; i++) expect(await client.json()).toEqual(ANSWER);
    client.socket.destroy();
  });

  test('a binary one gets an error', async () => {
    const client = await open();
    client.send(...fragments(ASK, 5, BINARY), frame(BINARY, Buffer.from([0xff, 0xfe])), ask());
    for (let i = 0; i < 2; i++)
      expect(await client.json()).toMatchObject({ type: 'error', code: 'invalid-frame' });
    expect(await client.json()).toEqual(ANSWER);
    client.socket.destroy();
  });

  test('an empty one gets an error', async () => {
    const client = await open();
    client.send(frame(TEXT));
    expect(await client.json()).toMatchObject({ type: 'error', code: 'invalid-frame' });
    client.socket.destroy();
  });
});

describe('a ping is answered with its payload', () => {
  test.each([0, 1, 124, 125])('of %i bytes', async (size) => {
    const client = await open();
    const payload = Buffer.from(Array.from({ length: size }, (_, i) => 255 - i));
    client.send(frame(PING, payload));
    expect(await client.next()).toEqual({ opcode: PONG, rsv: 0, payload });
    client.socket.destroy();
  });

  test('between the fragments of a message, before the message', async () => {
    const client = await open();
    const [first, ...others] = fragments(ASK, 6) as [Buffer, ...Buffer[]];
    client.send(first, frame(PING, 'a'), ...others.flatMap((part) => [part, frame(PING, 'b')]));
    const opcodes = [PONG, ...others.slice(1).map(() => PONG)];
    for (const opcode of opcodes) expect((await client.next())?.opcode).toBe(opcode);
    const rest = [await client.next(), await client.next()];
    expect(rest.map((received) => received?.opcode).sort()).toEqual([TEXT, PONG]);
    client.socket.destroy();
  });

  test('ten in one packet, each', async () => {
    const client = await open();
    client.send(...Array.from({ length: 10 }, (_, i) => frame(PING, String(i))));
    for (let i = 0; i < 10; i++) expect(String((await client.next())?.payload)).toBe(String(i));
    client.socket.destroy();
  });
});

describe('what breaks the protocol closes its socket, and no other', () => {
  const [whole, long] = [bytesOf(ASK), Buffer.alloc(126)];
  const start = frame(TEXT, '{', { fin: false });
  const utf8 = (...bytes: number[]) => frame(TEXT, Buffer.from(bytes));
  const reserved = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];
  const cases: [name: string, code: number, frames: readonly Buffer[]][] = [
    ['a frame that is not masked', 1002, [frame(TEXT, ASK, { mask: null })]],
    ['a ping that is not masked', 1002, [frame(PING, '', { mask: null })]],
    ['a close that is not masked', 1002, [frame(CLOSE, Buffer.from([3, 232]), { mask: null })]],
    ...[1, 2, 3, 4, 5, 6, 7].map((rsv): [string, number, Buffer[]] => [
      `reserved bits ${rsv}`,
      1002,
      [frame(TEXT, ASK, { rsv })],
    ]),
    ['reserved bits in a ping', 1002, [frame(PING, '', { rsv: 4 })]],
    ['reserved bits in a continuation', 1002, [start, frame(CONTINUATION, '}', { rsv: 2 })]],
    ...reserved.map((opcode): [string, number, Buffer[]] => [`opcode ${opcode}`, 1002, [frame(opcode, '')]]),
    ['an unknown opcode between fragments', 1002, [start, frame(5, '')]],
    ['a ping of 126 bytes', 1002, [frame(PING, long)]],
    ['a pong of 126 bytes', 1002, [frame(PONG, long)]],
    ['a close of 126 bytes', 1002, [frame(CLOSE, Buffer.concat([Buffer.from([3, 232]), long]))]],
    ['a ping with a length in 16 bits', 1002, [frame(PING, 'x', { lengthBytes: 2 })]],
    ['a ping in fragments', 1002, [frame(PING, 'x', { fin: false })]],
    ['a pong in fragments', 1002, [frame(PONG, 'x', { fin: false })]],
    ['a close in fragments', 1002, [frame(CLOSE, '', { fin: false })]],
    ['a continuation of nothing', 1002, [frame(CONTINUATION, ASK)]],
    [
      'a continuation after a whole message',
      1002,
      [frame(TEXT, '{', { fin: false }), frame(CONTINUATION, '', { rsv: 1 })],
    ],
    ['a text within a text', 1002, [start, frame(TEXT, ASK)]],
    ['a binary within a text', 1002, [start, frame(BINARY, whole, { fin: false })]],
    ['a byte that is never UTF-8', 1007, [utf8(0xff)]],
    ['UTF-8 longer than needed', 1007, [utf8(0xc0, 0xaf)]],
    ['half a surrogate pair', 1007, [utf8(0xed, 0xa0, 0x80)]],
    ['a character past U+10FFFF', 1007, [utf8(0xf4, 0x90, 0x80, 0x80)]],
    ['half a character', 1007, [utf8(0xe2, 0x82)]],
    ['a continuation byte alone', 1007, [utf8(0x80)]],
    [
      'bad UTF-8 that fragments split',
      1007,
      [
        frame(TEXT, Buffer.from([0xf0, 0x9f]), { fin: false }),
        frame(CONTINUATION, Buffer.from([0x98, 0x41])),
      ],
    ],
    [
      'half a character at the end of the last fragment',
      1007,
      [frame(TEXT, 'x', { fin: false }), frame(CONTINUATION, Buffer.from([0xe2]))],
    ],
    [
      'a length of 64 bits with the highest set',
      1009,
      [frame(TEXT, '', { lengthBytes: 8, length: 1n << 63n })],
    ],
    ['a length past what numbers hold', 1009, [frame(TEXT, '', { lengthBytes: 8, length: 1n << 54n })]],
    ['a byte more than 64 KiB', 1009, [frame(TEXT, 'x'.repeat(LIMITS.frameBytes + 1))]],
    ['a gigabyte that is only announced', 1009, [frame(TEXT, '', { lengthBytes: 8, length: 1n << 30n })]],
    [
      'more than 64 KiB in fragments',
      1009,
      [
        frame(TEXT, 'x'.repeat(40_000), { fin: false }),
        frame(CONTINUATION, 'x'.repeat(25_537), { fin: false }),
      ],
    ],
    [
      'more fragments than anybody sends',
      1008,
      [
        frame(TEXT, '', { fin: false }),
        ...Array.from({ length: 20_000 }, () => frame(CONTINUATION, '', { fin: false })),
      ],
    ],
    ['a compressed message without compression', 1002, [frame(TEXT, deflated(ASK), { rsv: 4 })]],
  ];
  test.each(cases)('%s', async (_, code, frames) => {
    await using other = await connectFeed(`${server.url}?table=`);
    await other.next();
    const client = await open();
    client.send(...frames);
    expect(await client.closed()).toEqual([code, '']);
    await other.expectNothing();
  });

  test('no message before it is lost, no frame after it counts', async () => {
    const client = await open();
    client.send(frame(TEXT, ASK), frame(3), frame(TEXT, ASK), frame(PING, 'x'));
    expect(await client.json()).toEqual(ANSWER);
    expect(await client.closed()).toEqual([1002, '']);
  });
});

describe('a close', () => {
  const close = (code: number, reason: string | Buffer = '') =>
    frame(CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason as string)]));

  test('without a code is answered without one', async () => {
    const client = await open();
    client.send(frame(CLOSE));
    expect(await client.closed()).toEqual([null, '']);
  });

  const valid = [
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
  ];
  test.each(valid)('with the code %i is answered with it', async (code) => {
    const client = await open();
    client.send(close(code, 'é'));
    expect((await client.closed())[0]).toBe(code);
  });

  test.each([0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])(
    'with the code %i, which nobody may send, is answered with 1002',
    async (code) => {
      const client = await open();
      client.send(close(code));
      expect(await client.closed()).toEqual([1002, '']);
    },
  );

  test('with half a code is answered with 1002', async () => {
    const client = await open();
    client.send(frame(CLOSE, Buffer.from([3])));
    expect(await client.closed()).toEqual([1002, '']);
  });

  test('with the longest reason is answered', async () => {
    const client = await open();
    client.send(close(1000, 'r'.repeat(123)));
    expect((await client.closed())[0]).toBe(1000);
  });

  test.each([[[0xff]], [[0xe2, 0x82]], [[0xed, 0xa0, 0x80]]])(
    'with a reason that is not UTF-8 is answered with 1007: %j',
    async (bytes) => {
      const client = await open();
      client.send(close(1000, Buffer.from(bytes)));
      expect(await client.closed()).toEqual([1007, '']);
    },
  );

  test('ends it all: what comes after it is not read', async () => {
    const client = await open();
    client.send(close(1000), frame(TEXT, ASK), frame(PING, 'x'), frame(3), close(1001));
    expect((await client.closed())[0]).toBe(1000);
  });

  test('may come between fragments', async () => {
    const client = await open();
    client.send(frame(TEXT, '{', { fin: false }), close(1001));
    expect((await client.closed())[0]).toBe(1001);
  });

  test('that is missing leaves nothing behind', async () => {
    const before = server.app.websocketServer.clients.size;
    const [ended, cut, half] = await Promise.all([open(), open(), open()]);
    ended.socket.end();
    cut.socket.resetAndDestroy();
    half.send(head(frame(TEXT, ASK), 9)[0]);
    half.socket.end();
    await expect.poll(() => server.app.websocketServer.clients.size).toBe(before);
  });
});

function deflated(text: string): Buffer {
  const bytes = deflateRawSync(text, { finishFlush: 2, windowBits: 10 });
  return bytes.subarray(0, bytes.length - 4);
}

function inflated(bytes: Buffer): string {
  return String(inflateRawSync(Buffer.concat([bytes, Buffer.from([0, 0, 255, 255])]), { finishFlush: 2 }));
}

const offer = (text: string) => `Sec-WebSocket-Extensions: ${text}\r\n`;
const DEFLATE = offer('permessage-deflate; client_max_window_bits');

describe('compression', () => {
  const agreed =
    /permessage-deflate(?=.*; server_no_context_takeover)(?=.*; client_no_context_takeover)(?=.*; server_max_window_bits=12)(?=.*; client_max_window_bits=10)/;
  test.each([
    'permessage-deflate; client_max_window_bits',
    'permessage-deflate; server_max_window_bits=12; client_max_window_bits=12',
    'permessage-deflate; client_max_window_bits="15"; client_no_context_takeover; server_no_context_takeover',
    'permessage-deflate, permessage-deflate; client_max_window_bits',
    'x-other; a=1, permessage-deflate; client_max_window_bits; odd, permessage-deflate; client_max_window_bits',
  ])('is agreed on with small windows and no memory: %s', async (text) => {
    const client = await open(offer(text));
    expect(client.head).toMatch(agreed);
    client.socket.destroy();
  });

  test.each([
    'permessage-deflate',
    'permessage-deflate; client_max_window_bits=8',
    'permessage-deflate; client_max_window_bits=16',
    'permessage-deflate; client_max_window_bits; server_max_window_bits=9',
    'permessage-deflate; client_max_window_bits; server_max_window_bits',
    'permessage-deflate; client_max_window_bits; client_max_window_bits',
    'permessage-deflate; client_max_window_bits; odd=1',
    'x-webkit-deflate-frame',
    ';;,=',
  ])('is left out where that cannot be: %s', async (text) => {
    const client = await open(offer(text));
    expect(client.head.toLowerCase()).not.toContain('sec-websocket-extensions');
    client.send(frame(TEXT, ASK));
    expect(await client.json()).toEqual(ANSWER);
    client.socket.destroy();
  });

  test('is read, also in fragments, and small answers come as they are', async () => {
    const client = await open(DEFLATE);
    const data = deflated(ASK);
    client.send(frame(TEXT, data, { rsv: 4 }), frame(TEXT, ASK));
    const [a, b] = head(data, 5);
    client.send(frame(TEXT, a, { rsv: 4, fin: false }), frame(PING, 'x'), frame(CONTINUATION, b));
    const received = [await client.next(), await client.next(), await client.next(), await client.next()];
    expect(received.map((each) => each?.rsv)).toEqual([0, 0, 0, 0]);
    const texts = received
      .filter((each) => each?.opcode === TEXT)
      .map((each) => JSON.parse(String(each?.payload)));
    expect(texts).toEqual([ANSWER, ANSWER, ANSWER]);
    client.socket.destroy();
  });

  const bomb = deflateRawSync(Buffer.alloc(10_000_000, ' '), { finishFlush: 2, windowBits: 10 });
  const cases: [name: string, code: number, frames: readonly Buffer[]][] = [
    ['more than it may unpack to', 1009, [frame(TEXT, bomb.subarray(0, -4), { rsv: 4 })]],
    ['bytes that are not compressed', 1007, [frame(TEXT, Buffer.from([0xff, 0xff, 0xff]), { rsv: 4 })]],
    ['text that is not UTF-8', 1007, [frame(TEXT, deflated2([0xc0, 0xaf]), { rsv: 4 })]],
    ['a compressed ping', 1002, [frame(PING, deflated('x'), { rsv: 4 })]],
    [
      'a continuation that says so too',
      1002,
      [
        frame(TEXT, deflated(ASK).subarray(0, 4), { rsv: 4, fin: false }),
        frame(CONTINUATION, deflated(ASK).subarray(4), { rsv: 4 }),
      ],
    ],
    ['other reserved bits', 1002, [frame(TEXT, deflated(ASK), { rsv: 6 })]],
  ];
  test.each(cases)('closes the socket for %s', async (_, code, frames) => {
    await using other = await connectFeed(`${server.url}?table=`);
    await other.next();
    const client = await open(DEFLATE);
    client.send(...frames);
    expect(await client.closed()).toEqual([code, '']);
    await other.expectNothing();
  });

  test('is used for large frames that few get, in order with all others', async () => {
    const rows = Array.from({ length: 900 }, (_, i) => [String(i), `row ${i} ${'of many rows'.repeat(4)}`]);
    server.load('large', ['id', 'name'], rows);
    const [packed, plain] = await Promise.all([open(DEFLATE), open()]);
    const ask = frame(TEXT, '{"op":"subscribe","id":1,"table":"large","snapshot":true}');
    const received: string[][] = [];
    for (const client of [packed, plain]) {
      client.send(ask, frame(TEXT, ASK));
      const texts: string[] = [];
      const kinds = new Set<number>();
      for (let isLast = false; !isLast || texts.length < 3; ) {
        const next = (await client.next()) as Received;
        kinds.add(next.rsv);
        expect(next.rsv === 4).toBe(
          client === packed && (next.rsv === 4 || next.payload.length >= LIMITS.deflateBytes),
        );
        texts.push(next.rsv === 4 ? inflated(next.payload) : String(next.payload));
        isLast ||= JSON.parse(texts.at(-1) as string).last === true;
      }
      expect(kinds).toEqual(new Set(client === packed ? [0, 4] : [0]));
      received.push(texts.filter((text) => !text.includes('"pong"')));
      client.socket.destroy();
    }
    expect(received[0]).toEqual(received[1]);
  });
});

function deflated2(bytes: readonly number[]): Buffer {
  return deflateRawSync(Buffer.from(bytes), { finishFlush: 2, windowBits: 10 }).subarray(0, -4);
}

test('a socket that sent half an upgrade is nobody', async () => {
  const socket = connect({ port: Number(server.address.split(':')[1]), host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.write('GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgr');
  await once(socket, 'connect');
  socket.destroy();
  await using other = await connectFeed(`${server.url}?table=`);
  await other.next();
  await other.expectNothing();
});
