// Answers as event streams: what EventSource reads (HTML standard, section 9.2), within the feed's limits.

import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { Limits } from '../frames/limits.ts';
import { whenDrained } from './drain.ts';
import { openWheel, ringsOf } from './keep-alive.ts';
import type { Outlet, Sent } from './outlet.ts';
import type { Receiver } from './socket.ts';

export type EventStreams = Readonly<{
  /**
   * Answers with a stream that begins at once.
   * @param id what `Last-Event-ID` is when the client comes back before it got anything; null: nothing
   * @param open takes the outlet, and gives who hears of the end
   */
  open: (reply: FastifyReply, id: string | null, open: (outlet: Outlet) => Pick<Receiver, 'end'>) => void;
  count: () => number;
  /** Ends all streams, waits until they are read to their end, and cuts those that are not in time. */
  close: (seconds: number) => Promise<void>;
}>;

/** After so many ms a client comes back. */
const RETRY_MS = 1000;
const COMMENT = Buffer.from(':\n\n');

/** What an event stream is sent with. The connection ends with it: the client is told so before. */
export const STREAM_HEADERS = Object.freeze({
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
  connection: 'close',
});

/** One timer gives every stream a comment now and then, which keeps proxies from cutting it. */
export function openEventStreams(limits: Limits): EventStreams {
  const streams = new Set<Readable>();
  let isClosing = false;
  const everyMs = limits.ssePingSeconds * 1000;
  const wheel = openWheel<Readable>(everyMs, ringsOf(everyMs), (stream) => {
    // Who does not read what is there needs no comment.
    if (stream.readableLength === 0) stream.push(COMMENT);
  });
  return Object.freeze({
    open(reply: FastifyReply, id: string | null, open: (outlet: Outlet) => Pick<Receiver, 'end'>) {
      const stream = new Readable({ read() {} });
      stream.push(`retry: ${RETRY_MS}\n: rowcast\n${idLine(id)}\n`);
      streams.add(stream);
      wheel.add(stream);
      const receiver = open(outletOf(stream, reply, limits));
      stream.once('close', () => {
        streams.delete(stream);
        wheel.remove(stream);
        receiver.end();
      });
      reply.headers(STREAM_HEADERS).send(stream);
      if (isClosing) stream.push(null);
    },
    count: () => streams.size,
    async close(seconds: number) {
      isClosing = true;
      wheel.close();
      const timer = new AbortController();
      const ended = [...streams].map((stream) => {
        stream.push(null);
        return once(stream, 'close').catch(() => undefined);
      });
      const deadline = delay(seconds * 1000, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([Promise.all(ended), deadline]);
      timer.abort();
      for (const stream of streams) stream.destroy();
    },
  });
}

function outletOf(stream: Readable, { raw }: FastifyReply, limits: Limits): Outlet {
  const isOpen = () => !stream.destroyed && !stream.readableEnded;
  const pending = () => stream.readableLength + raw.writableLength;
  return Object.freeze({
    pending,
    send({ bytes, id }: Sent) {
      if (!isOpen()) return;
      const waiting = pending();
      // Who reads too slowly is cut, comes back, and goes on where it was.
      if (waiting > 0 && waiting + bytes.length > limits.pendingBytes) raw.destroy();
      else stream.push(Buffer.concat([Buffer.from(`${idLine(id)}data: `), bytes, END]));
    },
    whenDrained: (then: () => void) => whenDrained(raw, pending, isOpen, then),
    close: () => void (isOpen() && stream.push(null)),
  });
}

const END = Buffer.from('\n\n');

/** An id that would break the stream is none. */
function idLine(id: string | null): string {
  return id === null || /[\0\r\n]/.test(id) ? '' : `id: ${id}\n`;
}
