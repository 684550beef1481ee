// Rows of a table → a page for people: what stands in the file, with links to sort, to page and to the other representations.

import type { FormatName } from '../query/controls.ts';
import { formatRequest, type Request } from '../query/request.ts';
import type { Column } from '../table/column.ts';
import type { Field } from '../table/schema.ts';
import type { ByteSink } from './byte-sink.ts';
import { type Html, html, page } from './html.ts';
import { physicalCell, type TextWriter } from './physical-cell.ts';
import type { Written } from './representations.ts';
import { type RowWriter, shownColumns } from './row-writer.ts';
import type { RowsWriter } from './stream.ts';

/** Where the rows go; no text of a file can contain it, since its angle brackets are escaped. */
const PLACE = '<!--rows-->';
const NUMERIC: ReadonlySet<string> = new Set(['integer', 'number']);

/** The policy under which the page is sent: it loads nothing and runs nothing. */
export const ROWS_POLICY = page('', html``).policy;

/** The writer of one page. */
export function htmlRows(written: Written): RowsWriter {
  const { table, name, shape } = written;
  const shown = shownColumns(shape, table.columns.length);
  const fields = shown.map((index) => table.schema.fields[index] as Field);
  const cells = shown.map((index, at) => htmlCell(table.columns[index] as Column, fields[at] as Field));
  const [head = '', tail = ''] = page(name, body(written, fields)).text.split(PLACE);
  return {
    begin: (sink) => sink.text(head),
    row: (sink, row) => {
      sink.text('<tr>');
      for (const cell of cells) cell(sink, row);
      sink.text('</tr>\n');
    },
    end: (sink) => sink.text(tail),
  };
}

function body(written: Written, fields: readonly Field[]): Html {
  const { name, request, url } = written;
  return html`<header class="wide">
<p><a href="/">Rowcast</a></p>
<h1>${name}</h1>
<p class="dim" role="status">${summary(written)}</p>
<nav aria-label="Representations"><ul>
${OTHERS.map(([format, label]) => html`<li><a href="${address(url, request, '_format', format)}">${label}</a></li>`)}
<li><a href="/tables/${encodeURIComponent(name)}">About the table</a></li>
<li><a href="/docs">Documentation</a></li>
</ul></nav>
</header>
<div class="scroll" role="region" aria-label="Rows" tabindex="0">
<table class="rows">
<thead><tr>${fields.map((field) => heading(written, field))}</tr></thead>
<tbody>
${{ html: PLACE }}</tbody>
</table>
</div>
${pages(written)}`;
}

/** The representations to change to, with the words of their links. */
const OTHERS: readonly (readonly [FormatName, string])[] = [
  ['json', 'JSON'],
  ['ndjson', 'NDJSON'],
  ['csv', 'CSV'],
];

function summary({ plan, total, count }: Written): string {
  const all = `${total.toLocaleString('en-US')} ${total === 1 ? 'row' : 'rows'}`;
  if (count === total) return all;
  if (count === 0) return `No rows here, of ${all}`;
  const from = (plan.offset + 1).toLocaleString('en-US');
  return `Rows ${from} to ${(plan.offset + count).toLocaleString('en-US')} of ${all}`;
}

/** A field's name: its link orders by it, and the other way round where that is the order already. */
function heading({ request, url }: Written, { name, type }: Field): Html {
  const key = sortName(name);
  const present = request.find(([control]) => control === '_sort')?.[1];
  const order = present === key ? 'ascending' : present === `-${key}` ? 'descending' : 'none';
  const next = order === 'ascending' ? `-${key}` : key;
  const kept = request.filter(([control]) => !PAGING.has(control));
  const mark = order === 'none' ? '' : order === 'ascending' ? ' ↑' : ' ↓';
  const numeric = NUMERIC.has(type) ? 'count' : '';
  return html`<th scope="col" class="${numeric}" aria-sort="${order}" title="${type}"><a href="${address(url, kept, '_sort', next)}">${name}</a>${mark}</th>`;
}

/** Another order begins at its first page. */
const PAGING: ReadonlySet<string> = new Set(['_offset', '_page', '_cursor', '_start', '_end', '_order']);

/** A list of one name: as JSON where the name would read as something else. */
function sortName(name: string): string {
  return /^[-[]|,|^$/.test(name) ? JSON.stringify([name]) : name;
}

function pages({ links }: Written): Html {
  if (links.length === 0 || links.every(({ url }) => url === links[0]?.url)) return html``;
  return html`<nav aria-label="Pages"><ul>
${links.map(({ relation, url }) => html`<li><a rel="${relation}" href="${url}">${WORDS[relation]}</a></li>`)}
</ul></nav>`;
}

const WORDS = { first: 'First', prev: 'Previous', next: 'Next', last: 'Last' } as const;

function address(url: string, request: Request, key: string, value: string): string {
  return `${url}?${formatRequest([...request.filter(([control]) => control !== key), [key, value]])}`;
}

function htmlCell(column: Column, { type }: Field): RowWriter {
  const open = NUMERIC.has(type) ? '<td class="count">' : '<td>';
  const write = physicalCell(column, writeEscaped, (sink) => sink.text('<span class="dim">–</span>'));
  return (sink, row) => {
    sink.text(open);
    write(sink, row);
    sink.text('</td>');
  };
}

/** What stands for characters that mean something in HTML, by their byte. */
const ESCAPES: ReadonlyMap<number, string> = new Map([
  [34, '&quot;'],
  [38, '&amp;'],
  [39, '&#39;'],
  [60, '&lt;'],
  [62, '&gt;'],
]);
const LONGEST_ESCAPE = 6;

const writeEscaped: TextWriter = (sink: ByteSink, text, start, end) => {
  sink.reserve((end - start) * LONGEST_ESCAPE);
  for (let i = start; i < end; i++) {
    const byte = text.getUint8(i);
    const escaped = ESCAPES.get(byte);
    if (escaped === undefined) sink.view.setUint8(sink.used++, byte);
    else sink.text(escaped);
  }
};
