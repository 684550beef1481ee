// GET /api/{table}/{key}/{child}?query → the rows of another table that refer to one row, queried like any rows.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Snapshot } from '../catalog.ts';
import type { Problem } from '../problem.ts';
import type { Relation } from '../query/relations.ts';
import { childrenOf } from '../query/scope.ts';
import { findRow } from '../table/table.ts';
import { answer } from './answer.ts';
import { ask } from './ask.ts';
import type { RowsTarget } from './draft.ts';
import { answerAfter } from './later.ts';
import { findEntry, isServed, lookupProblem, type ServedEntry, tableUrl } from './lookup.ts';
import { findChildren, noChildren } from './nested-path.ts';
import { isReserved, queryOf } from './paths.ts';
import { notFound, sendProblem } from './problems.ts';
import { relationsOf } from './relations.ts';
import { unknownRow } from './row.ts';
import type { Serving } from './serving.ts';

type NestedRoute = { Params: { table: string; key: string; child: string } };

/** The row that a path names, and what is asked of it. */
type Below = Readonly<{ snapshot: Snapshot; entry: ServedEntry; key: string; child: string }>;

/** Adds the route. */
export function nestedRoute(app: FastifyInstance, serving: Serving): void {
  app.get<NestedRoute>('/api/:table/:key/:child', { schema: { hide: true } }, (request, reply) => {
    const { table: name, key, child } = request.params;
    if (isReserved(child)) return sendProblem(request, reply, notFound(request));
    const snapshot = serving.catalog.current();
    const entry = findEntry(snapshot, name);
    if (!isServed(entry)) return sendProblem(request, reply, lookupProblem(snapshot, name, entry));
    answerAfter(reply, relationsOf(snapshot, entry.name), (relations) =>
      sendChildren(serving, request, reply, { snapshot, entry, key, child }, relations),
    );
  });
}

function sendChildren(
  serving: Serving,
  request: FastifyRequest,
  reply: FastifyReply,
  below: Below,
  relations: readonly Relation[],
): void {
  const found = findTarget(below, relations);
  if (found.kind === 'problem') {
    sendProblem(request, reply, found.problem);
    return;
  }
  const { target } = found;
  answerAfter(reply, ask(target.snapshot, target.entry, queryOf(request.raw.url ?? '')), (asked) => {
    if (asked.kind === 'problem') sendProblem(request, reply, asked.problem);
    else answer(serving, request, reply, target, asked.meant);
  });
}

type Found =
  | Readonly<{ kind: 'target'; target: RowsTarget }>
  | Readonly<{ kind: 'problem'; problem: Problem }>;

/** The answer depends on the row's table too: without the row there is none. */
function findTarget({ snapshot, entry, key, child }: Below, relations: readonly Relation[]): Found {
  const { name, table } = entry;
  const relation = findChildren(relations, child);
  if (relation === undefined) return { kind: 'problem', problem: noChildren(name, relations, child) };
  const row = findRow(table, key);
  if (row === -1) return { kind: 'problem', problem: unknownRow(table, name, key) };
  const children = snapshot.tables.get(relation.table) as ServedEntry;
  const url = `${tableUrl(name)}/${encodeURIComponent(key)}/${encodeURIComponent(relation.name)}`;
  const scope = {
    predicate: childrenOf(table, relation, children.table, row),
    versions: [table.version],
    canonical: JSON.stringify([name, key, relation.name]),
  };
  return { kind: 'target', target: { snapshot, entry: children, url, scope } };
}
