// A query on a resource that takes none → the problem that lists each parameter.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { queryProblem } from '../query/faults.ts';
import { parseRequest } from '../query/request.ts';
import { queryOf } from './paths.ts';
import { sendProblem } from './problems.ts';

/** Answers 400 where the URL has parameters; true when it did. */
export function refusesParameters(request: FastifyRequest, reply: FastifyReply): boolean {
  const query = queryOf(request.raw.url ?? '');
  if (query === '') return false;
  const parsed = parseRequest(query);
  if (parsed.kind === 'problem') {
    sendProblem(request, reply, parsed.problem);
    return true;
  }
  if (parsed.request.length === 0) return false;
  const faults = parsed.request.map(([parameter]) => ({
    parameter,
    code: 'unknown-parameter',
    message: `There is no parameter ${JSON.stringify(parameter)}: this resource takes none.`,
    found: parameter,
    allowed: [],
  }));
  sendProblem(request, reply, queryProblem(faults));
  return true;
}
