// A body → what goes over the wire: compressed for a client that takes it, whole or as a stream.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { type Coding, encodeStream, encodeWhole, isWorthCoding } from './coding.ts';
import { answerAfter } from './later.ts';

/** A stream is made as fast as it is read. */
export type Body = string | Buffer | Readable;

/** Takes a body as it was sent, when it is known whole. */
export type KeepBody = (body: string | Buffer, coding: Coding | null) => void;

/**
 * Sends a body in a coding, if it is large enough for one.
 * @param keep is called once all of it is made, for bodies of up to `most` bytes
 */
export function sendBody(
  reply: FastifyReply,
  body: Body,
  coding: Coding | null,
  keep?: KeepBody,
  most = 0,
): void {
  if (body instanceof Readable) {
    if (coding !== null) reply.header('content-encoding', coding);
    const sent = coding === null ? body : encodeStream(body, coding);
    reply.send(keep === undefined ? sent : collect(sent, most, (whole) => keep(whole, coding)));
    return;
  }
  if (coding === null || !isWorthCoding(body)) {
    keep?.(body, null);
    reply.send(body);
    return;
  }
  answerAfter(reply, encodeWhole(body, coding), (encoded) => {
    keep?.(encoded, coding);
    reply.header('content-encoding', coding).send(encoded);
  });
}

/** Passes a stream on, and hands over all of it at its end, unless it is too large. */
function collect(source: Readable, most: number, keep: (whole: Buffer) => void): Readable {
  return Readable.from(passing(source, most, keep), { objectMode: false });
}

async function* passing(
  source: Readable,
  most: number,
  keep: (whole: Buffer) => void,
): AsyncGenerator<Buffer> {
  let parts: Buffer[] | null = [];
  let size = 0;
  for await (const part of source as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > most) parts = null;
    parts?.push(part);
    yield part;
  }
  if (parts !== null) keep(Buffer.concat(parts));
}
