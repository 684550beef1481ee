// An upgrade that no route takes → an HTTP answer, on a connection that ends with it.

import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, problemBody, problemDefinition } from '../../problem.ts';
import { dropUselessOffers } from './deflate.ts';
import { expectUpgrade } from './upgraded-sockets.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes WebSocket upgrades, all of them or those that it says. */
    isSocket?: boolean | ((request: FastifyRequest) => boolean);
  }
}

/**
 * An `onRequest` hook for the whole server. Refuses WebSocket upgrades where there is no WebSocket (404), and those
 * that are no handshake (400, 426). Other upgrades (`h2c`) are ignored, as RFC 9110 section 7.8 allows: the request is answered, and
 * the connection ends.
 */
export function refuseUpgrades(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (!isUpgrade(request)) {
    done();
    return;
  }
  if (!isWebSocket(request)) {
    endAfterAnswer(request, reply);
    done();
    return;
  }
  const problem = isTaken(request) ? handshakeProblem(request.raw.headers) : NO_SOCKET;
  if (problem === null) {
    dropUselessOffers(request.raw.headers);
    expectUpgrade(request.raw, reply.raw);
    done();
    return;
  }
  endAfterAnswer(request, reply);
  if (problem.code === 'upgrade-required')
    reply.header('sec-websocket-version', VERSION).header('upgrade', 'websocket');
  sendProblem(request, reply, problem);
}

const NO_SOCKET: Problem = Object.freeze({
  code: 'not-found',
  detail: 'There is no WebSocket at this path: the feed of all tables is at /ws, that of one at its URL.',
});
/** The version of the protocol that RFC 6455 defines. */
const VERSION = '13';
/** 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
/** A list of tokens (RFC 9110, section 5.6.2). */
const TOKENS = /^[\w!#$%&'*+.^`|~-]+(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]+)*$/;

/** What is wrong with a handshake (RFC 6455, section 4.2.1); null: nothing. */
function handshakeProblem(headers: IncomingHttpHeaders): Problem | null {
  const version = headers['sec-websocket-version'];
  const protocols = headers['sec-websocket-protocol'];
  if (!KEY.test(headers['sec-websocket-key'] ?? ''))
    return badHandshake('Sec-WebSocket-Key is not 16 bytes in base64, as a WebSocket client sends it.');
  if (version === undefined) return badHandshake(`Sec-WebSocket-Version is missing: it is ${VERSION}.`);
  if (version !== VERSION) {
    const detail = `The feed speaks version ${VERSION} of WebSocket, and no other.`;
    return { code: 'upgrade-required', detail };
  }
  if (protocols !== undefined && !areDifferent(protocols))
    return badHandshake('Sec-WebSocket-Protocol is no list of different names.');
  return null;
}

function areDifferent(protocols: string): boolean {
  const names = protocols.split(',').map((name) => name.trim());
  return TOKENS.test(protocols.trim()) && new Set(names).size === names.length;
}

function badHandshake(detail: string): Problem {
  return { code: 'bad-request', detail };
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
export function endAfterAnswer(request: FastifyRequest, reply: FastifyReply): void {
  const { socket } = request.raw;
  const drain = () => reply.raw.emit('drain');
  reply.header('connection', 'close');
  socket.on('drain', drain);
  reply.raw.once('finish', () => socket.destroySoon());
}
