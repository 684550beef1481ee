// The first records of a text → how many of them stand above the table and are no part of it.

import { cellKind, isNumeric, isTyped } from './cell-kinds.ts';
import { areLabels, type Cells, columnType, filledCells, isYear } from './columns.ts';

/** So many records may stand above the header. */
const MOST_ABOVE = 40;
/** So many of the rows below it have as many cells as the header. */
const AGREEING_SHARE = 0.9;

/** An account's or a device's: as many digits in one name are rare. */
const LONG_NUMBER = /\d{6}/;

/** How many records are above the table, and how many cells the table has. */
export type Above = Readonly<{ skipped: number; width: number }>;

/**
 * Counts the records above a table.
 * @param records the first records, blank lines left out
 * @param width how many cells most of them have
 * @param isApart whether a blank line stands above a record
 */
export function countAbove(
  records: readonly Cells[],
  width: number,
  isApart: (index: number) => boolean,
): Above {
  if (width < 2) return { skipped: 0, width };
  const notes = countNotes(records, width);
  if (notes > 0) return { skipped: isApart(notes) && areRows(records.slice(0, notes)) ? 0 : notes, width };
  const facts = countFacts(records, isApart);
  return { skipped: facts, width: facts === 0 ? width : (records[facts] as Cells).length };
}

/**
 * How many records are above the table: a title, notes, empty lines of delimiters. They fill but the first cells of
 * a line, and a line of names follows.
 */
function countNotes(records: readonly Cells[], width: number): number {
  let above = 0;
  while (above < Math.min(MOST_ABOVE, records.length) && isNote(records[above] as Cells, width)) above++;
  if (above === 0 || above >= records.length) return 0;
  const header = records[above] as Cells;
  if (
    isAboveValues(header, records.slice(above + 1)) &&
    records.slice(0, above).some(({ length }) => length < width)
  )
    return above;
  const kinds = header.map(cellKind);
  const filled = filledCells(header);
  // A bar at both ends of a line leaves an empty cell there.
  const isFramed = filled === header.length - 2 && header[0] === '' && header.at(-1) === '';
  if (header.length < width * 0.6 || (!isFramed && filled < width * 0.6) || filled < 2) return 0;
  if (kinds.filter((kind) => isTyped(kind) && kind !== 'integer').length > 0) return 0;
  const integers = header.filter((_, index) => kinds[index] === 'integer').map(Number);
  if (integers.length === filled || (integers.length > 0 && !areLabels(integers))) return 0;
  return above;
}

/** Names, and rows below whose first cells have values: what names a fact is a word. */
function areRows([names, ...rows]: readonly Cells[]): boolean {
  return (
    names !== undefined &&
    names.length > 1 &&
    rows.length > 1 &&
    names.every(isName) &&
    rows.every(({ length }) => length === names.length) &&
    columnType(rows, 0) !== null
  );
}

/** Dates, years or words above numbers, and nothing above the cells that name the rows. */
function isAboveValues(names: Cells, records: readonly Cells[]): boolean {
  // Those of one cell are notes again.
  const rows = records.filter(({ length }) => length > 1);
  const first = names.findIndex((cell) => cell !== '');
  if (first < 1 || names.length - first < 2 || rows.length < 2) return false;
  const isName = (cell: string) => cell !== '' && (isYear(cell) || !isNumeric(cellKind(cell)));
  const isNamed = (cells: Cells) => cells.length === names.length && !cells.slice(0, first).includes('');
  return (
    names.slice(first).every(isName) &&
    rows.every(isNamed) &&
    names.every((_, column) => column < first || isNumeric(columnType(rows, column)))
  );
}

function isNote(cells: Cells, width: number): boolean {
  const filled = filledCells(cells);
  if (filled <= 1) return cells.length < width || cells.slice(1).every((cell) => cell === '');
  const isPrefix = cells.slice(0, filled).every((cell) => cell !== '');
  if (!isPrefix) return false;
  if (cells.length < width && cells.some((cell, index) => index > 0 && cell.startsWith(' '))) return true;
  return width >= 4 && filled <= width / 2;
}

/**
 * How many records of facts about the file are above the table: an account and its balance, a logger and its number.
 * The first has values, so it is no header; a line of names follows which has as many cells as the rows, and no line
 * above has.
 */
function countFacts(records: readonly Cells[], isApart: (index: number) => boolean): number {
  const [first] = records;
  const isFirstFact = first?.some(isFact) === true;
  if (!isFirstFact && first?.some((cell) => LONG_NUMBER.test(cell)) !== true) return 0;
  const most = Math.min(MOST_ABOVE, records.length - 3);
  for (let at = 1; at <= most; at++) {
    const names = records[at] as Cells;
    const above = records.slice(0, at);
    const are =
      (isFirstFact && areFacts(above, names.length)) || (isApart(at) && arePairs(above, names.length));
    if (are && areNames(names, records.slice(at + 1))) return at;
  }
  return 0;
}

/** A cell that no header has: a value, or a name that a colon ends or parts from its value. */
function isFact(cell: string): boolean {
  return /:(?:\s|$)/.test(cell) || (isTyped(cellKind(cell)) && !isYear(cell));
}

/** Lines of other widths than the table's. Two alike may be the rows of another table, unless they are named. */
function areFacts(records: readonly Cells[], width: number): boolean {
  return records.every((cells, at) => {
    if (cells.length === width) return false;
    const isNamed = /:\s*$/.test(cells[0] ?? '');
    return at === 0 || isNamed || cells.length !== (records[at - 1] as Cells).length;
  });
}

/** Names of facts and what they are, half as wide as the table at most: what they are is not all of one type. */
function arePairs(records: readonly Cells[], width: number): boolean {
  const widest = Math.max(...records.map((cells) => cells.length));
  if (widest < 2 || widest > width / 2) return false;
  return Array.from({ length: widest }, (_, column) => column).every(
    (column) =>
      records.every((cells) => (cells[column] ?? '') === '') || columnType(records, column) === null,
  );
}

/** Names alone, above rows of their width; one of them stands above values. */
function areNames(names: Cells, rows: readonly Cells[]): boolean {
  const width = names.length;
  const count = filledCells(names);
  // Each line may end with a delimiter.
  if (count < 3 || count < width - 1 || !names.slice(0, count).every(isName)) return false;
  if (rows.filter((cells) => cells.length === width).length < rows.length * AGREEING_SHARE) return false;
  return names.some((_, column) => columnType(rows, column) !== null);
}

function isName(cell: string): boolean {
  return cell !== '' && !isTyped(cellKind(cell));
}
