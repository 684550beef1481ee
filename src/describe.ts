// A data folder → its `datapackage.json`, written for a person to edit, and the lines that tell what it says.
import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
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
  const written = existsSync(path) ? await readPackage(path) : null;
  if (written === 'unreadable') return { kind: 'refused', message: cannotKeep(path, UNREADABLE) };
  const described = written === null ? found : keepDeclared(found, written, fileOf);
  try {
    await writeWhole(path, `${JSON.stringify(described, null, 2)}\n`, isForced);
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

const UNREADABLE = 'It is no file of the folder that can be read as a Data Package.';

/** What stands there, where it is a file of the folder; a directory, say, or a link elsewhere was not looked at. */
async function readPackage(path: string): Promise<Package | 'unreadable'> {
  try {
    const json = JSON.parse(new TextDecoder().decode(await readFile(path)));
    return Array.isArray(json?.resources) ? json : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

/** Writes beside the path first: what a person wrote is replaced by the whole, or stays. */
async function writeWhole(path: string, text: string, isForced: boolean): Promise<void> {
  if (!isForced) return writeFile(path, text, { flag: 'wx' });
  const beside = `${path}.tmp`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
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
