// Files in one folder → what Rowcast says of each, read over HTTP as anybody would.

import { appOn, type TestApp } from '../support/app.ts';
import type { Contents } from './score.ts';

type Described = Readonly<{
  state: string;
  dialect: Readonly<{ header: boolean }>;
  schema: Readonly<{ fields: readonly Readonly<{ name: string }>[] }>;
}>;

type Served = Readonly<{ name: string; text: string | Uint8Array }>;

/** A header (null where the file has none) and the rows, an unquoted empty cell as null. */
type Cells = Readonly<{ names: readonly string[] | null; rows: readonly (readonly (string | null)[])[] }>;

/**
 * Serves files and reads their tables: the names of the fields, and the text of every cell, an empty one for null.
 * Where a file holds several tables, what is read is the first.
 * @param files by name, without `.csv`
 * @returns null for a file that serves no table
 */
export async function readServed(files: readonly Served[]): Promise<ReadonlyMap<string, Contents | null>> {
  return readAll(files, (cells) =>
    cells === null
      ? null
      : { header: cells.names, records: cells.rows.map((row) => row.map((cell) => cell ?? '')) },
  );
}

/** As `readServed`, but the lines as they are: the header if there is one, then the rows, null where a cell is null. */
export async function readCells(
  files: readonly Served[],
): Promise<ReadonlyMap<string, readonly (readonly (string | null)[])[] | null>> {
  return readAll(
    files,
    (cells) => cells && (cells.names === null ? cells.rows : [cells.names, ...cells.rows]),
  );
}

async function readAll<T>(
  files: readonly Served[],
  make: (cells: Cells | null) => T,
): Promise<ReadonlyMap<string, T>> {
  await using served = await appOn(Object.fromEntries(files.map(({ name, text }) => [`${name}.csv`, text])));
  const found = new Map<string, T>();
  for (const { name } of files) found.set(name, make(await readTable(served, name)));
  return found;
}

async function readTable(app: TestApp, name: string): Promise<Cells | null> {
  const described = await app.inject(`/tables/${encodeURIComponent(name)}`);
  if (described.statusCode !== 200) return null;
  const { state, dialect, schema } = described.json<Described>();
  if (state === 'error') return null;
  const names = schema.fields.map((field) => field.name);
  const answer = await app.inject(`/api/${encodeURIComponent(name)}?_types=string&_format=ndjson`);
  if (answer.statusCode !== 200) return null;
  const rows = answer.body
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => {
      const row = new Map(Object.entries(JSON.parse(text) as Record<string, string | null>));
      return names.map((field) => row.get(field) ?? null);
    });
  return { names: dialect.header && names.length > 0 ? names : null, rows };
}
