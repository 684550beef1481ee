// A moment of the catalog → the Data Package 2.0 descriptor of the whole folder.

import type { Entry, Snapshot } from '../catalog.ts';
import { foreignKeysOf } from '../query/relations.ts';
import type { DeclaredSchema } from '../table/declared/declared-field.ts';
import type { ForeignKey } from '../table/schema.ts';
import type { Table } from '../table/table.ts';
import { fieldsAsDeclared, schemaAsDeclared } from './as-declared.ts';
import { describeDialect } from './dialect-descriptor.ts';
import { describeField } from './field-descriptor.ts';
import { resourceNames, slugOf } from './resource-names.ts';

const PROFILE = 'https://datapackage.org/profiles/2.0/datapackage.json';

type Served = Entry & Readonly<{ table: Table }>;

/** A Data Package, as far as it is counted. */
export type DataPackage = Readonly<{ $schema: string; name: string; resources: readonly object[] }>;

/**
 * Describes every file that serves one table: what was found, and what was declared. A resource is a whole file, so
 * files in which tables are stacked have none. May pause where tables are compared for the first time.
 * @param folder the data folder's own name
 * @param tables those of the snapshot that can be read, by name
 */
export function* describePackage(
  folder: string,
  snapshot: Snapshot,
  tables: ReadonlyMap<string, Table>,
): Generator<void, DataPackage> {
  const entries = wholeFiles(snapshot);
  const names = resourceNames(entries.map(({ name }) => name));
  const resources: object[] = [];
  for (const entry of entries) {
    const { foreignKeys } = yield* foreignKeysOf(tables, entry.name);
    resources.push(
      describeResource(
        entry,
        names,
        foreignKeys.filter((key) => isHeld(key, entry, tables)),
      ),
    );
  }
  return { $schema: PROFILE, name: slugOf(folder), resources };
}

function wholeFiles(snapshot: Snapshot): readonly Served[] {
  const stacked = stackedFiles(snapshot);
  return [...snapshot.tables.values()].filter(
    (entry): entry is Served => entry.table !== null && !stacked.has(entry.path),
  );
}

/** The files that hold several tables, with how many. */
export function stackedFiles({ tables }: Snapshot): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { path } of tables.values()) counts.set(path, (counts.get(path) ?? 0) + 1);
  return new Map([...counts].filter(([, count]) => count > 1));
}

/** Whether all that a foreign key names is there: tools refuse a package in which it is not. */
function isHeld(
  { fields, reference }: ForeignKey,
  { name }: Entry,
  tables: ReadonlyMap<string, Table>,
): boolean {
  const has = (table: string, wanted: readonly string[]) => {
    const known = new Set(tables.get(table)?.schema.fields.map((field) => field.name));
    return wanted.every((each) => known.has(each));
  };
  return has(name, fields) && has(reference.resource === '' ? name : reference.resource, reference.fields);
}

function describeResource(
  { name, path, table, file }: Served,
  names: ReadonlyMap<string, string>,
  foreignKeys: readonly ForeignKey[],
): object {
  const isTabbed = path.toLowerCase().endsWith('.tsv');
  const { title, description } = file ?? {};
  return {
    name: names.get(name),
    type: 'table',
    path,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    format: isTabbed ? 'tsv' : 'csv',
    mediatype: isTabbed ? 'text/tab-separated-values' : 'text/csv',
    encoding: file?.encoding,
    bytes: file?.bytes,
    ...(file === null ? {} : { dialect: describeDialect(file.dialect) }),
    // A Table Schema has at least one field.
    ...(table.schema.fields.length === 0
      ? {}
      : { schema: describeSchema(table, file?.declaredSchema, names, foreignKeys) }),
  };
}

function describeSchema(
  { schema, key }: Table,
  declared: DeclaredSchema | undefined,
  names: ReadonlyMap<string, string>,
  foreignKeys: readonly ForeignKey[],
): object {
  const told = foreignKeys.flatMap(({ fields, reference }) => {
    const resource = reference.resource === '' ? '' : names.get(reference.resource);
    return resource === undefined ? [] : [{ fields, reference: { resource, fields: reference.fields } }];
  });
  const asDeclared = declared === undefined ? () => ({}) : fieldsAsDeclared(declared);
  const fieldNames = new Set(schema.fields.map(({ name }) => name));
  return {
    fields: schema.fields.map((field) => {
      const isInKey = key.fields.some((name) => name === field.name);
      const isKey = isInKey && key.fields.length === 1;
      return { ...describeField(field, isKey, isInKey), ...asDeclared(field) };
    }),
    ...(key.mode === 'field' ? { primaryKey: key.fields } : {}),
    ...(declared === undefined ? {} : schemaAsDeclared(declared, fieldNames)),
    ...(told.length === 0 ? {} : { foreignKeys: told }),
  };
}
