// A strong ETag and a request's preconditions → 304, or the representation (RFC 9110, sections 8.8.3 and 13.1.2).
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Coding, chooseCoding } from './coding.ts';
import { type Body, sendBody } from './send.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';
export const HTML_TYPE = 'text/html; charset=utf-8';

/** A strong ETag, quotes and all, that names what all the parts together name. */
export function etagOf(...parts: readonly string[]): string {
  return `"${hash('sha1', JSON.stringify(parts), 'base64url')}"`;
}

/** The ETag of the same representation in a coding: its bytes are others. */
export function codedEtag(etag: string, coding: Coding | null): string {
  return coding === null ? etag : `${etag.slice(0, -1)}-${coding}"`;
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
  /** That of the representation without a coding. */
  etag: string;
  type: string;
  /** Makes the bytes; it is not called when a 304 will do. */
  body: () => Body;
}>;

/** Sends a representation with its ETag, or a 304 without it. */
export function sendRepresentation(
  request: FastifyRequest,
  reply: FastifyReply,
  { etag, type, body }: Representation,
): void {
  const { headers } = request.raw;
  const coding = chooseCoding(headers['accept-encoding']);
  const present = codedEtag(etag, coding);
  reply.header('etag', present);
  if (isNotModified(headers['if-none-match'], present)) sendNothing(reply.code(304));
  else sendBody(reply.header('content-type', type), body(), coding);
}

/** Sends the headers alone, without the length of a body that was not made. */
export function sendNothing(reply: FastifyReply): void {
  if (reply.request.method === 'HEAD') reply.send(Readable.from([]));
  else reply.send();
}
