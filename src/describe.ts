// A data folder → its `datapackage.json`, written for a person to edit, and the lines that tell what it says.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createCatalog, type Snapshot } from './catalog.ts';
import { describePackage, stackedFiles } from './descriptor/data-package.ts';
import { visible } from './greeting.ts';
import { finish } from './query/relations.ts';
import { startIngest } from './source/ingest.ts';

const NAME = 'datapackage.json';

/** What became of it: the lines to print, or the sentence that says why nothing was written. */
export type Described = Readonly<{ kind: 'written'; text: string } | { kind: 'refused'; message: string }>;

/**
 * Reads every file of a folder once and writes down what was found and declared.
 * @param folder an absolute path
 * @param isForced whether a `datapackage.json` that is there is overwritten; what it declares is kept
 * @param mostBytes larger files are left out
 */
export async function describeFolder(
  folder: string,
  isForced: boolean,
  mostBytes: number,
): Promise<Described> {
  const path = join(folder, NAME);
  if (!isForced && existsSync(path)) return { kind: 'refused', message: thereAlready(path) };
  const snapshot = await readOnce(folder, mostBytes);
  const tables = [...snapshot.tables].flatMap(([name, { table }]) =>
    table === null ? [] : [[name, table] as const],
  );
  const described = finish(describePackage(basename(folder), snapshot, new Map(tables)));
  try {
    await writeFile(path, `${JSON.stringify(described, null, 2)}\n`, { flag: isForced ? 'w' : 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { kind: 'refused', message: code === 'EEXIST' ? thereAlready(path) : cannotWrite(path, code) };
  }
  return { kind: 'written', text: [`Wrote ${path}:`, '', ...linesOf(snapshot)].join('\n') };
}

async function readOnce(folder: string, mostBytes: number): Promise<Snapshot> {
  const catalog = createCatalog('describe');
  const ingest = startIngest({ folder, catalog, mostBytes });
  await ingest.whenScanned;
  await ingest.close();
  return catalog.current();
}

function thereAlready(path: string): string {
  return `${path} exists already: edit it, or write it anew with --force, which keeps what it declares.`;
}

function cannotWrite(path: string, code: string | undefined): string {
  return `${path} cannot be written (${code}): give Rowcast permission to write into the folder.`;
}

/** A line for each file: what is said of it, or why nothing is. */
function linesOf(snapshot: Snapshot): readonly string[] {
  const { tables, rejected } = snapshot;
  const stacked = stackedFiles(snapshot);
  const whole = [...tables.values()].filter(({ path }) => !stacked.has(path));
  const told = whole.map(({ path, table, rejection }) => {
    if (table === null) return `  ${visible(path)}  left out: ${visible(rejection.reason)}`;
    const { key, schema } = table;
    const fields = `${schema.fields.length} ${schema.fields.length === 1 ? 'field' : 'fields'}`;
    return `  ${visible(path)}  ${fields}, ${key.mode === 'field' ? `key ${visible(key.fields.join(', '))}` : 'no key'}`;
  });
  const others = rejected.map(({ path, reason }) => `  ${visible(path)}  left out: ${visible(reason)}`);
  const several = [...stacked].map(
    ([path, count]) =>
      `  ${visible(path)}  left out: it holds ${count} tables, and one file is to be one table`,
  );
  const lines = [...told, ...several, ...others];
  return lines.length === 0 ? ['  no files yet'] : lines;
}
