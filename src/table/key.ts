// Which field identifies a row, and the index that finds a row by its key.

import { type Column, valueAt } from './column.ts';
import type { Value } from './field-types.ts';
import { castInteger, castNumber } from './numbers.ts';
import type { Field } from './schema.ts';
import { hashText, sameText } from './text-store.ts';

/**
 * Finds rows by key. `sorted`: the key column's integers ascend. `hash`: an open-addressing table over shared
 * memory, row + 1 in each slot that is taken, its size a power of two.
 */
export type KeyIndex = Readonly<{ kind: 'sorted' }> | Readonly<{ kind: 'hash'; slots: Uint32Array }>;

/** How a table's rows are identified: by a field's value, or by their number from 1. */
export type Key =
  | Readonly<{ mode: 'field'; fields: readonly [string]; column: number; index: KeyIndex }>
  | Readonly<{ mode: 'rowNumber'; fields: readonly [] }>;

/** The key of tables in which no field identifies a row. */
export const ROW_NUMBER_KEY: Key = Object.freeze({
  mode: 'rowNumber',
  fields: Object.freeze([]) as readonly [],
});

/**
 * Chooses the key: a field named `id` in any case that is unique and complete; else the first field if it is unique,
 * complete and an integer, a date or a string; else the row number.
 */
export function chooseKey(fields: readonly Field[], columns: readonly Column[], rowCount: number): Key {
  const named = fields.findIndex((field) => field.name.toLowerCase() === 'id');
  const first = fields[0];
  const isFirstFit = first !== undefined && ['integer', 'date', 'string'].includes(first.type);
  for (const at of [named, isFirstFit ? 0 : -1]) {
    const column = columns[at];
    if (column === undefined) continue;
    const index = indexUnique(column, rowCount);
    if (index === null) continue;
    return Object.freeze({
      mode: 'field',
      fields: Object.freeze([(fields[at] as Field).name] as const),
      column: at,
      index,
    });
  }
  return ROW_NUMBER_KEY;
}

/**
 * Builds the index of a column whose values are all there and all different.
 * @returns the index, or null when a cell is null or a value repeats
 */
export function indexUnique(column: Column, rowCount: number): KeyIndex | null {
  if (column.nulls?.some((byte) => byte !== 0)) return null;
  if (column.kind === 'boolean') return null;
  if (column.kind === 'integer' && isAscending(column.values, rowCount))
    return Object.freeze({ kind: 'sorted' });
  if (column.kind === 'text' && column.codes !== null && column.entries.offsets.length - 1 < rowCount)
    return null;
  let size = 16;
  while (size < rowCount * 2) size *= 2;
  const slots = new Uint32Array(new SharedArrayBuffer(size * 4));
  for (let row = 0; row < rowCount; row++) {
    let at = hashCell(column, row) & (size - 1);
    for (let taken = slots[at] as number; taken !== 0; taken = slots[at] as number) {
      if (isSameValue(column, taken - 1, column, row)) return null;
      at = (at + 1) & (size - 1);
    }
    slots[at] = row + 1;
  }
  return Object.freeze({ kind: 'hash', slots });
}

/**
 * Finds the row whose key has a given canonical text, as it stands in a URL: `01`, `1.0` and ` 1` are no key.
 * @returns the row's index from 0, or -1
 */
export function findByKeyText(key: Key, columns: readonly Column[], rowCount: number, text: string): number {
  if (key.mode === 'rowNumber') {
    const number = castInteger(text);
    return number !== undefined && number >= 1 && number <= rowCount ? number - 1 : -1;
  }
  const column = columns[key.column] as Column;
  if (column.kind === 'text') return findText(key.index, column, text);
  const value = column.kind === 'integer' ? castInteger(text) : castNumber(text);
  return value === undefined || String(value) !== text ? -1 : findNumber(key.index, column, value);
}

/** Finds the row of one table whose key is that of a row of another; both key columns are of one kind. */
export function findSameKey(
  key: Key & { mode: 'field' },
  columns: readonly Column[],
  other: Column,
  row: number,
): number {
  const column = columns[key.column] as Column;
  if (column.kind !== 'text' || other.kind !== 'text')
    return findNumber(key.index, column, valueAt(other, row) as number);
  const { slots } = key.index as KeyIndex & { kind: 'hash' };
  return probe(slots, hashCell(other, row), (candidate) => isSameValue(column, candidate, other, row));
}

/** A row's key as a JSON value: its field's value, or its number from 1. */
export function keyOf(key: Key, columns: readonly Column[], row: number): Value {
  return key.mode === 'rowNumber' ? row + 1 : valueAt(columns[key.column] as Column, row);
}

function isAscending(values: Int32Array | Float64Array, rowCount: number): boolean {
  for (let row = 1; row < rowCount; row++)
    if ((values[row] as number) <= (values[row - 1] as number)) return false;
  return true;
}

function hashCell(column: Column, row: number): number {
  if (column.kind === 'text')
    return hashText(column.entries, column.codes === null ? row : (column.codes[row] as number));
  return hashNumber(column.values[row] as number);
}

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

function hashNumber(value: number): number {
  double[0] = value + 0; // -0 and 0 are one value
  let hash = Math.imul((halves[0] as number) ^ Math.imul(halves[1] as number, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0xc2b2ae35) >>> 7;
}

function isSameValue(a: Column, i: number, b: Column, j: number): boolean {
  if (a.kind === 'text' && b.kind === 'text') {
    return sameText(
      a.entries,
      a.codes === null ? i : (a.codes[i] as number),
      b.entries,
      b.codes === null ? j : (b.codes[j] as number),
    );
  }
  return valueAt(a, i) === valueAt(b, j);
}

function probe(slots: Uint32Array, hash: number, isFound: (row: number) => boolean): number {
  const mask = slots.length - 1;
  for (let at = hash & mask; slots[at] !== 0; at = (at + 1) & mask) {
    const row = (slots[at] as number) - 1;
    if (isFound(row)) return row;
  }
  return -1;
}

function findText(index: KeyIndex, column: Column & { kind: 'text' }, text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  const wanted = {
    kind: 'text',
    codes: null,
    entries: { bytes, offsets: Uint32Array.of(0, bytes.length) },
    nulls: null,
    exceptions: null,
  } as const;
  const { slots } = index as KeyIndex & { kind: 'hash' };
  return probe(slots, hashCell(wanted, 0), (row) => isSameValue(column, row, wanted, 0));
}

function findNumber(index: KeyIndex, column: Column, value: number): number {
  const { values } = column as Column & { kind: 'integer' | 'number' };
  if (index.kind === 'hash') return probe(index.slots, hashNumber(value), (row) => values[row] === value);
  let low = 0;
  let high = values.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = values[middle] as number;
    if (found === value) return middle;
    if (found < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
