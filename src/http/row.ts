// GET /api/{table}/{key} → one row, as a JSON object where nothing else is asked for.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../problem.ts';
import { queryProblem } from '../query/faults.ts';
import { parseRequest } from '../query/request.ts';
import { findRow, type Table } from '../table/table.ts';
import { preferred } from './accept.ts';
import { answer } from './answer.ts';
import { ask } from './ask.ts';
import { ByteSink } from './byte-sink.ts';
import { rowWriter } from './json-writer.ts';
import { answerAfter } from './later.ts';
import { findEntry, isServed, lookupProblem, type ServedEntry, tableUrl } from './lookup.ts';
import { isReserved, queryOf, SEARCH_METHODS } from './paths.ts';
import { notFound, refuseMethod, sendProblem } from './problems.ts';
import { REPRESENTATIONS } from './representations.ts';
import type { Serving } from './serving.ts';
import { JSON_TYPE, sendRepresentation } from './validators.ts';

type RowRoute = { Params: { table: string; key: string } };

/** The parameters that one row takes. */
export const ROW_CONTROLS = ['_fields', '_types', '_embed', '_format', '_safe'] as const;
/** Another spelling of `_embed`. */
const EMBED_ALIAS = '_expand';

const scratch = new ByteSink(4096);

/** Adds the route. */
export function rowRoute(app: FastifyInstance, serving: Serving): void {
  app.get<RowRoute>('/api/:table/:key', { schema: { hide: true } }, (request, reply) => {
    const { table: name, key } = request.params;
    const snapshot = serving.catalog.current();
    const entry = findEntry(snapshot, name);
    if (isReserved(key)) return answerReserved(request, reply, key, entry !== undefined);
    if (!isServed(entry)) return sendProblem(request, reply, lookupProblem(snapshot, name, entry));
    const { table } = entry;
    const row = findRow(table, key);
    if (!isPlain(request)) return answerShaped(serving, request, reply, entry, key, row);
    if (row === -1) return sendProblem(request, reply, unknownRow(table, name, key));
    reply.headers(serving.about(entry).headers);
    const etag = `"${table.version}.${row}"`;
    sendRepresentation(request, reply, { etag, type: JSON_TYPE, body: () => rowJson(table, row) });
  });
}

function rowJson(table: Table, row: number): string | Buffer {
  rowWriter(table)(scratch, row);
  return scratch.takeWhole();
}

/** Whether all of the row is asked for, as JSON. */
function isPlain({ raw: { url = '', headers } }: FastifyRequest): boolean {
  if (headers['if-modified-since'] !== undefined || queryOf(url) !== '') return false;
  return preferred(headers.accept, REPRESENTATIONS)?.name === 'json';
}

/** Some of a row's fields, rows within it, or another representation of it. */
function answerShaped(
  serving: Serving,
  request: FastifyRequest,
  reply: FastifyReply,
  entry: ServedEntry,
  key: string,
  row: number,
): void {
  const snapshot = serving.catalog.current();
  const query = queryOf(request.raw.url ?? '');
  const refused = refusedParameters(query);
  if (refused !== null) {
    sendProblem(request, reply, refused);
    return;
  }
  if (row === -1) {
    sendProblem(request, reply, unknownRow(entry.table, entry.name, key));
    return;
  }
  const url = `${tableUrl(entry.name)}/${encodeURIComponent(key)}`;
  answerAfter(reply, ask(snapshot, entry, query), (asked) => {
    if (asked.kind === 'problem') sendProblem(request, reply, asked.problem);
    else answer(serving, request, reply, { snapshot, entry, url, scope: null }, asked.meant, row);
  });
}

/** The problem of parameters that would choose rows: there is one, and it is chosen. */
function refusedParameters(query: string): Problem | null {
  const parsed = parseRequest(query);
  if (parsed.kind === 'problem') return parsed.problem;
  const wrong = parsed.request.filter(
    ([key]) => key !== EMBED_ALIAS && !ROW_CONTROLS.some((control) => control === key),
  );
  if (wrong.length === 0) return null;
  return queryProblem(
    wrong.map(([parameter]) => ({
      parameter,
      code: 'unknown-parameter',
      message: `One row takes no parameter ${JSON.stringify(parameter)}.`,
      found: parameter,
      allowed: ROW_CONTROLS,
    })),
  );
}

/** `_search` takes POST; what else is reserved is not there yet. */
function answerReserved(request: FastifyRequest, reply: FastifyReply, key: string, isTable: boolean): void {
  if (key === '_search' && isTable) refuseMethod(request, reply, SEARCH_METHODS);
  else sendProblem(request, reply, notFound(request));
}

/** The problem of a key that no row has. */
export function unknownRow({ key }: Table, name: string, found: string): Problem {
  const names = key.fields.map((field) => JSON.stringify(field)).join(', ');
  const meant =
    key.fields.length > 1
      ? `the values of ${names}, in this order, with a comma between them`
      : key.mode === 'field'
        ? `a value of the field ${names}`
        : 'a row number from 1';
  const detail = `The table ${JSON.stringify(name)} has no row ${JSON.stringify(found)}: its key is ${meant}.`;
  return { code: 'unknown-row', detail };
}
