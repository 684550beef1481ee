// Columns whose values are different in every row → an index that finds a row by them.

import { type Column, isNull, valueAt } from './column.ts';
import { hashText, sameText } from './text-store.ts';

/**
 * Finds rows by the values of columns. `sorted`: the one column's integers ascend. `hash`: an open-addressing table
 * over shared memory, row + 1 in each slot that is taken, its size a power of two.
 */
export type KeyIndex = Readonly<{ kind: 'sorted' }> | Readonly<{ kind: 'hash'; slots: Uint32Array }>;

/** Rows between two pauses. */
const SLICE = 4096;

/**
 * Builds the index of columns whose values are all there and, taken together, all different.
 * @returns the index, or null when a cell is null or the values of a row come again
 */
export function indexUnique(columns: readonly Column[], rowCount: number): KeyIndex | null {
  if (columns.some(({ nulls }) => nulls?.some((byte) => byte !== 0))) return null;
  const steps = indexRows(columns, rowCount);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * The same, with pauses, and of rows without a null alone: whoever looks for values finds no row that lacks one.
 * @returns null when the values of a row come again
 */
export function* indexRows(columns: readonly Column[], rowCount: number): Generator<void, KeyIndex | null> {
  const [first] = columns;
  const isOne = columns.length === 1;
  if (isOne && first?.kind === 'integer' && first.nulls === null && isAscending(first.values, rowCount))
    return Object.freeze({ kind: 'sorted' });
  // A null takes an entry too, so one may be there for it.
  if (isOne && first?.kind === 'text' && first.codes !== null && first.nulls === null)
    if (first.entries.offsets.length - 1 < rowCount) return null;
  let size = 16;
  while (size < rowCount * 2) size *= 2;
  const slots = new Uint32Array(new SharedArrayBuffer(size * 4));
  for (let row = 0; row < rowCount; row += SLICE) {
    if (row > 0) yield;
    if (!fill(slots, columns, row, Math.min(row + SLICE, rowCount))) return null;
  }
  return Object.freeze({ kind: 'hash', slots });
}

/** Puts rows in. @returns whether all of them are different */
function fill(slots: Uint32Array, columns: readonly Column[], from: number, to: number): boolean {
  const mask = slots.length - 1;
  const hasNulls = columns.some(({ nulls }) => nulls !== null);
  for (let row = from; row < to; row++) {
    if (hasNulls && columns.some((column) => isNull(column, row))) continue;
    let at = hashRow(columns, row) & mask;
    for (let taken = slots[at] as number; taken !== 0; taken = slots[at] as number) {
      if (isSameRow(columns, taken - 1, columns, row)) return false;
      at = (at + 1) & mask;
    }
    slots[at] = row + 1;
  }
  return true;
}

/**
 * Finds the row whose values in the indexed columns are those of a row of others, column by column of one kind.
 * @returns the row's index from 0, or -1
 */
export function findRowLike(
  index: KeyIndex,
  columns: readonly Column[],
  others: readonly Column[],
  row: number,
): number {
  if (index.kind === 'sorted')
    return findNumber(index, columns[0] as Column, valueAt(others[0] as Column, row) as number);
  return probe(index.slots, hashRow(others, row), (candidate) => isSameRow(columns, candidate, others, row));
}

/** Finds the row that has a number in the one indexed column; true is 1. */
export function findNumber(index: KeyIndex, column: Column, value: number): number {
  const { values } = column as Exclude<Column, { kind: 'text' }>;
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

function isAscending(values: Int32Array | Float64Array, rowCount: number): boolean {
  for (let row = 1; row < rowCount; row++)
    if ((values[row] as number) <= (values[row - 1] as number)) return false;
  return true;
}

/** Of one column the hash of its cell; the others are mixed in. */
function hashRow(columns: readonly Column[], row: number): number {
  let hash = hashCell(columns[0] as Column, row);
  for (let at = 1; at < columns.length; at++)
    hash = mix(Math.imul(hash, 0x9e3779b1) ^ hashCell(columns[at] as Column, row));
  return hash;
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
  return mix((halves[0] as number) ^ Math.imul(halves[1] as number, 0x9e3779b1));
}

function mix(bits: number): number {
  const hash = Math.imul(bits, 0x85ebca6b);
  return Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) >>> 7;
}

function isSameRow(a: readonly Column[], i: number, b: readonly Column[], j: number): boolean {
  for (let at = 0; at < a.length; at++)
    if (!isSameValue(a[at] as Column, i, b[at] as Column, j)) return false;
  return true;
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
