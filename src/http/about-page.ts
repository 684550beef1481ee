// A table and what was found out about its file → a page for people: fields and why, how the file is read, what is odd.

import type { Entry } from '../catalog.ts';
import type { Diagnostic, FileFacts } from '../table/file-facts.ts';
import type { Field, Schema } from '../table/schema.ts';
import type { Table } from '../table/table.ts';
import { type Html, html, page } from './html.ts';
import { tableUrl } from './lookup.ts';
import type { ListedRelation } from './relations.ts';

/** The policy under which the page is sent: it loads nothing and runs nothing. */
export const ABOUT_POLICY = page('', html``).policy;

/** @param faults what does not hold of the declared foreign keys, in sentences */
export function aboutPage(
  entry: Entry,
  relations: readonly ListedRelation[],
  faults: readonly string[],
): string {
  const { name, path, state, table, rejection, file } = entry;
  const line = rejection?.line === undefined ? '' : `, line ${rejection.line}`;
  const body = html`<header>
<p><a href="/">Rowcast</a></p>
<h1>${file?.title ?? name}</h1>
<p class="dim">${table === null ? path : about(table, file, path)}</p>
${file?.description === undefined ? '' : html`<p>${file.description}</p>`}
${rejection === null ? '' : html`<p class="bad">${state}${line}: ${rejection.reason}</p>`}
<nav aria-label="Where to go"><ul>
<li><a href="${tableUrl(name)}">Rows</a></li>
<li><a href="/docs">Documentation</a></li>
</ul></nav>
</header>
${table === null ? '' : [oddities(file), fieldList(table.schema), reading(file), related(relations, faults)]}`;
  return page(`About ${name}`, body).text;
}

function about({ rowCount, key }: Table, { bytes }: FileFacts, path: string): string {
  const rows = `${rowCount.toLocaleString('en-US')} ${rowCount === 1 ? 'row' : 'rows'}`;
  const told = key.mode === 'field' ? `told apart by ${key.fields.join(', ')}` : 'told apart by their number';
  return `${rows}, ${told}, from ${path} (${bytes.toLocaleString('en-US')} bytes)`;
}

function fieldList({ fields }: Schema): Html {
  return html`<h2>Fields</h2>
<div class="scroll" role="region" aria-label="Fields" tabindex="0">
<table class="facts">
<thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">Why</th></tr></thead>
<tbody>
${fields.map((field) => html`<tr><td class="name">${field.name}${under(field.title)}</td><td>${field.type}${under(written(field))}</td><td>${field.reason}${under(field.description)}</td></tr>\n`)}</tbody>
</table>
</div>`;
}

function under(text: string | undefined): Html | string {
  return text === undefined || text === '' ? '' : html`<br><span class="dim">${text}</span>`;
}

/** How the cells of a field differ from the values that are answered. */
function written({ format, decimalChar, groupChar, missingValues }: Field): string {
  const missing = missingValues?.filter((text) => text !== '') ?? [];
  return [
    ...(format === undefined || format === 'date-time' ? [] : [`as ${format}`]),
    ...(decimalChar === undefined ? [] : [`decimal mark ${JSON.stringify(decimalChar)}`]),
    ...(groupChar === undefined ? [] : [`thousands by ${JSON.stringify(groupChar)}`]),
    ...(missing.length === 0
      ? []
      : [`null where it is ${missing.map((text) => JSON.stringify(text)).join(', ')}`]),
  ].join('; ');
}

function oddities({ diagnostics, diagnosticCount }: FileFacts): Html {
  if (diagnosticCount === 0) return html``;
  const more = diagnosticCount - diagnostics.length;
  return html`<h2>What is odd about the file</h2>
<ul>
${diagnostics.map((each) => html`<li><span class="dim">${placeOf(each)}</span> ${each.message}</li>\n`)}</ul>
${more > 0 ? html`<p>and ${more.toLocaleString('en-US')} more like these</p>` : ''}`;
}

function placeOf({ line, column, field }: Diagnostic): string {
  const cell = column === undefined ? '' : `, cell ${column}`;
  return `Line ${line}${cell}${field === undefined ? '' : ` (${field})`}:`;
}

const LINE_BREAKS: ReadonlyMap<string, string> = new Map([
  ['\n', 'LF'],
  ['\r\n', 'CRLF'],
  ['\r', 'CR'],
]);

function reading({ dialect, encoding, encodingConfidence, encodingEvidence, declaration }: FileFacts): Html {
  const { evidence, lineTerminator, preamble, totals, commentChar } = dialect;
  const sure = `${Math.round(encodingConfidence * 100)} % sure`;
  const said: readonly (readonly [string, string | Html])[] = [
    ['Cells', evidence],
    ['Characters', `${encoding}, ${sure}: ${encodingEvidence}`],
    ['Lines', `end in ${LINE_BREAKS.get(lineTerminator) ?? JSON.stringify(lineTerminator)}`],
    ...(commentChar === undefined ? [] : ([['Comments', `begin with ${commentChar}`]] as const)),
    ...(preamble === undefined ? [] : ([['Above the header', lines(preamble)]] as const)),
    ...(totals === undefined
      ? []
      : ([['Totals, no row', totals.filter((cell) => cell !== null).join(' · ')]] as const)),
    ...(declaration === undefined ? [] : ([['Declared in', declaration]] as const)),
  ];
  return html`<h2>How the file is read</h2>
<table class="facts">
<tbody>
${said.map(([what, text]) => html`<tr><th scope="row">${what}</th><td>${text}</td></tr>\n`)}</tbody>
</table>
<p class="dim">Is it otherwise? Declare it in <code>datapackage.json</code> beside the file. To programs this page is JSON.</p>`;
}

function lines(texts: readonly string[]): Html {
  return html`${texts.map((text, at) => html`${at === 0 ? '' : html`<br>`}${text}`)}`;
}

function related(relations: readonly ListedRelation[], faults: readonly string[]): Html {
  if (relations.length === 0 && faults.length === 0) return html``;
  return html`<h2>Related tables</h2>
<ul>
${relations.map(({ kind, name, table, reason }) => html`<li><a href="/tables/${encodeURIComponent(table)}">${table}</a> ${kind === 'parent' ? 'is what a row refers to' : 'has rows that refer to a row'}, as <code>_embed=${name}</code> <span class="dim">${reason}</span></li>\n`)}${faults.map((fault) => html`<li class="bad">${fault}</li>\n`)}</ul>`;
}
