// Who answers a request, decided before its body is read: contracts, OPTIONS, 405, or the route that Fastify found.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalog } from '../catalog.ts';
import type { ContractAnswer, Contracts } from './contracts.ts';
import { API_PREFIX, type FindOwner, type Owner, pathOf } from './paths.ts';
import { notFound, refuseMethod, sendProblem } from './problems.ts';
import { etagOf, JSON_TYPE, sendRepresentation } from './validators.ts';

/** What every answer carries, until a later word. */
const COMMON_HEADERS = Object.freeze({ 'cache-control': 'no-cache', vary: 'Accept, Accept-Encoding' });

/** System routes go on at once; other paths are asked for in the order contract, table. */
export function decideMethods(
  app: FastifyInstance,
  { catalog, contracts, ownerOf }: Readonly<{ catalog: Catalog; contracts: Contracts; ownerOf: FindOwner }>,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { method = 'GET', url = '/' } = request.raw;
    if (method === 'OPTIONS') return answerOptions(request, reply, ownerOf(pathOf(url), catalog.current()));
    reply.headers(COMMON_HEADERS);
    const { is404 } = request;
    if (!is404 && !url.startsWith(API_PREFIX)) return done();
    const path = pathOf(url);
    const snapshot = catalog.current();
    const owner = is404 ? ownerOf(path, snapshot) : null;
    const answer = owner?.kind === 'system' ? null : contracts.answer(method, path, snapshot);
    if (answer !== null) return sendContractAnswer(request, reply, answer, contracts);
    if (!is404) return done();
    if (owner === null) return sendProblem(request, reply, notFound(request));
    return refuseMethod(request, reply, owner.methods);
  });
}

/** The rows that one operation answers are named by the versions they come from and the operation's own text. */
function sendContractAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: ContractAnswer,
  contracts: Contracts,
): void {
  if (answer.kind === 'problem') {
    sendProblem(request, reply, answer.problem, answer.allow);
    return;
  }
  const { status, versions, operation, body } = answer;
  if (status >= 400) {
    reply.code(status).header('content-type', JSON_TYPE).send(body());
    return;
  }
  const etag = etagOf(contracts.tag(), operation, pathOf(request.raw.url ?? '/'), ...versions);
  sendRepresentation(request, reply.code(status), { etag, type: JSON_TYPE, body });
}

/** A preflight of a path that is not there passes, so that the page may read the 404 that follows. */
function answerOptions(request: FastifyRequest, reply: FastifyReply, owner: Owner | null): void {
  const isPreflight = request.headers['access-control-request-method'] !== undefined;
  if (owner === null && !isPreflight) {
    sendProblem(request, reply, notFound(request));
    return;
  }
  if (owner !== null) {
    const list = owner.methods.join(', ');
    reply.headers({ allow: list, 'access-control-allow-methods': list });
  }
  reply.code(204).send();
}
