// A table: frozen columns under a schema, with a key and a version that names just this content.

import { createHash } from 'node:crypto';
import type { Column } from './column.ts';
import { type BuiltColumn, ColumnBuilder } from './column-builder.ts';
import { finishColumns } from './finish-columns.ts';
import { chooseKey, type Key, type KeyValue, keyOf } from './key.ts';
import { findByKeyText } from './key-text.ts';
import { type Field, type ForeignKey, fieldNames, type Schema, schemaIdentity } from './schema.ts';

/** One content of one file. Columns stand in field order; all of them have `rowCount` cells. */
export type Table = Readonly<{
  schema: Schema;
  columns: readonly Column[];
  rowCount: number;
  key: Key;
  /** A hash of schema and cells in order, 32 hexadecimal digits. */
  version: string;
}>;

/**
 * Closes the builders into a table: types, key and version are decided here.
 * @param header the names as they stand in the file; columns past its end are named `column_N`
 * @param builders a builder for each column, all with the same number of cells
 * @param isDelimiterComma whether a comma separates the file's cells: then it is no decimal mark
 */
export function finishTable(
  header: readonly string[],
  builders: readonly ColumnBuilder[],
  rowCount: number,
  isDelimiterComma = true,
): Table {
  const names = columnNames(header, builders.length);
  return closeTable(names, finishColumns(builders, isDelimiterComma), rowCount);
}

/** The names of so many columns; those past the header's end are `column_N`. */
export function columnNames(header: readonly string[], count: number): string[] {
  return fieldNames(Array.from({ length: count }, (_, index) => header[index] ?? ''));
}

/** What was declared about the keys of a table. */
export type DeclaredKeys = Readonly<{
  primaryKey: readonly string[] | null;
  foreignKeys: readonly ForeignKey[];
}>;

/**
 * Makes a table of finished columns: key and version are decided here.
 * @param names all different, one for each column
 */
export function closeTable(
  names: readonly string[],
  built: readonly BuiltColumn[],
  rowCount: number,
  { primaryKey, foreignKeys }: DeclaredKeys = { primaryKey: null, foreignKeys: [] },
): Table {
  const columns = Object.freeze(built.map(({ column }) => column));
  const fields = built.map(
    ({ field }, index) => ({ name: names[index] as string, ...field }) satisfies Field,
  );
  const key = chooseKey(fields, columns, rowCount, primaryKey);
  const known = foreignKeys.filter((foreign) => foreign.fields.every((name) => names.includes(name)));
  const schema: Schema = Object.freeze({
    fields: Object.freeze(fields.map((field) => withConstraints(field, key))),
    primaryKey: key.fields,
    ...(known.length === 0 ? {} : { foreignKeys: Object.freeze(known) }),
  });
  return Object.freeze({ schema, columns, rowCount, key, version: versionOf(schema, columns, rowCount) });
}

/** The fields of the key have a value in every row, and one field alone another in each. */
function withConstraints(field: Field, key: Key): Field {
  if (!key.fields.some((name) => name === field.name)) return Object.freeze(field);
  const unique = key.fields.length === 1 ? { unique: true } : {};
  return Object.freeze({
    ...field,
    constraints: Object.freeze({ ...field.constraints, required: true, ...unique }),
  });
}

/**
 * Builds a table from cells that are all there at once.
 * @param header the fields' names
 * @param rows cells in file order; null is an unquoted empty cell, `''` a quoted one
 */
export function tableOf(
  header: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  isDelimiterComma = true,
): Table {
  const builders = header.map(() => new ColumnBuilder());
  for (const row of rows) {
    for (const [index, builder] of builders.entries()) {
      const text = row[index] ?? null;
      if (text === null) builder.pushNull();
      else builder.push(text, text === '');
    }
  }
  return finishTable(header, builders, rows.length, isDelimiterComma);
}

/** The position of a field by its name, or -1. Names are compared exactly. */
export function fieldIndex(table: Table, name: string): number {
  return table.schema.fields.findIndex((field) => field.name === name);
}

/** The index of the row with a key's canonical text, or -1. */
export function findRow(table: Table, keyText: string): number {
  return findByKeyText(table.key, table.columns, table.rowCount, keyText);
}

/** A row's key as a JSON value; of several fields an array of their values. */
export function rowKey(table: Table, row: number): KeyValue {
  return keyOf(table.key, table.columns, row);
}

/** Freezes a table that came from another thread: freezing does not survive the way, shared memory does. */
export function freezeTable(table: Table): Table {
  for (const column of table.columns) Object.freeze(column);
  for (const field of table.schema.fields) Object.freeze(field);
  Object.freeze(table.schema.fields);
  Object.freeze(table.schema);
  Object.freeze(table.columns);
  Object.freeze(table.key);
  return Object.freeze(table);
}

function versionOf(schema: Schema, columns: readonly Column[], rowCount: number): string {
  const hash = createHash('sha256').update(JSON.stringify([schemaIdentity(schema), rowCount]));
  const add = (
    kind: string,
    array: Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array | null,
  ) => {
    hash.update(`${kind}:${array === null ? 'none' : array.byteLength};`);
    if (array !== null) hash.update(Buffer.from(array.buffer, array.byteOffset, array.byteLength));
  };
  for (const column of columns) {
    add('nulls', column.nulls);
    add('rows', column.exceptions?.rows ?? null);
    add('offsets', column.exceptions?.texts.offsets ?? null);
    add('texts', column.exceptions?.texts.bytes ?? null);
    if (column.written !== undefined) hash.update(JSON.stringify(column.written));
    if (column.kind === 'text') {
      add('codes', column.codes);
      add('offsets', column.entries.offsets);
      add('bytes', column.entries.bytes);
      continue;
    }
    add(column.kind, column.values);
    if (column.kind === 'boolean') hash.update(column.texts[1]);
    if (column.kind !== 'number') continue;
    if (typeof column.scales === 'number') hash.update(`scale:${column.scales}`);
    else add('scales', column.scales);
  }
  return hash.digest('hex').slice(0, 32);
}
