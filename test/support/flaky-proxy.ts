// A TCP proxy that treats connections as bad networks do: it cuts them, lets them hang, delays and splits what they carry.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pass } from './folder.ts';

/** How bad it is. Chances are those of each chunk that comes in. */
export type Faults = Readonly<{
  /** The chance that the connection is cut, in the middle of the chunk. */
  cut: number;
  /** The chance that the connection hangs from now on: it stays open, and carries nothing more. */
  stall: number;
  /** A chunk waits for at most so many milliseconds. */
  delayMs: number;
  /** A chunk goes on in pieces of at most so many bytes. */
  pieceBytes: number;
}>;

export type FlakyProxy = Readonly<{
  port: number;
  /** From now on it is so bad, for connections that are open too. */
  set: (faults: Partial<Faults>) => void;
  /** Cuts all connections now. */
  cutAll: () => void;
  /** Lets all connections that are open hang. */
  stallAll: () => void;
  /** How many connections there were. */
  count: () => number;
  [Symbol.asyncDispose]: () => Promise<void>;
}>;

const NONE: Faults = { cut: 0, stall: 0, delayMs: 0, pieceBytes: Number.POSITIVE_INFINITY };

type Pair = { readonly client: Socket; readonly server: Socket; isStalled: boolean };

/**
 * Opens a proxy on a free port.
 * @param target the port of this machine where connections go on
 * @param random from 0 to 1, as Math.random: a seeded one gives the same faults for the same chunks
 */
export async function openFlakyProxy(target: number, random: () => number): Promise<FlakyProxy> {
  let faults = NONE;
  let count = 0;
  const pairs = new Set<Pair>();

  const end = (pair: Pair) => {
    pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  };
  const carry = async (pair: Pair, from: Socket, to: Socket) => {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      if (random() < faults.stall) pair.isStalled = true;
      const stop = random() < faults.cut ? Math.floor(random() * chunk.length) : -1;
      if (faults.delayMs > 0) await pass(random() * faults.delayMs);
      for (let at = 0; at < chunk.length; ) {
        if (pair.isStalled) await new Promise(() => {});
        const most = Math.min(faults.pieceBytes, chunk.length);
        const piece = chunk.subarray(at, at + 1 + Math.floor(random() * most));
        at += piece.length;
        if (stop >= 0 && at > stop) return end(pair);
        if (!to.write(piece)) await once(to, 'drain');
        if (at < chunk.length) await new Promise(setImmediate);
      }
    }
    to.end();
  };
  const listener = createServer({ noDelay: true }, (client) => {
    count++;
    const server = connect({ port: target, host: '127.0.0.1', noDelay: true });
    const pair: Pair = { client, server, isStalled: false };
    pairs.add(pair);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => end(pair));
      from.on('close', () => {
        if (!pair.isStalled) end(pair);
      });
      carry(pair, from, to).catch(() => end(pair));
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    set(changed) {
      faults = { ...NONE, ...changed };
    },
    cutAll() {
      for (const pair of [...pairs]) end(pair);
    },
    stallAll() {
      for (const pair of pairs) pair.isStalled = true;
    },
    count: () => count,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const pair of [...pairs]) end(pair);
    },
  };
}

/** Numbers from 0 to 1 that a seed decides: mulberry32, by Tommy Ettinger. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
