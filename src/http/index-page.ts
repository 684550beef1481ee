// GET / → a page for people: the tables, where to go from here, and the last change as it happens.
import type { FastifyInstance } from 'fastify';
import type { Catalog, Entry, Snapshot } from '../catalog.ts';
import { type Html, html, page } from './html.ts';
import { LIVE_SCRIPT } from './live-script.ts';
import { tableUrl } from './lookup.ts';
import { etagOf, HTML_TYPE, sendRepresentation } from './validators.ts';

/** Past this many tables the page leaves the rest to /tables. */
const MOST_TABLES = 500;

/** Adds the route. @param server the product and its version: `rowcast/1.2.3` */
export function indexRoute(app: FastifyInstance, catalog: Catalog, server: string): void {
  const policy = page('', html``, LIVE_SCRIPT).policy;
  const schema = {
    tags: ['Rowcast'],
    operationId: 'index',
    summary: 'The tables, as a page',
    response: { 200: { description: 'A page', content: { 'text/html': { schema: { type: 'string' } } } } },
  };
  app.get('/', { schema }, (request, reply) => {
    const snapshot = catalog.current();
    const body = () => page('Rowcast', indexBody(snapshot, server), LIVE_SCRIPT).text;
    reply.header('content-security-policy', policy);
    sendRepresentation(request, reply, { etag: etagOf(server, snapshot.tag), type: HTML_TYPE, body });
  });
}

function indexBody(snapshot: Snapshot, server: string): Html {
  return html`<header>
<h1>Rowcast</h1>
<p class="dim">A folder of CSV files as a live API. Edit a file: the rows and everybody who listens follow. <small>${server}</small></p>
<nav aria-label="Where to go"><ul>
<li><a href="/docs">Documentation</a></li>
<li><a href="/docs/feed">The feed, live</a></li>
<li><a href="/openapi.json">OpenAPI</a></li>
<li><a href="/tables">Tables as JSON</a></li>
<li><a href="/datapackage.json">Data Package</a></li>
</ul></nav>
</header>
<p id="live" role="status">Changes show here as they happen.</p>
<div id="now">
${tableList(snapshot)}
${rejectedList(snapshot)}
</div>`;
}

function tableList(snapshot: Snapshot): Html {
  const entries = [...snapshot.tables.values()];
  if (entries.length === 0)
    return snapshot.isScanned ? NO_TABLES : html`<p class="empty">The folder is being read.</p>`;
  const more = entries.length - MOST_TABLES;
  return html`<h2>Tables</h2>
<table>
<thead><tr><th scope="col">Table</th><th scope="col">File</th><th scope="col" class="count">Rows</th></tr></thead>
<tbody>
${entries.slice(0, MOST_TABLES).map(tableLine)}
</tbody>
</table>
${more > 0 ? html`<p>and ${more} more, see <a href="/tables">/tables</a></p>` : ''}`;
}

const NO_TABLES = html`<div class="empty">
<h2>No tables yet</h2>
<p>Put a <code>.csv</code> or <code>.tsv</code> file into the data folder: it is a table at once, without a restart. Its first line names the fields.</p>
<p><code>printf 'id,name\\n1,Ada\\n' &gt; data/people.csv</code></p>
<p>Its rows are then at <code>/api/people</code>.</p>
</div>`;

function tableLine({ name, path, state, table, rejection, file }: Entry): Html {
  const line = rejection?.line === undefined ? '' : `, line ${rejection.line}`;
  const note =
    rejection === null ? '' : html`<br><span class="bad">${state}${line}: ${rejection.reason}</span>`;
  const odd = file?.diagnosticCount ?? 0;
  const notes =
    odd === 0
      ? ''
      : html`<br><a href="/tables/${encodeURIComponent(name)}">${odd.toLocaleString('en-US')} ${odd === 1 ? 'note' : 'notes'} on the file</a>`;
  const rows = table === null ? '–' : table.rowCount.toLocaleString('en-US');
  return html`<tr><td><a href="${tableUrl(name)}${table === null ? '' : '?_limit=20'}">${name}</a></td><td class="dim">${path}${note}${notes}</td><td class="count">${rows}</td></tr>
`;
}

function rejectedList({ rejected }: Snapshot): Html {
  if (rejected.length === 0) return html``;
  return html`<h2>Files that are no table</h2>
<ul>${rejected.slice(0, MOST_TABLES).map(({ path, reason }) => html`<li>${path} <span class="dim">${reason}</span></li>`)}</ul>`;
}
