// A column → all of it in the order of its values: ranks of rows, rows of ranks.

import { type Column, isNull, type TextColumn } from '../table/column.ts';
import { sortByKey } from './radix-sort.ts';
import { orderTexts } from './text-order.ts';

/** All of one column in the order of its values, in shared memory; made once per version (and collation). */
export type ColumnIndex = Readonly<{
  /** The dense rank of each row's value, from 0; nulls have the rank `distinct`. */
  ranks: Uint32Array;
  /** How many different values there are, nulls apart. */
  distinct: number;
  /** Rows in ascending order of value, ties by row, nulls last; those of rank r are rows[starts[r] .. starts[r + 1]]. */
  rows: Uint32Array;
  /** `distinct + 2` elements. */
  starts: Uint32Array;
}>;

type Nulls = Column['nulls'];
type Codes = Uint8Array | Uint16Array | Uint32Array;
/** Codes that occur, in ascending order of what they stand for. */
type CodeOrder = Readonly<{ sorted: Uint32Array; isSame: (a: number, b: number) => boolean }>;

/**
 * Builds the index of a column. Time, a million rows: 10 to 100 ms; more for text that mostly differs.
 * @param collate a BCP 47 locale for text, or null for code points; texts that are equal there have one rank
 */
export function buildColumnIndex(column: Column, rowCount: number, collate: string | null): ColumnIndex {
  if (column.kind === 'text') return indexTexts(column, rowCount, collate);
  const { values, nulls } = column;
  if (values instanceof Uint8Array) return fromCodes(values, 2, nulls, ascending);
  const { least, most } = rangeOf(column, values, rowCount);
  if (column.kind === 'integer' && most - least < Math.max(rowCount * 2, 256)) {
    const codes = new Uint32Array(rowCount);
    for (let row = 0; row < rowCount; row++) codes[row] = (values[row] as number) - least;
    // Cells of null hold a zero, which may lie outside.
    if (nulls !== null) for (let row = 0; row < rowCount; row++) if (isNull(column, row)) codes[row] = 0;
    return fromCodes(codes, Math.max(most - least + 1, 1), nulls, ascending);
  }
  const sorted = sortNumbers(values, presentRows(nulls, rowCount));
  return fromOrder(sorted, (a, b) => values[a] === values[b], nulls, rowCount);
}

function indexTexts(column: TextColumn, rowCount: number, collate: string | null): ColumnIndex {
  const { codes, entries, nulls } = column;
  if (codes !== null) {
    return fromCodes(codes, entries.offsets.length - 1, nulls, (used) => orderTexts(entries, used, collate));
  }
  const { sorted, isSame } = orderTexts(entries, presentRows(nulls, rowCount), collate);
  return fromOrder(sorted, isSame, nulls, rowCount);
}

function ascending(used: Uint32Array): CodeOrder {
  return { sorted: used, isSame: () => false };
}

/** An index of a column whose rows hold codes: only the codes are sorted, and rows are counted into place. */
function fromCodes(
  codes: Codes,
  codeCount: number,
  nulls: Nulls,
  order: (used: Uint32Array) => CodeOrder,
): ColumnIndex {
  const rowCount = codes.length;
  const isUsed = new Uint8Array(codeCount);
  for (let row = 0; row < rowCount; row++) if (!hasNull(nulls, row)) isUsed[codes[row] as number] = 1;
  const used = new Uint32Array(codeCount);
  let count = 0;
  for (let code = 0; code < codeCount; code++) if (isUsed[code] === 1) used[count++] = code;
  const { sorted, isSame } = order(used.subarray(0, count));
  const rankOf = new Uint32Array(codeCount);
  let distinct = 0;
  for (let i = 0; i < count; i++) {
    if (i === 0 || !isSame(sorted[i - 1] as number, sorted[i] as number)) distinct++;
    rankOf[sorted[i] as number] = distinct - 1;
  }
  const ranks = sharedNumbers(rowCount);
  for (let row = 0; row < rowCount; row++) {
    ranks[row] = hasNull(nulls, row) ? distinct : (rankOf[codes[row] as number] as number);
  }
  return indexOfRanks(ranks, distinct);
}

/** The index of rows whose ranks are known. @param ranks dense, in shared memory; `distinct` for null */
export function indexOfRanks(ranks: Uint32Array, distinct: number): ColumnIndex {
  const rowCount = ranks.length;
  const starts = sharedNumbers(distinct + 2);
  for (let row = 0; row < rowCount; row++) {
    const after = (ranks[row] as number) + 1;
    starts[after] = (starts[after] as number) + 1;
  }
  for (let rank = 1; rank < starts.length; rank++)
    starts[rank] = (starts[rank] as number) + (starts[rank - 1] as number);
  const places = starts.slice();
  const rows = sharedNumbers(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const rank = ranks[row] as number;
    const place = places[rank] as number;
    rows[place] = row;
    places[rank] = place + 1;
  }
  return Object.freeze({ ranks, distinct, rows, starts });
}

/** An index of a column whose rows are sorted already, those of null left out. */
function fromOrder(
  sorted: Uint32Array,
  isSame: (a: number, b: number) => boolean,
  nulls: Nulls,
  rowCount: number,
): ColumnIndex {
  const rows = sharedNumbers(rowCount);
  rows.set(sorted);
  const ranks = sharedNumbers(rowCount);
  const starts = new Uint32Array(sorted.length + 2);
  let distinct = 0;
  for (let place = 0; place < sorted.length; place++) {
    const row = sorted[place] as number;
    if (place === 0 || !isSame(sorted[place - 1] as number, row)) starts[distinct++] = place;
    ranks[row] = distinct - 1;
  }
  starts[distinct] = sorted.length;
  starts[distinct + 1] = rowCount;
  if (nulls !== null) {
    let place = sorted.length;
    for (let row = 0; row < rowCount; row++) {
      if (!hasNull(nulls, row)) continue;
      ranks[row] = distinct;
      rows[place++] = row;
    }
  }
  const used = sharedNumbers(distinct + 2);
  used.set(starts.subarray(0, distinct + 2));
  return Object.freeze({ ranks, distinct, rows, starts: used });
}

function presentRows(nulls: Nulls, rowCount: number): Uint32Array {
  const rows = new Uint32Array(rowCount);
  let count = 0;
  for (let row = 0; row < rowCount; row++) if (!hasNull(nulls, row)) rows[count++] = row;
  return rows.subarray(0, count);
}

/** Sorts rows by value: by the halves of their doubles, made such that their bits stand in the order of the values. */
function sortNumbers(values: Int32Array | Float64Array, rows: Uint32Array): Uint32Array {
  const low = new Uint32Array(values.length);
  const high = new Uint32Array(values.length);
  const double = new Float64Array(1);
  const halves = new Uint32Array(double.buffer);
  for (let row = 0; row < values.length; row++) {
    double[0] = (values[row] as number) + 0; // -0 is 0
    const top = halves[1] as number;
    const isNegative = top >>> 31 === 1;
    low[row] = isNegative ? ~(halves[0] as number) : (halves[0] as number);
    high[row] = isNegative ? ~top : top | 0x80000000;
  }
  const spare = new Uint32Array(rows.length);
  const byLow = sortByKey(rows, low, 0xffffffff, spare);
  return sortByKey(byLow, high, 0xffffffff, byLow === rows ? spare : rows);
}

function rangeOf(column: Column, values: Int32Array | Float64Array, rowCount: number) {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rowCount; row++) {
    if (hasNull(column.nulls, row)) continue;
    const value = values[row] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least > most ? { least: 0, most: 0 } : { least, most };
}

function hasNull(nulls: Nulls, row: number): boolean {
  return nulls !== null && ((nulls[row >> 3] as number) & (1 << (row & 7))) !== 0;
}

function sharedNumbers(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * 4));
}
