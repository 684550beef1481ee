// GET /asyncapi.json → the AsyncAPI document of the feed, for the server under the name by which it was asked.
import type { FastifyInstance } from 'fastify';
import { refusesParameters } from './no-parameters.ts';
import { etagOf, JSON_TYPE, sendRepresentation } from './validators.ts';

/** The document of a server; `host` is a name or an address, with a port where that is not the usual one. */
export type AsyncApi = (server: Readonly<{ host: string; isSecure: boolean }>) => object;

/** What a Host header has to look like to stand in a document. */
const HOST = /^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i;

const SCHEMA = {
  tags: ['Rowcast'],
  operationId: 'asyncApi',
  summary: 'The feed of changes, described',
  description:
    'An AsyncAPI 3.0 document: every frame of the WebSockets, with its schema and an example. `/docs/feed` is a page to try it.',
  response: {
    200: {
      description: 'The document',
      type: 'object',
      properties: {
        asyncapi: { type: 'string', const: '3.0.0' },
        channels: { type: 'object', additionalProperties: true },
        operations: { type: 'object', additionalProperties: true },
      },
      required: ['asyncapi', 'channels', 'operations'],
      additionalProperties: true,
    },
  },
};

/** Adds the route. */
export function asyncApiRoute(app: FastifyInstance, documentFor: AsyncApi): void {
  app.get('/asyncapi.json', { schema: SCHEMA }, (request, reply) => {
    if (refusesParameters(request, reply)) return;
    const { host = '' } = request.raw.headers;
    const text = JSON.stringify(
      documentFor({ host: HOST.test(host) ? host : 'localhost', isSecure: request.protocol === 'https' }),
    );
    sendRepresentation(request, reply, { etag: etagOf(text), type: JSON_TYPE, body: () => text });
  });
}
