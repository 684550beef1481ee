// GET /api/{table}/{key} → one row, as a JSON object.
import type { FastifyInstance } from 'fastify';
import type { Catalog } from '../catalog.ts';
import type { Problem } from '../problem.ts';
import { findRow, type Table } from '../table/table.ts';
import { ByteSink } from './byte-sink.ts';
import { rowWriter } from './json-writer.ts';
import { findEntry, isServed, lookupProblem } from './lookup.ts';
import { refusesParameters } from './no-parameters.ts';
import { isReserved } from './paths.ts';
import { notFound, sendProblem } from './problems.ts';
import { refusesAccept, tableHeaders } from './rows.ts';
import { JSON_TYPE, sendRepresentation } from './validators.ts';

type RowRoute = { Params: { table: string; key: string } };

const scratch = new ByteSink(4096);

/** Adds the route. */
export function rowRoute(app: FastifyInstance, catalog: Catalog): void {
  app.get<RowRoute>('/api/:table/:key', { schema: { hide: true } }, (request, reply) => {
    const { table: name, key } = request.params;
    if (isReserved(key)) return sendProblem(request, reply, notFound(request));
    const snapshot = catalog.current();
    const entry = findEntry(snapshot, name);
    if (!isServed(entry)) return sendProblem(request, reply, lookupProblem(snapshot, name, entry));
    if (refusesAccept(request, reply) || refusesParameters(request, reply)) return;
    const row = findRow(entry.table, key);
    if (row === -1) return sendProblem(request, reply, unknownRow(entry.table, name, key));
    reply.headers(tableHeaders(entry));
    const etag = `"${entry.table.version}.${row}"`;
    sendRepresentation(request, reply, { etag, type: JSON_TYPE, body: () => rowText(entry.table, row) });
  });
}

/** A text is sent in one write with the headers, a buffer in two. */
function rowText(table: Table, row: number): string {
  rowWriter(table)(scratch, row);
  return scratch.text();
}

function unknownRow({ key }: Table, name: string, found: string): Problem {
  const [field] = key.fields;
  const meant = field === undefined ? 'a row number from 1' : `a value of the field ${JSON.stringify(field)}`;
  const detail = `The table ${JSON.stringify(name)} has no row ${JSON.stringify(found)}: its key is ${meant}.`;
  return { code: 'unknown-row', detail };
}
