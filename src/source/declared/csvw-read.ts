// Parsed CSVW metadata, of one file or of a folder → what it declares of each file, or what is wrong with it.

import { readCsvwDialect } from './csvw-dialect.ts';
import { CSVW } from './csvw-schema.ts';
import {
  commonText,
  datatypeFaults,
  decoded,
  type GivenTable,
  inCsvw,
  readTableSchema,
} from './csvw-table.ts';
import { CSVW_SUFFIX, type Declaration, isOfFolder } from './declaration.ts';
import { senseFaults } from './declared-sense.ts';
import { type Fault, faultAt, faultFinder, pointerTo } from './declared-words.ts';
import { whyLeftOut } from './left-out.ts';
import { finishDeclaration, localPath, resolveLocal, type Understood } from './package-read.ts';

/** A table, its pointer, and its file; null: one that is not served. */
type Listed = Readonly<{ table: GivenTable; at: string; path: string | null }>;

let findFaults: ReturnType<typeof faultFinder> | null = null;

/** @param origin the file's path, relative to the data folder: it says which file is spoken of, or which folder */
export function readCsvw(origin: string, json: unknown): Understood {
  findFaults ??= faultFinder(CSVW);
  const faults = [...findFaults(json)];
  if (faults.length > 0) return { kind: 'faulty', faults };
  const group = json as GivenTable;
  const folder = origin.slice(0, origin.lastIndexOf('/') + 1);
  const listed = isOfFolder(origin)
    ? tablesOf(group, folder, faults)
    : tableOf(group, origin.slice(0, -CSVW_SUFFIX.length).normalize('NFC'), folder, faults);
  const about = new Map<string, Declaration>();
  const notes: string[] = [];
  for (const { table, at, path } of listed) {
    if (path === null) {
      notes.push(`${at}/url is left out: ${whyLeftOut({ path: table.url ?? [] })}`);
      continue;
    }
    if (about.has(path)) faults.push(faultAt(`${at}/url`, table.url, 'a file that no other table has'));
    about.set(path, declare(origin, table, group, at, path, faults));
  }
  return faults.length > 0 ? { kind: 'faulty', faults } : { kind: 'understood', about, notes };
}

/** The table that is of one file. */
function tableOf(group: GivenTable, path: string, folder: string, faults: Fault[]): readonly Listed[] {
  const isOfFile = ({ url }: GivenTable) => url !== undefined && resolveLocal(folder, decoded(url)) === path;
  const index = group.tables?.findIndex(isOfFile) ?? -1;
  const table = group.tables === undefined ? group : group.tables[index];
  if (table !== undefined && (table.url === undefined || isOfFile(table)))
    return [{ table, at: index === -1 ? '' : pointerTo('tables', index), path }];
  const at = group.tables === undefined ? '/url' : '/tables';
  faults.push(faultAt(at, table?.url ?? group.tables, `the file ${path.slice(folder.length)}`));
  return [];
}

/** All tables, each with the file that it names. */
function tablesOf(group: GivenTable, folder: string, faults: Fault[]): readonly Listed[] {
  return (group.tables ?? [group]).flatMap((table, index) => {
    const at = group.tables === undefined ? '' : pointerTo('tables', index);
    if (table.url !== undefined) return [{ table, at, path: localPath(folder, decoded(table.url)) }];
    faults.push(faultAt(`${at}/url`, undefined, 'the path of a CSV or TSV file'));
    return [];
  });
}

function declare(
  origin: string,
  table: GivenTable,
  group: GivenTable,
  at: string,
  path: string,
  faults: Fault[],
): Declaration {
  const folder = origin.slice(0, origin.lastIndexOf('/') + 1);
  const notes: string[] = [];
  const schema = readTableSchema(table, group, folder, path, notes);
  // A group may say it for all of its tables.
  const own = table.tableSchema === undefined ? group.tableSchema : table.tableSchema;
  const here = `${table.tableSchema === undefined ? '' : at}/tableSchema`;
  faults.push(...datatypeFaults(own, here), ...senseFaults(schema, here).map(inCsvw));
  const dialect = readCsvwDialect({ ...group.dialect, ...table.dialect });
  const title = commonText(table['dc:title']);
  const description = commonText(table['dc:description']);
  return finishDeclaration({
    origin,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    encoding: dialect.encoding,
    dialect: dialect.dialect,
    ...schema,
    notes: [...dialect.notes, ...notes],
  });
}
