// Any page, of any origin, may read every answer: the headers that say so (Fetch standard, section 3.3).
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

const EXPOSED = ['ETag', 'Link', 'X-Total-Count', 'Table-Version', 'Table-Position', 'Allow', 'Location'];

/** What every answer carries, for those that are sent before any hook runs. */
export const CORS_HEADERS = Object.freeze({
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED.join(', '),
});

/** OPTIONS goes on to the hooks that come after, which know the methods of each path. */
export async function allowAnyOrigin(app: FastifyInstance): Promise<void> {
  await app.register(cors, {
    origin: '*',
    exposedHeaders: CORS_HEADERS['access-control-expose-headers'],
    strictPreflight: false,
    preflightContinue: true,
  });
}
