// The end of one block of lines and the beginning of another → whether the second is a table of its own.
//
// A ragged file is one table: that a block has a width of its own is not enough. It needs a header of its own.

import { isMissingText } from '../../table/missing.ts';
import { cellKind, isTyped } from '../dialect/cell-kinds.ts';

type Cells = readonly string[];

/** A block's first record and those behind it. */
export type Block = Readonly<{ header: Cells; rows: readonly Cells[] }>;

/** So many of a block's rows must have its width. */
const AGREEING_SHARE = 0.9;
/** A header that returns with a column more or less has at least so many of the names, and this share of them. */
const SAME_NAMES = 2;
const SAME_SHARE = 0.6;

/**
 * @param upper the table above: its header (no cells if it has none) and some of its rows
 * @param lower what may be a table: what may be its header, and the rows behind it
 * @param isApart whether a blank line stands between them
 */
export function isStackedTable(upper: Block, lower: Block, isApart: boolean): boolean {
  const names = lower.header;
  if (
    upper.rows.length === 0 ||
    lower.rows.length === 0 ||
    names.some((name) => name === '' || isMissingText(name)) ||
    new Set(names).size !== names.length
  )
    return false;
  if (isSame(upper.header, names)) return names.length > 1 || isApart;
  const width = usual(lower.rows);
  if (names.length < 2 || width !== names.length || !isConsistent(lower.rows, width)) return false;
  const upperWidth = usual(upper.rows);
  if (width !== upperWidth && isNearlySame(upper.header, names)) return true;
  if (upperWidth < 2 || !isConsistent(upper.rows, upperWidth)) return false;
  if (!isEvidentHeader(names, lower.rows)) return false;
  // One row is enough where it shows that it has a header.
  if (upper.rows.length < 2 && !(isApart && width > upperWidth && isEvidentHeader(upper.header, upper.rows)))
    return false;
  if (width !== upperWidth) return lower.rows.length >= (isApart ? 2 : 3);
  return isApart && lower.rows.length >= 2 && breaksTypes(names, upper.rows);
}

function isSame(a: Cells, b: Cells): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}

function isNearlySame(a: Cells, b: Cells): boolean {
  const known = new Set(a);
  const same = b.filter((name) => known.has(name)).length;
  return same >= SAME_NAMES && same >= SAME_SHARE * Math.max(a.length, b.length);
}

/** No name looks like a value, and below one of them there are values alone. */
function isEvidentHeader(names: Cells, rows: readonly Cells[]): boolean {
  return !names.some(hasType) && names.some((_, index) => isTypedColumn(rows, index));
}

/** Whether a name stands where the rows above have values alone. */
function breaksTypes(names: Cells, rows: readonly Cells[]): boolean {
  return names.some((_, index) => isTypedColumn(rows, index));
}

function isTypedColumn(rows: readonly Cells[], index: number): boolean {
  const cells = rows.map((row) => row[index] ?? '').filter((cell) => cellKind(cell) !== 'empty');
  return cells.length > 0 && cells.every(hasType);
}

function hasType(cell: string): boolean {
  return isTyped(cellKind(cell));
}

function isConsistent(rows: readonly Cells[], width: number): boolean {
  return rows.filter((row) => row.length === width).length >= AGREEING_SHARE * rows.length;
}

function usual(rows: readonly Cells[]): number {
  const counts = new Map<number, number>();
  let width = 0;
  for (const { length } of rows) {
    counts.set(length, (counts.get(length) ?? 0) + 1);
    if ((counts.get(length) as number) > (counts.get(width) ?? 0)) width = length;
  }
  return width;
}
