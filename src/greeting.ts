// Turns a listening address and a moment of the catalog into the lines that a person reads at the start.

/** The state of one table, as far as it is printed. */
export type TableLine = Readonly<{
  name: string;
  table: Readonly<{ rowCount: number }> | null;
  state: 'ok' | 'stale' | 'error';
  reason?: string | undefined;
}>;

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

/** The first tables with their row counts, and what is wrong with those that have none. */
export function tableList(tables: readonly TableLine[], folder: string): string {
  if (tables.length === 0) {
    return `No tables yet: put a .csv or .tsv file into ${visible(folder)} and it is served at once.`;
  }
  const shown = tables
    .slice(0, SHOWN)
    .map((line) => ({ name: visible(line.name), count: count(line), note: note(line) }));
  const nameWidth = Math.min(WIDEST, Math.max(...shown.map(({ name }) => name.length)));
  const countWidth = Math.max(...shown.map((line) => line.count.length));
  const lines = shown.map((line) =>
    `  ${line.name.padEnd(nameWidth)}  ${line.count.padStart(countWidth)}  ${line.note}`.trimEnd(),
  );
  const more = tables.length - shown.length;
  return [...lines, ...(more > 0 ? [`  and ${more} more, see /tables`] : [])].join('\n');
}

function count({ table, state }: TableLine): string {
  if (table === null) return state;
  return table.rowCount === 1 ? '1 row ' : `${table.rowCount.toLocaleString('en-US')} rows`;
}

function note({ table, state, reason }: TableLine): string {
  if (state === 'ok') return '';
  const said = visible(reason ?? 'no reason known');
  return table === null ? said : `${state}: ${said}`;
}

/** A text from a file or its name, with what would steer a terminal made visible. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
