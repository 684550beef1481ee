// Which fields identify a row, and how a row is found by the values of them.

import { type Column, valueAt } from './column.ts';
import type { Value } from './field-types.ts';
import { findNumber, findRowLike, indexUnique, type KeyIndex } from './key-index.ts';
import type { Field } from './schema.ts';

/** How a table's rows are identified: by the values of one field or of several, or by their number from 1. */
export type Key =
  | Readonly<{
      mode: 'field';
      /** The names of the fields, and where they stand in the table, in the order in which a key lists their values. */
      fields: readonly string[];
      columns: readonly number[];
      index: KeyIndex;
    }>
  | Readonly<{ mode: 'rowNumber'; fields: readonly [] }>;

/** A row's key: the value of its field, the values of several fields in order, or its number. */
export type KeyValue = Value | readonly Value[];

/** The key of tables in which no field identifies a row. */
export const ROW_NUMBER_KEY: Key = Object.freeze({
  mode: 'rowNumber',
  fields: Object.freeze([]) as readonly [],
});

/**
 * Chooses the key: the declared fields if together they are unique and complete; else a field named `id` in any case
 * that is; else the first field if it is, and is an integer, a date or a string; else the row number.
 * @param declared the names of the declared primary key's fields
 */
export function chooseKey(
  fields: readonly Field[],
  columns: readonly Column[],
  rowCount: number,
  declared: readonly string[] | null = null,
): Key {
  const wanted = declared === null ? null : keyOn(fields, columns, rowCount, declared);
  if (wanted !== null) return wanted;
  const named = fields.find((field) => field.name.toLowerCase() === 'id');
  const [first] = fields;
  const isFirstFit = first !== undefined && ['integer', 'date', 'string'].includes(first.type);
  for (const field of [named, isFirstFit ? first : undefined]) {
    if (field === undefined || field.type === 'boolean') continue;
    const key = keyOn(fields, columns, rowCount, [field.name]);
    if (key !== null) return key;
  }
  return ROW_NUMBER_KEY;
}

/** A key on fields by their names; null where one is missing or named twice, or they do not identify the rows. */
function keyOn(
  fields: readonly Field[],
  columns: readonly Column[],
  rowCount: number,
  names: readonly string[],
): Key | null {
  const at = names.map((name) => fields.findIndex((field) => field.name === name));
  if (at.length === 0 || at.includes(-1) || new Set(at).size < at.length) return null;
  const index = indexUnique(
    at.map((column) => columns[column] as Column),
    rowCount,
  );
  if (index === null) return null;
  return Object.freeze({
    mode: 'field',
    fields: Object.freeze([...names]),
    columns: Object.freeze(at),
    index,
  });
}

/** The columns that a key stands in, in its order. */
export function keyColumns(key: Key & { mode: 'field' }, columns: readonly Column[]): readonly Column[] {
  return key.columns.map((at) => columns[at] as Column);
}

/** Finds the row of one table whose key is that of a row of another; both tables' key columns are of the same kinds. */
export function findSameKey(
  { columns: at, index }: Key & { mode: 'field' },
  columns: readonly Column[],
  others: readonly Column[],
  row: number,
): number {
  const [first, other] = [columns[at[0] as number] as Column, others[0] as Column];
  if (at.length > 1)
    return findRowLike(
      index,
      at.map((column) => columns[column] as Column),
      others,
      row,
    );
  if (first.kind === 'text' || other.kind === 'text') return findRowLike(index, [first], others, row);
  return findNumber(index, first, Number(valueAt(other, row)));
}

/** A row's key as a JSON value: its field's value, an array of several fields' values, or its number from 1. */
export function keyOf(key: Key, columns: readonly Column[], row: number): KeyValue {
  if (key.mode === 'rowNumber') return row + 1;
  if (key.columns.length === 1) return valueAt(columns[key.columns[0] as number] as Column, row);
  return Object.freeze(key.columns.map((at) => valueAt(columns[at] as Column, row)));
}
