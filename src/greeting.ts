// Turns a listening address and a moment of the catalog into the lines that a person reads at the start.

/** The state of one table, as far as it is printed. */
export type TableLine = Readonly<{
  name: string;
  table: Readonly<{ rowCount: number }> | null;
  state: 'ok' | 'stale' | 'error';
  rejection: Readonly<{ reason: string; line?: number }> | null;
}>;

/** A file that is no table, and why. */
export type RejectedLine = Readonly<{ path: string; reason: string; line?: number }>;

const SHOWN = 20;
const WIDEST = 48;

/**
 * The URL of a server for a browser on the same machine: a wildcard host becomes localhost, IPv6 gets its brackets.
 *
 * @example baseUrl('::', 5000) // 'http://localhost:5000'
 */
export function baseUrl(host: string, port: number): string {
  const isWildcard = host === '0.0.0.0' || /^[0:]*$/.test(host);
  const name = isWildcard ? 'localhost' : host.includes(':') ? `[${host.replace('%', '%25')}]` : host;
  return `http://${name}:${port}`;
}

/** What is served, and the URLs that a person wants to click. */
export function greeting(version: string, folder: string, base: string): string {
  return [
    `Rowcast ${version} serves ${visible(folder)}`,
    '',
    `  API   ${base}/`,
    `  Docs  ${base}/docs`,
    `  Feed  ${base.replace(/^http/, 'ws')}/ws`,
    '',
  ].join('\n');
}

/** The first tables with their row counts, what is wrong with those that have none, and the files that are no table. */
export function tableList(
  tables: readonly TableLine[],
  rejected: readonly RejectedLine[],
  folder: string,
): string {
  const hint = `No tables yet: put a .csv or .tsv file into ${visible(folder)} and it is served at once.`;
  const served = columns(
    tables.map((line) => ({ name: visible(line.name), count: count(line), note: note(line) })),
  );
  const others = columns(rejected.map((file) => ({ name: visible(file.path), count: '', note: said(file) })));
  return [
    ...(served.length === 0 ? [hint] : served),
    ...(others.length === 0 ? [] : ['', '  Left out:', ...others]),
  ].join('\n');
}

type Cells = Readonly<{ name: string; count: string; note: string }>;

function columns(all: readonly Cells[]): readonly string[] {
  const shown = all.slice(0, SHOWN);
  const nameWidth = Math.min(WIDEST, Math.max(...shown.map(({ name }) => name.length)));
  const countWidth = Math.max(...shown.map((line) => line.count.length));
  const lines = shown.map(({ name, count, note }) =>
    ['', name.padEnd(nameWidth), ...(countWidth === 0 ? [] : [count.padStart(countWidth)]), note]
      .join('  ')
      .trimEnd(),
  );
  const more = all.length - shown.length;
  return more > 0 ? [...lines, `  and ${more} more, see /tables`] : lines;
}

function count({ table, state }: TableLine): string {
  if (table === null) return state;
  return table.rowCount === 1 ? '1 row ' : `${table.rowCount.toLocaleString('en-US')} rows`;
}

function note({ table, state, rejection }: TableLine): string {
  if (rejection === null) return '';
  return table === null ? said(rejection) : `${state}: ${said(rejection)}`;
}

function said({ reason, line }: Omit<RejectedLine, 'path'>): string {
  return `${line === undefined ? '' : `line ${line}: `}${visible(reason)}`;
}

/** A text from a file or its name, with what would steer a terminal made visible. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
