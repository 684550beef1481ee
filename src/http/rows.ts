// GET /api/{table}?query → the rows that match, in the representation that the client likes best.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answer } from './answer.ts';
import { ask } from './ask.ts';
import type { RowsTarget } from './draft.ts';
import { answerAfter } from './later.ts';
import { findEntry, isServed, lookupProblem, tableUrl } from './lookup.ts';
import { queryOf } from './paths.ts';
import { sendProblem } from './problems.ts';
import type { Serving } from './serving.ts';

type RowsRoute = { Params: { table: string } };

/** Adds the route. */
export function rowsRoute(app: FastifyInstance, serving: Serving): void {
  app.get<RowsRoute>('/api/:table', { schema: { hide: true } }, (request, reply) => {
    const snapshot = serving.catalog.current();
    const { table: name } = request.params;
    const entry = findEntry(snapshot, name);
    if (!isServed(entry)) return sendProblem(request, reply, lookupProblem(snapshot, name, entry));
    answerRows(serving, request, reply, { snapshot, entry, url: tableUrl(entry.name), scope: null });
  });
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
