// An upgrade that no route takes → an HTTP answer, on a connection that ends with it.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, problemBody, problemDefinition } from '../problem.ts';
import { dropUselessOffers } from './deflate.ts';
import { expectUpgrade } from './upgraded-sockets.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes WebSocket upgrades, all of them or those that it says. */
    isSocket?: boolean | ((request: FastifyRequest) => boolean);
  }
}

/**
 * An `onRequest` hook for the whole server. Refuses WebSocket upgrades where there is no WebSocket (404). Other
 * upgrades (`h2c`) are ignored, as RFC 9110 section 7.8 allows: the request is answered, and the connection ends.
 */
export function refuseUpgrades(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (!isUpgrade(request)) {
    done();
    return;
  }
  if (isWebSocket(request) && isTaken(request)) {
    dropUselessOffers(request.raw.headers);
    expectUpgrade(request.raw, reply.raw);
    done();
    return;
  }
  endAfterAnswer(request, reply);
  if (isWebSocket(request)) {
    sendProblem(request, reply, {
      code: 'not-found',
      detail: 'There is no WebSocket at this path: the feed of all tables is at /ws, that of one at its URL.',
    });
  } else done();
}

function isTaken(request: FastifyRequest): boolean {
  if (request.method !== 'GET') return false;
  const { isSocket = false } = request.routeOptions.config;
  return typeof isSocket === 'function' ? isSocket(request) : isSocket;
}

/** Whether a request asks for an upgrade to WebSocket. */
export function isWebSocket(request: FastifyRequest): boolean {
  return isUpgrade(request) && request.headers.upgrade?.toLowerCase() === 'websocket';
}

/** Answers with a problem, whatever serialisers the server has. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const body = JSON.stringify(problemBody(problem, request.url));
  const { status } = problemDefinition(problem.code);
  return reply.code(status).type('application/problem+json; charset=utf-8').send(body);
}

/** Node hands a socket over for any protocol, if both headers say so. */
function isUpgrade({ raw: { headers } }: FastifyRequest): boolean {
  return headers.upgrade !== undefined && /(^|,)\s*upgrade\s*(,|$)/i.test(headers.connection ?? '');
}

/** Node no longer looks after a socket that was handed over: neither its end nor its backpressure. */
function endAfterAnswer(request: FastifyRequest, reply: FastifyReply): void {
  const { socket } = request.raw;
  const drain = () => reply.raw.emit('drain');
  reply.header('connection', 'close');
  socket.on('drain', drain);
  reply.raw.once('finish', () => socket.destroySoon());
}
