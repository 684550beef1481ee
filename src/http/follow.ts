// What the HTTP side asks of the feed: whether a query can be followed, and to take over who follows it.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { Problem } from '../problem.ts';
import type { Table } from '../table/table.ts';
import { quality } from './accept.ts';
import type { ChangesSince } from './changes.ts';
import { pathOf } from './paths.ts';
import { REPRESENTATIONS } from './representations.ts';

/** `query` is what stands behind the `?` of a URL, `table` a name in the catalog. */
export type Follow = Readonly<{
  /** Why a query cannot be followed; null: it can. */
  check: (table: Table, query: string) => Problem | null;
  /** Takes over an upgraded socket. */
  socket: (ws: WebSocket, request: FastifyRequest, table: string, query: string) => void;
  /** Answers with an event stream. */
  stream: (request: FastifyRequest, reply: FastifyReply, table: string, query: string) => void;
  /** What changed since a position. */
  changes: ChangesSince;
}>;

const EVENT_STREAM = 'text/event-stream';

/** Whether a client names event streams, and likes them better than every representation of rows. */
export function prefersStream(accept: string | undefined): boolean {
  if (accept === undefined || accept === '*/*') return false;
  if (accept === EVENT_STREAM) return true;
  const lower = accept.toLowerCase();
  if (!lower.includes(EVENT_STREAM)) return false;
  const isNamed = lower.split(',').some((element) => element.split(';')[0]?.trim() === EVENT_STREAM);
  const weight = quality(lower, EVENT_STREAM);
  return (
    isNamed && weight > 0 && REPRESENTATIONS.every(({ mediaType }) => quality(lower, mediaType) < weight)
  );
}

/** Whether a request asks for a stream of events, or for what changed. */
export function isFollower({ raw: { url = '', headers } }: FastifyRequest): boolean {
  return prefersStream(headers.accept) || pathOf(url).endsWith('/_changes');
}
