// GET /api/{table}?query → the rows that match, as a JSON array.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalog } from '../catalog.ts';
import { execute } from '../query/execute.ts';
import { EVERYTHING, type Plan, planRequest } from '../query/plan.ts';
import { EMPTY_REQUEST, parseRequest, type Request } from '../query/request.ts';
import { isAcceptable } from './accept.ts';
import { findEntry, isServed, lookupProblem, type ServedEntry, tableUrl } from './lookup.ts';
import { pageLinks } from './page-links.ts';
import { queryOf } from './paths.ts';
import { sendProblem } from './problems.ts';
import { jsonArray } from './stream.ts';
import { etagOf, isNotModified, JSON_TYPE, sendNothing } from './validators.ts';

const MEDIA_TYPE = 'application/json';

type Asked = Readonly<{ request: Request; plan: Plan }>;
type RowsRoute = { Params: { table: string } };

/** Adds the route. Query, validators, execution and representation come one after the other. */
export function rowsRoute(app: FastifyInstance, catalog: Catalog): void {
  app.get<RowsRoute>('/api/:table', { schema: { hide: true } }, (request, reply) => {
    const snapshot = catalog.current();
    const { table: name } = request.params;
    const entry = findEntry(snapshot, name);
    if (!isServed(entry)) return sendProblem(request, reply, lookupProblem(snapshot, name, entry));
    if (refusesAccept(request, reply)) return;
    const query = queryOf(request.raw.url ?? '');
    if (query === '') return sendRows(request, reply, entry, { request: EMPTY_REQUEST, plan: EVERYTHING });
    const parsed = parseRequest(query);
    if (parsed.kind === 'problem') return sendProblem(request, reply, parsed.problem);
    const planned = planRequest(parsed.request, entry.table.schema);
    if (planned.kind === 'problem') return sendProblem(request, reply, planned.problem);
    sendRows(request, reply, entry, { request: parsed.request, plan: planned.plan });
  });
}

/** Answers 406 where the client takes no JSON; true when it did. */
export function refusesAccept(request: FastifyRequest, reply: FastifyReply): boolean {
  if (isAcceptable(request.raw.headers.accept, MEDIA_TYPE)) return false;
  sendProblem(request, reply, {
    code: 'not-acceptable',
    detail: `Rows come as ${MEDIA_TYPE}: accept it, or */*.`,
  });
  return true;
}

/** The headers that tell which moment of a table an answer shows. */
export function tableHeaders({ table, position }: ServedEntry): Record<string, string> {
  return { 'table-version': table.version, 'table-position': position };
}

function sendRows(request: FastifyRequest, reply: FastifyReply, entry: ServedEntry, asked: Asked): void {
  const { table } = entry;
  const etag = rowsEtag(table.version, asked.plan.canonical);
  reply.header('etag', etag).headers(tableHeaders(entry));
  if (isNotModified(request.raw.headers['if-none-match'], etag)) sendNothing(reply.code(304));
  else sendSelection(request, reply, entry, asked);
}

function sendSelection(
  request: FastifyRequest,
  reply: FastifyReply,
  { table, name }: ServedEntry,
  asked: Asked,
): void {
  const selection = execute(asked.plan, table);
  const link = pageLinks(tableUrl(name), asked.request, asked.plan, selection.total);
  if (link !== '') reply.header('link', link);
  reply.header('x-total-count', selection.total).header('content-type', JSON_TYPE);
  if (request.method === 'HEAD') sendNothing(reply);
  else reply.send(jsonArray(table, selection));
}

function rowsEtag(version: string, canonical: string): string {
  return canonical === '' ? `"${version}"` : etagOf(version, canonical, MEDIA_TYPE);
}
