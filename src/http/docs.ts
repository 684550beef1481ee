// The OpenAPI document of every moment, at /openapi.json and /openapi.yaml, and as a page to try it out at /docs.
import { readFileSync } from 'node:fs';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalog } from '../catalog.ts';
import { refusesParameters } from './no-parameters.ts';
import { type DocumentedContracts, openApiDocument } from './openapi/document.ts';
import { INFO, TAGS } from './openapi/info.ts';
import { FORMATS, type Format, written } from './openapi/written.ts';
import { etagOf, isNotModified, sendRepresentation } from './validators.ts';

export type DocsOptions = Readonly<{ catalog: Catalog; contracts: DocumentedContracts }>;

const PREFIX = '/docs';
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** Nothing from elsewhere, whatever a description from a file says. */
const CONTENT_SECURITY_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'self'",
};

/** Register it before the routes that it is to document: it hears of those that come after it. */
async function docs(app: FastifyInstance, { catalog, contracts }: DocsOptions): Promise<void> {
  const current = () => openApiDocument(catalog.current(), contracts, app.swagger());
  const send = async (request: FastifyRequest, reply: FastifyReply, format: Format) => {
    const { etag, type, bytes } = await written(await current(), format);
    sendRepresentation(request, reply, { etag, type, body: () => bytes });
    return reply;
  };

  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { ...INFO, version }, servers: [{ url: '/' }], tags: [...TAGS] },
  });
  app.addHook('onRoute', (route) => {
    if (route.url === PREFIX || route.url === `${PREFIX}/`) route.onSend = namePage;
  });
  await app.register(swaggerUi, {
    routePrefix: PREFIX,
    theme: { title: INFO.title },
    staticCSP: CONTENT_SECURITY_POLICY,
    // The plain layout has no bar on top, which would load documents from elsewhere.
    uiConfig: {
      layout: 'BaseLayout',
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
    },
    uiHooks: {
      // The page loads its own /docs/json: the same bytes as at /openapi.json, in place of the plugin's memoised document.
      onRequest: async (request, reply) => {
        const format = FORMATS.find(({ name }) => request.routeOptions.url === `${PREFIX}/${name}`);
        if (format !== undefined) return send(request, reply, format);
      },
    },
  });
  for (const format of FORMATS) {
    app.get(`/openapi.${format.name}`, { schema: { hide: true } }, (request, reply) =>
      refusesParameters(request, reply) ? reply : send(request, reply, format),
    );
  }
}

/** The page of the plugin has no ETag of its own. */
function namePage(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload: unknown) => void,
): void {
  const isPage = reply.statusCode === 200 && (typeof payload === 'string' || payload instanceof Buffer);
  if (!isPage) {
    done(null, payload);
    return;
  }
  const etag = etagOf(String(payload));
  reply.header('etag', etag);
  if (!isNotModified(request.headers['if-none-match'], etag)) {
    done(null, payload);
    return;
  }
  reply.code(304).removeHeader('content-length');
  done(null, '');
}

// In the scope of the whole application, as fastify-plugin would have it: @fastify/swagger hears of all routes.
// biome-ignore lint/style/noDefaultExport: a Fastify plugin
export default Object.assign(docs, { [Symbol.for('skip-override')]: true });
