// GET /api/{table}/_changes?since=…&query → what changed in these rows since then, for clients that ask now and then.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalog } from '../catalog.ts';
import type { Problem } from '../problem.ts';
import { queryProblem, repeatedControl } from '../query/faults.ts';
import { withParameters } from '../query/other-parameters.ts';
import { formatRequest, parseRequest } from '../query/request.ts';
import type { KeyValue } from '../table/key.ts';
import type { Table } from '../table/table.ts';
import { ByteSink } from './byte-sink.ts';
import { rowWriter } from './json-writer.ts';
import { findEntry, isServed, lookupProblem, type ServedEntry } from './lookup.ts';
import { queryOf } from './paths.ts';
import { sendProblem } from './problems.ts';
import { type RowShape, WHOLE_ROW } from './row-writer.ts';
import { etagOf, JSON_TYPE, sendRepresentation } from './validators.ts';

/** Where the past is kept. */
export type ChangesSince = (entry: ServedEntry, since: string | null, query: string) => AskedChanges;

/** What is asked about the past of a table, understood. */
export type AskedChanges =
  | Readonly<{ kind: 'problem'; problem: Problem }>
  | (RowShape & Readonly<{ kind: 'changes'; canonical: string; lost: string | null; net: () => NetChanges }>);

/** `changed` are indices into the present table. */
export type NetChanges =
  | Readonly<{ recovered: false; reason: string }>
  | Readonly<{ recovered: true; changed: readonly number[]; deleted: readonly KeyValue[] }>;

type ChangesRoute = { Params: { table: string } };

/** Adds the route. */
export function changesRoute(app: FastifyInstance, catalog: Catalog, changesSince: ChangesSince): void {
  app.get<ChangesRoute>('/api/:table/_changes', { schema: { hide: true } }, (request, reply) => {
    const snapshot = catalog.current();
    const { table: name } = request.params;
    const entry = findEntry(snapshot, name);
    if (!isServed(entry)) return sendProblem(request, reply, lookupProblem(snapshot, name, entry));
    const question = readQuestion(queryOf(request.raw.url ?? ''));
    if (question.kind === 'problem') return sendProblem(request, reply, question.problem);
    const { since, query } = question;
    const asked = changesSince(entry, since, query);
    if (asked.kind === 'problem') return sendProblem(request, reply, withParameters(asked.problem, [SINCE]));
    send(request, reply, entry, since, asked);
  });
}

type Question =
  | Readonly<{ kind: 'question'; since: string | null; query: string }>
  | Readonly<{ kind: 'problem'; problem: Problem }>;

/** Takes `since` out of a query: what is left is about rows. */
function readQuestion(text: string): Question {
  const parsed = parseRequest(text);
  if (parsed.kind === 'problem') return parsed;
  const [given, again] = parsed.request.filter(([key]) => key === SINCE);
  if (again !== undefined)
    return { kind: 'problem', problem: queryProblem([repeatedControl(SINCE, again[1])]) };
  const query = formatRequest(parsed.request.filter(([key]) => key !== SINCE));
  return { kind: 'question', since: given?.[1] ?? null, query };
}

const SINCE = 'since';

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, table, position }: ServedEntry,
  since: string | null,
  asked: AskedChanges & { kind: 'changes' },
): void {
  reply.headers({ 'table-version': table.version, 'table-position': position });
  const body = () => (since === null ? JSON.stringify({ position }) : changesJson(table, position, asked));
  const { canonical, lost } = asked;
  const etag = etagOf(name, position, JSON.stringify([since, lost]), canonical);
  sendRepresentation(request, reply, { etag, type: JSON_TYPE, body });
}

function changesJson(
  table: Table,
  position: string,
  asked: AskedChanges & { kind: 'changes' },
): string | Buffer {
  const net = asked.net();
  if (!net.recovered)
    return JSON.stringify({ position, recovered: false, reason: net.reason, changed: [], deleted: [] });
  const { columns, isPhysical } = asked;
  const write = rowWriter(table, columns === null && !isPhysical ? WHOLE_ROW : { columns, isPhysical });
  const sink = new ByteSink(4096);
  sink.text(`${JSON.stringify({ position, recovered: true }).slice(0, -1)},"changed":[`);
  for (const [index, row] of net.changed.entries()) {
    if (index > 0) sink.text(',');
    write(sink, row);
  }
  sink.text(`],"deleted":${JSON.stringify(net.deleted)}}`);
  return sink.takeWhole();
}
