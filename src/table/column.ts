// One frozen column of cells, and what a cell says: its logical value and the text that stands in the file.

import type { Value } from './field-types.ts';
import { sameText, type TextStore, textAt } from './text-store.ts';
import { isWrittenAlike, type Written, writePhysical } from './written.ts';

/**
 * Cells whose text is not the one that their value is written as (`NA` for null, `1.0e+5`, a quoted empty cell).
 * `rows` ascends; entry `i` of `texts` is the text of row `rows[i]`.
 */
export type Exceptions = Readonly<{ rows: Uint32Array; texts: TextStore }>;

type Common = Readonly<{
  nulls: Uint8Array | null;
  exceptions: Exceptions | null;
  /** How values are written in the file; absent where they are written as everywhere. */
  written?: Written;
}>;

export type IntegerColumn = Common & Readonly<{ kind: 'integer'; values: Int32Array | Float64Array }>;
/** `scales` is the count of decimals as written: one for the whole column, or one for each cell. */
export type NumberColumn = Common &
  Readonly<{ kind: 'number'; values: Float64Array; scales: number | Uint8Array }>;
/** `texts` is how false and true are written. */
export type BooleanColumn = Common &
  Readonly<{ kind: 'boolean'; values: Uint8Array; texts: readonly [string, string] }>;
/** Row `r` holds entry `codes[r]`, or entry `r` where there are no codes (most cells differ). */
export type TextColumn = Common &
  Readonly<{ kind: 'text'; codes: Uint8Array | Uint16Array | Uint32Array | null; entries: TextStore }>;

/** A column in shared memory. `nulls` is a bit per row (null where no cell is null). */
export type Column = IntegerColumn | NumberColumn | BooleanColumn | TextColumn;

/** Whether a cell's logical value is null. */
export function isNull(column: Column, row: number): boolean {
  const { nulls } = column;
  return nulls !== null && ((nulls[row >> 3] as number) & (1 << (row & 7))) !== 0;
}

/** A cell's logical value. */
export function valueAt(column: Column, row: number): Value {
  if (isNull(column, row)) return null;
  switch (column.kind) {
    case 'integer':
    case 'number':
      return column.values[row] as number;
    case 'boolean':
      return column.values[row] === 1;
    case 'text':
      return textAt(column.entries, entryOf(column, row));
  }
}

/** A cell's physical text: what stands in the file, without its quotes; null for an unquoted empty cell. */
export function physicalText(column: Column, row: number): string | null {
  const { exceptions } = column;
  if (exceptions !== null) {
    const at = findException(exceptions, row);
    if (at !== -1) return textAt(exceptions.texts, at);
  }
  if (isNull(column, row)) return null;
  const text = plainText(column, row);
  return column.written === undefined ? text : writePhysical(text, column.written);
}

function plainText(column: Column, row: number): string {
  switch (column.kind) {
    case 'integer':
      return String(column.values[row]);
    case 'number':
      return (column.values[row] as number).toFixed(scaleOf(column, row));
    case 'boolean':
      return column.texts[column.values[row] as 0 | 1];
    case 'text':
      return textAt(column.entries, entryOf(column, row));
  }
}

/** The entry of a text column's store that a row holds. */
export function entryOf(column: TextColumn, row: number): number {
  return column.codes === null ? row : (column.codes[row] as number);
}

function scaleOf(column: NumberColumn, row: number): number {
  return typeof column.scales === 'number' ? column.scales : (column.scales[row] as number);
}

/** The index of a row among the exceptions, or -1; `rows` ascends. */
export function findException({ rows }: Exceptions, row: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = rows[middle] as number;
    if (found === row) return middle;
    if (found < row) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/**
 * Whether a cell of one column and a cell of another say the same: the same text, read as the same kind of value.
 */
export function sameCell(a: Column, i: number, b: Column, j: number): boolean {
  if (a.exceptions !== null || b.exceptions !== null || !isWrittenAlike(a.written, b.written))
    return physicalText(a, i) === physicalText(b, j);
  const empty = isNull(a, i);
  if (empty !== isNull(b, j)) return false;
  if (empty) return true;
  if (a.kind === 'text' && b.kind === 'text')
    return sameText(a.entries, entryOf(a, i), b.entries, entryOf(b, j));
  if (a.kind === 'number' && b.kind === 'number') {
    return a.values[i] === b.values[j] && scaleOf(a, i) === scaleOf(b, j);
  }
  if (a.kind === 'integer' && b.kind === 'integer') return a.values[i] === b.values[j];
  return physicalText(a, i) === physicalText(b, j);
}
