// Some rows of a table → a small table of just these, which holds on to nothing of the large one.

import { type Column, entryOf, findException, isNull, type TextColumn } from './column.ts';
import { type Key, keyColumns, ROW_NUMBER_KEY } from './key.ts';
import { indexUnique } from './key-index.ts';
import type { Table } from './table.ts';
import type { TextStore } from './text-store.ts';

/** What a cell of a column without text takes. */
const VALUE_BYTES = 8;

/**
 * Copies rows. Schema and kinds of columns stay, cells keep value and physical text, also where one stands apart from
 * the other; the version is empty, since nothing was read in this form.
 * @param rows indices into the table, each once, in any order: they are the new table's rows in this order
 */
export function pickRows(table: Table, rows: readonly number[]): Table {
  const columns = Object.freeze(table.columns.map((column) => Object.freeze(pickCells(column, rows))));
  return Object.freeze({
    schema: table.schema,
    columns,
    rowCount: rows.length,
    key: pickKey(table.key, columns, rows.length),
    version: '',
  });
}

/**
 * About how many bytes the cells of some rows take, told without reading them.
 * @param most stops counting past so many
 */
export function sizeOfRows(table: Table, rows: readonly number[], most: number): number {
  let size = 0;
  for (const column of table.columns) {
    size += rows.length * VALUE_BYTES;
    if (column.kind === 'text')
      for (const row of rows) size += textLength(column.entries, entryOf(column, row));
    if (column.exceptions !== null) size += exceptionBytes(column.exceptions, rows);
    if (size > most) break;
  }
  return size;
}

function exceptionBytes(exceptions: NonNullable<Column['exceptions']>, rows: readonly number[]): number {
  let size = 0;
  for (const row of rows) {
    const at = findException(exceptions, row);
    if (at !== -1) size += textLength(exceptions.texts, at);
  }
  return size;
}

function pickKey(key: Key, columns: readonly Column[], rowCount: number): Key {
  if (key.mode === 'rowNumber') return key;
  const index = indexUnique(keyColumns(key, columns), rowCount);
  return index === null ? ROW_NUMBER_KEY : Object.freeze({ ...key, index });
}

function pickCells(column: Column, rows: readonly number[]): Column {
  const common = {
    nulls: pickNulls(column, rows),
    exceptions: pickExceptions(column.exceptions, rows),
    ...(column.written === undefined ? {} : { written: column.written }),
  };
  switch (column.kind) {
    case 'integer':
      return {
        kind: 'integer',
        values: Float64Array.from(rows, (row) => column.values[row] as number),
        ...common,
      };
    case 'number': {
      const { scales } = column;
      return {
        kind: 'number',
        values: Float64Array.from(rows, (row) => column.values[row] as number),
        scales: typeof scales === 'number' ? scales : Uint8Array.from(rows, (row) => scales[row] as number),
        ...common,
      };
    }
    case 'boolean':
      return {
        kind: 'boolean',
        values: Uint8Array.from(rows, (row) => column.values[row] as number),
        texts: column.texts,
        ...common,
      };
    case 'text':
      return { kind: 'text', codes: null, entries: pickEntries(column, rows), ...common };
  }
}

function pickEntries(column: TextColumn, rows: readonly number[]): TextStore {
  return copyTexts(
    column.entries,
    rows.map((row) => entryOf(column, row)),
  );
}

function pickNulls(column: Column, rows: readonly number[]): Uint8Array | null {
  if (column.nulls === null || !rows.some((row) => isNull(column, row))) return null;
  const bits = new Uint8Array((rows.length + 7) >> 3);
  rows.forEach((row, at) => {
    if (isNull(column, row)) bits[at >> 3] = (bits[at >> 3] as number) | (1 << (at & 7));
  });
  return bits;
}

function pickExceptions(exceptions: Column['exceptions'], rows: readonly number[]): Column['exceptions'] {
  if (exceptions === null) return null;
  const picked: number[] = [];
  const entries: number[] = [];
  rows.forEach((row, at) => {
    const entry = findException(exceptions, row);
    if (entry === -1) return;
    picked.push(at);
    entries.push(entry);
  });
  if (picked.length === 0) return null;
  return Object.freeze({ rows: Uint32Array.from(picked), texts: copyTexts(exceptions.texts, entries) });
}

/** Copies entries of a store, one after the other. */
function copyTexts(store: TextStore, entries: readonly number[]): TextStore {
  const offsets = new Uint32Array(entries.length + 1);
  entries.forEach((entry, at) => {
    offsets[at + 1] = (offsets[at] as number) + textLength(store, entry);
  });
  const bytes = new Uint8Array(offsets[entries.length] as number);
  entries.forEach((entry, at) => {
    bytes.set(store.bytes.subarray(store.offsets[entry], store.offsets[entry + 1]), offsets[at]);
  });
  return Object.freeze({ bytes, offsets });
}

function textLength({ offsets }: TextStore, entry: number): number {
  return (offsets[entry + 1] as number) - (offsets[entry] as number);
}
