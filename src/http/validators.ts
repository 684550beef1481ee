// A strong ETag and a request's preconditions → 304, or the representation (RFC 9110, sections 8.8.3 and 13.1.2).
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

export const JSON_TYPE = 'application/json; charset=utf-8';
export const HTML_TYPE = 'text/html; charset=utf-8';

/** A strong ETag, quotes and all, that names what all the parts together name. */
export function etagOf(...parts: readonly string[]): string {
  return `"${hash('sha1', JSON.stringify(parts), 'base64url')}"`;
}

/**
 * Whether `If-None-Match` says that the client has this already: a list of entity tags, compared weakly, or `*`.
 * @param etag the present one, with its quotes
 */
export function isNotModified(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  for (const [, opaque] of header.matchAll(/(?:W\/)?("[^"]*")/g)) if (opaque === etag) return true;
  return false;
}

/** What is sent for a resource, and how it is named. */
export type Representation = Readonly<{
  etag: string;
  type: string;
  /** Makes the bytes; it is not called when a 304 will do. */
  body: () => string | Buffer | Readable;
}>;

/** Sends a representation with its ETag, or a 304 without it. */
export function sendRepresentation(
  request: FastifyRequest,
  reply: FastifyReply,
  { etag, type, body }: Representation,
): void {
  reply.header('etag', etag);
  if (isNotModified(request.raw.headers['if-none-match'], etag)) sendNothing(reply.code(304));
  else reply.header('content-type', type).send(body());
}

/** Sends the headers alone, without the length of a body that was not made. */
export function sendNothing(reply: FastifyReply): void {
  if (reply.request.method === 'HEAD') reply.send(Readable.from([]));
  else reply.send();
}
