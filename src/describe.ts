// A data folder → its `datapackage.json`, written for a person to edit, and the lines that tell what it says.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createCatalog, type Snapshot } from './catalog.ts';
import { describePackage, stackedFiles } from './descriptor/data-package.ts';
import { type Json, keepDeclared, type Package } from './descriptor/keep-declared.ts';
import { visible } from './greeting.ts';
import { finish } from './query/relations.ts';
import { localPath } from './source/declared/package-read.ts';
import { startIngest } from './source/ingest.ts';

const NAME = 'datapackage.json';

/** What became of it: the lines to print, or the sentence that says why nothing was written. */
export type Described = Readonly<{ kind: 'written'; text: string } | { kind: 'refused'; message: string }>;

/**
 * Reads every file of a folder once and writes down what was found and declared.
 * @param folder an absolute path
 * @param isForced whether a `datapackage.json` that is there is written anew; all that it says is kept
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
  const wrong = snapshot.rejected.find((file) => file.path === NAME && file.code === 'bad-declaration');
  if (wrong !== undefined) return { kind: 'refused', message: cannotKeep(path, wrong.reason) };
  const found = finish(describePackage(basename(folder), snapshot, new Map(tables))) as unknown as Package;
  const described = existsSync(path) ? keepDeclared(found, await readPackage(path), fileOf) : found;
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

/** What it declares cannot be kept where it cannot be understood. */
function cannotKeep(path: string, reason: string): string {
  return `${path} is not written anew, as what it declares could not be kept. ${reason} Correct it, or take it away.`;
}

async function readPackage(path: string): Promise<Package> {
  return JSON.parse(new TextDecoder().decode(await readFile(path)));
}

function fileOf({ path }: Json): string | null {
  return localPath('', path as string | readonly string[] | undefined);
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
  const others = rejected.map(
    ({ path, reason }) => `  ${visible(path)}  ${path === NAME ? '' : 'left out: '}${visible(reason)}`,
  );
  const several = [...stacked].map(
    ([path, count]) =>
      `  ${visible(path)}  left out: it holds ${count} tables, and one file is to be one table`,
  );
  const lines = [...told, ...several, ...others];
  return lines.length === 0 ? ['  no files yet'] : lines;
}
