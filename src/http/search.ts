// POST /api/{table}/_search → the rows that a query in the body selects, answered like those of a query in the URL.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { formatPlan } from '../query/canonical.ts';
import { planSearch } from '../query/plan.ts';
import type { Relation } from '../query/relations.ts';
import { EMPTY_REQUEST, parseRequest } from '../query/request.ts';
import { answer } from './answer.ts';
import type { Asked } from './ask.ts';
import { type JsonRead, readJson } from './json-body.ts';
import { answerAfter } from './later.ts';
import { findEntry, isServed, lookupProblem, type ServedEntry, tableUrl } from './lookup.ts';
import { refusesParameters } from './no-parameters.ts';
import { sendProblem } from './problems.ts';
import { relationsOf } from './relations.ts';
import type { Serving } from './serving.ts';

type SearchRoute = { Params: { table: string }; Body: JsonRead };

/** Bytes of a body. */
export const MOST_SEARCH_BYTES = 256 * 1024;
/** Characters of a query that the links of an answer repeat. */
const LONGEST_QUERY = 4000;

/** Adds the route, in a scope of its own: no other route reads bodies so. */
export function searchRoute(app: FastifyInstance, serving: Serving): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: MOST_SEARCH_BYTES },
      (_request, bytes, done) => done(null, readJson(bytes as Buffer)),
    );
    scope.post<SearchRoute>(
      '/api/:table/_search',
      {
        schema: { hide: true },
        // Before the body is read: no body makes a table of what is none.
        onRequest: (request, reply, done) => {
          const snapshot = serving.catalog.current();
          const { table: name } = request.params;
          const entry = findEntry(snapshot, name);
          if (!isServed(entry)) sendProblem(request, reply, lookupProblem(snapshot, name, entry));
          else if (!refusesParameters(request, reply)) done();
        },
      },
      (request, reply) => search(serving, request, reply),
    );
  });
}

function search(serving: Serving, request: FastifyRequest<SearchRoute>, reply: FastifyReply): void {
  const snapshot = serving.catalog.current();
  const { table: name } = request.params;
  const entry = findEntry(snapshot, name);
  if (!isServed(entry)) {
    sendProblem(request, reply, lookupProblem(snapshot, name, entry));
    return;
  }
  // Fastify reads no body that has no length and no media type.
  const read = (request.body as JsonRead | undefined) ?? readJson(Buffer.alloc(0));
  if (read.kind === 'problem') {
    sendProblem(request, reply, read.problem);
    return;
  }
  const { value } = read;
  const isEmbedding = typeof value === 'object' && value !== null && Object.hasOwn(value, 'embed');
  answerAfter(reply, isEmbedding ? relationsOf(snapshot, entry.name) : [], (relations) => {
    const asked = meantByBody(value, entry, relations);
    if (asked.kind === 'problem') {
      sendProblem(request, reply, asked.problem);
      return;
    }
    const target = { snapshot, entry, url: tableUrl(entry.name), scope: null };
    answer(serving, request, reply, target, asked.meant);
  });
}

/** What a body means; the links of its answer are those of the same query in a URL, where one holds it. */
function meantByBody(body: unknown, { table }: ServedEntry, relations: readonly Relation[]): Asked {
  const planned = planSearch(body, table.schema, { embeds: relations.map(({ name }) => name) });
  if (planned.kind === 'problem') return planned;
  const { plan } = planned;
  const query = formatPlan(plan, table.schema);
  const parsed = query === '' || query.length > LONGEST_QUERY ? null : parseRequest(query);
  const request = parsed?.kind === 'request' ? parsed.request : EMPTY_REQUEST;
  const isLinked = query.length <= LONGEST_QUERY;
  return { kind: 'meant', meant: { request, plan, pages: plan.canonical, relations, isLinked } };
}
