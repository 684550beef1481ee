// A table's URL with a query → a client of the hub that follows it, over a WebSocket or an event stream.

import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { Catalog, Snapshot } from '../catalog.ts';
import type { Problem } from '../problem.ts';
import { withParameters } from '../query/other-parameters.ts';
import type { Table } from '../table/table.ts';
import type { HoldSocket } from './feed.ts';
import type { Hub } from './hub/hub.ts';
import { sendProblem } from './transport/refuse-upgrades.ts';
import { type EventStreams, STREAM_HEADERS } from './transport/sse.ts';
import { EVERYTHING_WISH, planFilter, type Wish } from './view/filter.ts';
import { FOLLOWED_NAMES, readFollowedQuery } from './view/followed-query.ts';

export type FollowOptions = Readonly<{
  hub: Hub;
  catalog: Catalog;
  streams: EventStreams;
  /** The `hello` of one table. */
  hello: (snapshot: Snapshot, table: string) => Buffer;
  hold: HoldSocket;
  /** Whether no further client is taken. */
  isFull: () => boolean;
}>;

/** What the routes of tables need to be followed. */
export type FollowTables = ReturnType<typeof followTables>;

function wishOf(query: string): Wish {
  return query === '' ? EVERYTHING_WISH : { query };
}

/** Lets clients follow tables by their URLs. */
export function followTables({ hub, catalog, streams, hello, hold, isFull }: FollowOptions) {
  return Object.freeze({
    check({ schema }: Table, text: string): Problem | null {
      const followed = readFollowedQuery(text);
      if (followed.kind === 'problem') return followed.problem;
      const planned = planFilter(wishOf(followed.query), schema);
      return planned.kind === 'problem' ? withParameters(planned.problem, FOLLOWED_NAMES) : null;
    },
    socket(ws: WebSocket, request: FastifyRequest, table: string, text: string): void {
      const followed = readFollowedQuery(text);
      if (followed.kind === 'problem') {
        ws.close();
        return;
      }
      const { query, since, name } = followed;
      const implied = [{ table, wish: wishOf(query), since }];
      hold(ws, request, { hello: (snapshot) => hello(snapshot, table), implied, name });
    },
    stream(request: FastifyRequest, reply: FastifyReply, table: string, text: string): void {
      const followed = readFollowedQuery(text);
      if (followed.kind === 'problem' || isFull()) {
        sendProblem(request, reply, followed.kind === 'problem' ? followed.problem : FULL);
        return;
      }
      if (request.method === 'HEAD') {
        reply.headers(STREAM_HEADERS).send(Readable.from([]));
        return;
      }
      const { query, name } = followed;
      const since = lastEventId(request) ?? followed.since;
      const implied = [{ table, wish: wishOf(query), since }];
      // What was missed is still to come: until then, the client is where it was.
      const id = since ?? catalog.current().tables.get(table)?.position ?? null;
      streams.open(reply, id, (outlet) => hub.open(outlet, { hello: null, implied, name }));
    },
  });
}

const FULL: Problem = Object.freeze({
  code: 'too-many-requests',
  detail: 'All connections or subscriptions of the feed are taken. Try again later.',
});

/** The id of the last event that the client got (HTML standard, section 9.2.4), as UTF-8; null: none. */
function lastEventId({ raw: { headers } }: FastifyRequest): string | null {
  const id = headers['last-event-id'];
  if (typeof id !== 'string' || id === '') return null;
  return Buffer.from(id, 'latin1').toString('utf8');
}
