// GET /health/live and /health/ready: whether the process answers, and whether it has seen every file once.
import type { FastifyInstance } from 'fastify';
import type { Catalog } from '../catalog.ts';
import { refusesParameters } from './no-parameters.ts';
import { etagOf, JSON_TYPE, sendRepresentation } from './validators.ts';

/** Seconds after which to ask again while the first scan runs. */
const RETRY_AFTER = 1;

const STATUS = { type: 'object', properties: { status: { type: 'string' } }, required: ['status'] };

/** Adds both routes. */
export function healthRoutes(app: FastifyInstance, catalog: Catalog): void {
  const ok = { etag: etagOf('ok'), type: JSON_TYPE, body: () => JSON.stringify({ status: 'ok' }) };

  const liveSchema = {
    tags: ['Rowcast'],
    operationId: 'isLive',
    summary: 'Whether the server answers',
    response: { 200: { description: 'It does', ...STATUS } },
  };
  app.get('/health/live', { schema: liveSchema }, (request, reply) => {
    if (!refusesParameters(request, reply)) sendRepresentation(request, reply, ok);
  });

  const readySchema = {
    tags: ['Rowcast'],
    operationId: 'isReady',
    summary: 'Whether every file has been looked at',
    response: {
      200: { description: 'Every file has been looked at', ...STATUS },
      503: { description: 'The first scan is not over', ...STATUS },
    },
  };
  app.get('/health/ready', { schema: readySchema }, (request, reply) => {
    if (refusesParameters(request, reply)) return;
    if (catalog.current().isScanned) return sendRepresentation(request, reply, ok);
    const body = JSON.stringify({ status: 'scanning' });
    reply.code(503).headers({ 'retry-after': RETRY_AFTER, 'content-type': JSON_TYPE }).send(body);
  });
}
