// Everything that goes wrong → a problem of the closed registry, as an answer (RFC 9457).
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS, type Problem, type ProblemCode, problemBody, problemDefinition } from '../problem.ts';
import { CORS_HEADERS } from './cors.ts';

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Headers that describe a representation, which a problem is not. */
const OF_REPRESENTATIONS = [
  'etag',
  'last-modified',
  'content-encoding',
  'content-disposition',
  'content-security-policy',
  'x-total-count',
  'link',
];

/** Answers a problem; `allow` are the methods that the resource takes. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
  allow?: readonly string[],
): void {
  const body = problemBody(problem, request.raw.url ?? '/');
  if (allow !== undefined) reply.header('allow', allow.join(', '));
  // What was said already is about the answer that this is instead of.
  for (const name of OF_REPRESENTATIONS) reply.removeHeader(name);
  reply.code(body.status).header('content-type', PROBLEM_TYPE).send(JSON.stringify(body));
}

/** Answers a method that a resource does not take. */
export function refuseMethod(request: FastifyRequest, reply: FastifyReply, methods: readonly string[]): void {
  const detail = `${request.method} is not possible here: it takes ${methods.join(', ')}.`;
  sendProblem(request, reply, { code: 'method-not-allowed', detail }, methods);
}

/**
 * Makes every error of the routes that are registered afterwards a problem.
 * @param log takes a line for each bug
 */
export function handleErrors(app: FastifyInstance, log: (line: string) => void): void {
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, notFound(request)));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.code === 'internal-error')
      log(`${request.method} ${request.raw.url}: ${error.stack ?? error}`);
    sendProblem(request, reply, problem);
  });
}

/** Fastify's own errors before routing run no hooks: their answers get the headers of all answers here. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  sendProblem(request, reply.headers(CORS_HEADERS), problemOf(error));
}

/** Answers what is no HTTP request on the socket itself. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) return void socket.destroy();
  const body = problemBody(clientProblem(error.code), '/');
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${body.status} ${STATUS_CODES[body.status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...Object.entries(CORS_HEADERS).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

/** The problem of a path that leads nowhere. */
export function notFound(request: FastifyRequest): Problem {
  const path = (request.raw.url ?? '/').split('?')[0] as string;
  return { code: 'not-found', detail: `Nothing is at ${path}. /tables lists the tables, /docs every route.` };
}

const DETAILS: Partial<Record<ProblemCode, string>> = {
  'internal-error': 'The log of the server says more.',
};

/** Of Fastify's errors, those that a client makes keep their status where the registry has it; all others are bugs. */
function problemOf(error: FastifyError): Problem {
  const { statusCode = 500 } = error;
  const code = codeOf(error.code, statusCode);
  return { code, detail: DETAILS[code] ?? `${error.message}. ${problemDefinition(code).means}` };
}

function codeOf(error: string, status: number): ProblemCode {
  if (error === 'FST_ERR_BAD_URL') return 'bad-request';
  // A path that leads out of the folder of static files leads nowhere.
  if (status === 403) return 'not-found';
  const known = PROBLEMS.find((problem) => problem.status === status && problem.code !== 'invalid-query');
  return known?.code ?? (status >= 400 && status < 500 ? 'bad-request' : 'internal-error');
}

/** By Node's code for what its parser did not take. */
const CLIENT_PROBLEMS: ReadonlyMap<string | undefined, Problem> = new Map([
  [
    'HPE_HEADER_OVERFLOW',
    { code: 'header-too-large', detail: 'Send a shorter URL, and fewer or shorter headers.' },
  ],
  [
    'HPE_INVALID_URL',
    { code: 'bad-request', detail: 'The URL has characters that must be percent-encoded.' },
  ],
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    { code: 'bad-request', detail: 'The request did not arrive in time. Send it again.' },
  ],
]);

function clientProblem(code: string | undefined): Problem {
  return CLIENT_PROBLEMS.get(code) ?? { code: 'bad-request', detail: 'This is no HTTP/1.1 request.' };
}
