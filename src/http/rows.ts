// GET /api/{table}?query → the rows that match, in the representation that the client likes best, or all that happens to them.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalog, Snapshot } from '../catalog.ts';
import type { Problem } from '../problem.ts';
import { answer } from './answer.ts';
import { ask } from './ask.ts';
import type { Contracts } from './contracts.ts';
import type { RowsTarget } from './draft.ts';
import { type Follow, prefersStream } from './follow.ts';
import { answerAfter } from './later.ts';
import { findEntry, isServed, lookupProblem, type ServedEntry, tableUrl } from './lookup.ts';
import { pathOf, queryOf } from './paths.ts';
import { sendProblem } from './problems.ts';
import type { Serving } from './serving.ts';

type RowsRoute = { Params: { table: string } };

/** Adds the route. */
export function rowsRoute(
  app: FastifyInstance,
  serving: Serving,
  contracts: Contracts,
  follow: Follow,
): void {
  const find = (name: string): Found => {
    const snapshot = serving.catalog.current();
    const entry = findEntry(snapshot, name);
    if (isServed(entry)) return { kind: 'table', snapshot, entry };
    return { kind: 'problem', problem: lookupProblem(snapshot, name, entry) };
  };
  const findFollowed = (request: FastifyRequest<RowsRoute>): Found => {
    const found = find(request.params.table);
    if (found.kind === 'problem') return found;
    const problem = follow.check(found.entry.table, queryOf(request.raw.url ?? ''));
    return problem === null ? found : { kind: 'problem', problem };
  };
  app.route<RowsRoute>({
    method: 'GET',
    url: '/api/:table',
    schema: { hide: true },
    config: { isSocket: ({ raw }) => isTablePath(raw.url ?? '', serving.catalog, contracts) },
    onRequest(request, reply, done) {
      const found = request.ws ? findFollowed(request) : null;
      if (found?.kind !== 'problem') return done();
      // The connection was handed over for the upgrade that does not come.
      sendProblem(request, reply.header('connection', 'close'), found.problem);
    },
    wsHandler(ws, request) {
      const { table } = request.params as RowsRoute['Params'];
      const found = find(table);
      if (found.kind === 'problem') ws.close();
      else follow.socket(ws, request, found.entry.name, queryOf(request.raw.url ?? ''));
    },
    handler(request, reply) {
      const isFollowed = prefersStream(request.raw.headers.accept);
      const found = isFollowed ? findFollowed(request) : find(request.params.table);
      if (found.kind === 'problem') return sendProblem(request, reply, found.problem);
      const { snapshot, entry } = found;
      if (isFollowed) return follow.stream(request, reply, entry.name, queryOf(request.raw.url ?? ''));
      answerRows(serving, request, reply, { snapshot, entry, url: tableUrl(entry.name), scope: null });
    },
  });
}

type Found =
  | Readonly<{ kind: 'table'; snapshot: Snapshot; entry: ServedEntry }>
  | Readonly<{ kind: 'problem'; problem: Problem }>;

/** Whether no contract answers a path: what contracts answer is JSON, and cannot be followed. */
function isTablePath(url: string, catalog: Catalog, contracts: Contracts): boolean {
  return contracts.allow(pathOf(url), catalog.current()) === null;
}

/** Answers the query of a request's URL: request, plan, validators, rows and representation come one after the other. */
export function answerRows(
  serving: Serving,
  request: FastifyRequest,
  reply: FastifyReply,
  target: RowsTarget,
): void {
  const asked = ask(target.snapshot, target.entry, queryOf(request.raw.url ?? ''));
  answerAfter(reply, asked, (found) => {
    if (found.kind === 'problem') sendProblem(request, reply, found.problem);
    else answer(serving, request, reply, target, found.meant);
  });
}
