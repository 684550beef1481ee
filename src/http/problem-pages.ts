// GET /problems/{code} → what a type of problem means: where the `type` of every problem leads.
import type { FastifyInstance } from 'fastify';
import { PROBLEMS } from '../problem.ts';
import { html, page } from './html.ts';
import { notFound, sendProblem } from './problems.ts';
import { etagOf, HTML_TYPE, sendRepresentation } from './validators.ts';

/** Adds the route. */
export function problemRoutes(app: FastifyInstance): void {
  const codes = PROBLEMS.map(({ code }) => code);
  const schema = {
    tags: ['Rowcast'],
    operationId: 'explainProblem',
    summary: 'What a type of problem means',
    params: {
      type: 'object',
      properties: {
        code: { type: 'string', enum: codes, example: codes[0], description: 'The last part of its type.' },
      },
      required: ['code'],
    },
    response: { 200: { description: 'A page', content: { 'text/html': { schema: { type: 'string' } } } } },
  };
  app.get<{ Params: { code: string } }>('/problems/:code', { schema }, (request, reply) => {
    const problem = PROBLEMS.find(({ code }) => code === request.params.code);
    if (problem === undefined) return sendProblem(request, reply, notFound(request));
    const { code, status, title, means } = problem;
    const { text, policy } = page(
      title,
      html`<h1>${title}</h1>
<p class="dim"><code>${code}</code>, status ${status}</p>
<p>${means}</p>
<p><a href="/">Rowcast</a></p>`,
    );
    reply.header('content-security-policy', policy);
    sendRepresentation(request, reply, { etag: etagOf(text), type: HTML_TYPE, body: () => text });
  });
}
