// GET /docs/feed → a page for people: changes as they arrive, subscriptions to try, and the frames behind both.
import type { FastifyInstance } from 'fastify';
import type { Catalog, Snapshot } from '../catalog.ts';
import { exampleOf } from './feed-example.ts';
import { FEED_SCRIPT } from './feed-script.ts';
import { FEED_STYLE } from './feed-style.ts';
import { type Html, html, page } from './html.ts';
import { etagOf, HTML_TYPE, sendRepresentation } from './validators.ts';

/** Past this many tables the rest are to be typed. */
const MOST_TABLES = 500;

/** Adds the route. @param server the product and its version: `rowcast/1.2.3` */
export function feedPageRoute(app: FastifyInstance, catalog: Catalog, server: string): void {
  const policy = page('', html``, FEED_SCRIPT, FEED_STYLE).policy;
  const schema = {
    tags: ['Rowcast'],
    operationId: 'feedPage',
    summary: 'The feed of changes, as a page to try it',
    response: { 200: { description: 'A page', content: { 'text/html': { schema: { type: 'string' } } } } },
  };
  app.get('/docs/feed', { schema }, (request, reply) => {
    const snapshot = catalog.current();
    const body = () => page('Rowcast: the feed', feedBody(snapshot), FEED_SCRIPT, FEED_STYLE).text;
    reply.header('content-security-policy', policy);
    sendRepresentation(request, reply, {
      etag: etagOf('feed', server, snapshot.tag),
      type: HTML_TYPE,
      body,
    });
  });
}

function feedBody(snapshot: Snapshot): Html {
  return html`<header>
<p><a href="/">Rowcast</a></p>
<h1>The feed</h1>
<p class="dim">Every change of every file, as it happens. Edit a file of the data folder, and look here.</p>
<nav aria-label="Where to go"><ul>
<li><a href="/docs">Documentation</a></li>
<li><a href="/asyncapi.json">AsyncAPI</a></li>
<li><a href="/tables">Tables as JSON</a></li>
</ul></nav>
</header>
<p id="live" role="status">This page needs JavaScript.</p>
<div class="two">
<section aria-label="What arrives">
<div class="row"><h2 id="changes">Changes</h2><button type="button" id="clear">Clear</button></div>
<ol id="lines" role="log" aria-labelledby="changes" tabindex="0"></ol>
<p id="none" class="dim">None yet.</p>
<h2 id="raw">Frames</h2>
<ol id="frames" aria-labelledby="raw" tabindex="0"></ol>
</section>
<section aria-labelledby="ask">
<h2 id="ask">Subscribe</h2>
${form(snapshot)}
<h2 id="holding">Subscriptions</h2>
<ul id="held" aria-labelledby="holding"></ul>
</section>
</div>`;
}

function form(snapshot: Snapshot): Html {
  return html`<form id="form" novalidate>
<label>Table
<select id="table">${tableOptions(snapshot)}<option value="*">* (all tables)</option></select></label>
<div class="pair" id="filter">
<label>Rows by
<select id="mode"><option value="query">query, as in a URL</option><option value="where">where, as JSON</option></select></label>
</div>
<label id="rows">Which rows <span class="dim">(empty: all)</span>
<textarea id="filterText" class="mono" rows="2" spellcheck="false" autocapitalize="off"></textarea></label>
<label id="fieldsLabel">Fields <span class="dim">(with commas between; empty: all)</span>
<input type="text" id="fields" class="mono" autocomplete="off" autocapitalize="off" spellcheck="false"></label>
<fieldset><legend>Events (none ticked: all)</legend>
<div class="checks">${EVENTS.map((name) => html`<label><input type="checkbox" name="event" value="${name}">${name}</label>`)}</div>
</fieldset>
<div class="pair">
<label>Changes
<select id="told"><option value="rows">rows</option><option value="counts">counts only</option></select></label>
<label>Since <span class="dim">(a position)</span>
<input type="text" id="since" class="mono" autocomplete="off" autocapitalize="off" spellcheck="false"></label>
</div>
<div class="checks"><label><input type="checkbox" id="snapshot">snapshot: first the rows as they are</label></div>
<label>Frame <span class="dim">(to send as it stands; Ctrl+Enter sends)</span>
<textarea id="frame" class="mono" rows="8" spellcheck="false" autocapitalize="off"></textarea></label>
<p id="wrong" class="bad" role="alert" hidden></p>
<div class="row"><button class="main" id="send">Send</button><button type="button" id="ping">Ping</button></div>
</form>`;
}

const EVENTS = ['added', 'changed', 'removed', 'schemaChanged', 'rejected', 'recovered'] as const;

/** Each with an example of rows, twice, and of fields. */
function tableOptions({ tables }: Snapshot): readonly Html[] {
  return [...tables.values()].slice(0, MOST_TABLES).map(({ name, table }) => {
    if (table === null) return html`<option value="${name}">${name}</option>`;
    const { where, query, fields } = exampleOf(table);
    return html`<option value="${name}" data-where="${where}" data-query="${query}" data-fields="${fields}">${name}</option>`;
  });
}
