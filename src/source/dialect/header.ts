// The first records of a text → which of them are above the header, which are the header, and why.

import { countAbove } from './above.ts';
import { type CellKind, cellKind, isAlike, isTyped } from './cell-kinds.ts';
import { areLabels, type Cells, columnType, filledCells, isYear } from './columns.ts';

/**
 * `skipped` records are above the header, `count` records make it: 0 to 3. `because` is a sentence without its dot;
 * null where nothing speaks against the first line.
 */
export type FoundHeader = Readonly<{ skipped: number; count: number; because: string | null }>;

/** What people write where a value is not known: no name, though no value either. */
const UNKNOWN = /^(?:unknown|missing|none|n\.?\/?a\.?|tbd|tba|error|[?x*.-]+)$/i;

/**
 * @param records the first records, blank lines left out
 * @param width how many cells most of them have
 * @param isApart whether a blank line stands above a record
 */
export function findHeader(
  records: readonly Cells[],
  width: number,
  isApart: (index: number) => boolean,
): FoundHeader {
  const { skipped, width: own } = countAbove(records, width, isApart);
  return { skipped, ...findNames(records.slice(skipped), own) };
}

function findNames(records: readonly Cells[], width: number): Omit<FoundHeader, 'skipped'> {
  const [first, ...rest] = records;
  if (first === undefined) return { count: 1, because: 'there is nothing to tell a header by' };
  const doubt = { count: 1, because: null };
  const repeated = width < 2 ? 1 : countRepeated(first, rest);
  if (repeated > 1)
    return { count: repeated, because: `the header has ${repeated} lines: the names are repeated` };
  const several = countNameLines(records, width);
  if (several > 1)
    return {
      count: several,
      because: `the header has ${several} lines: names stand above columns of other types`,
    };
  return isData(first, rest, width) ?? doubt;
}

/** How often the same names stand one below the other, with other cells below them; 1 if they do not. */
function countRepeated(first: Cells, rest: readonly Cells[]): number {
  const count = rest.findIndex((cells) => !isSame(first, cells)) + 1;
  return count > 1 && count <= 3 && !first.some((cell) => isTyped(cellKind(cell))) ? count : 1;
}

/**
 * There is no header if every column whose further cells have a type has a cell of that type in the first line too,
 * and these are not labels that count (1, 2, 3 or years). Null if there is one.
 */
function isData(first: Cells, rest: readonly Cells[], width: number): Omit<FoundHeader, 'skipped'> | null {
  if (rest.length < 2 || first.length < width) return null;
  const own: { kind: CellKind; text: string }[] = [];
  let others = 0;
  for (let column = 0; column < width; column++) {
    const type = columnType(rest, column);
    if (type === null) continue;
    const text = first[column] as string;
    const kind = cellKind(text);
    if (kind === 'empty') continue;
    if (isAlike(kind, type)) own.push({ kind, text });
    else if (++others > 1) return null;
  }
  // No name looks like a date or a price: where several do, one odd cell of a row does not make it a header.
  const evident = own.filter(({ kind }) => kind !== 'integer' && kind !== 'boolean').length;
  if (own.length === 0 || others > (evident >= 3 ? 1 : 0)) return null;
  if (own.every(({ kind }) => kind === 'integer') && areLabels(own.map(({ text }) => Number(text))))
    return null;
  const example = own.find(({ kind }) => kind !== 'integer') ?? (own[0] as (typeof own)[number]);
  return {
    count: 0,
    because: `there is no header: the first line has values like the others, such as ${JSON.stringify(shorten(example.text))}`,
  };
}

/** How many lines of names stand above the rows; 1 if that is not evident. */
function countNameLines(records: readonly Cells[], width: number): number {
  for (let count = 3; count >= 2; count--) {
    const names = records.slice(0, count);
    const rows = records.slice(count);
    if (rows.length < 2 || names.length < count || width < 2) continue;
    const last = names[count - 1] as Cells;
    if (last.length < width * 0.8) continue;
    const isName = (cells: Cells, column: number) => {
      const name = bare(cells[column] ?? '');
      const kind = cellKind(name);
      return (kind === 'text' || kind === 'code') && !UNKNOWN.test(name);
    };
    if (count === 2 && areRepeatedGroups(names[0] as Cells, last)) return count;
    const columns = Array.from({ length: width }, (_, column) => column);
    // What a column holds below is dearer to find out than whether the lines above may be names.
    const isTypedBelow = (column: number) => columnType(rows, column) !== null;
    if (names.slice(0, -1).every((cells) => isGroups(cells, width)) && filledCells(last) >= width * 0.8) {
      const typed = columns.filter(isTypedBelow);
      const isFree = (column: number) => !isTyped(cellKind(last[column] ?? '')) || isYear(last[column]);
      if (typed.some((column) => isName(last, column)) && typed.every(isFree)) return count;
    }
    // A line of units may leave out what has none, but not most.
    const areNames = (column: number) =>
      names.every((cells, line) => isName(cells, column) || (line > 0 && (cells[column] ?? '') === ''));
    if (rows.length < 3 || !columns.every((column) => areNames(column) || !isTypedBelow(column))) continue;
    // The values of a row with a cell too many stand one to the right: under other names, but values all the same.
    const isValue = (cell: string) => isTyped(cellKind(cell)) && cellKind(cell) !== 'integer';
    if (names.some((cells) => cells.some(isValue) || filledCells(cells.slice(width)) > 0)) continue;
    const typed = columns.filter(isTypedBelow);
    const countNames = (cells: Cells) => typed.filter((column) => isName(cells, column)).length;
    if (names.every((cells) => countNames(cells) >= Math.max(2, typed.length / 2))) return count;
  }
  return 1;
}

/** A cell without the quotes that blanks around them have made a part of it. */
function bare(cell: string): string {
  return cell.trim().replace(/^(["'])(.*)\1$/s, '$2');
}

/** A line of names that each span several columns: filled cells with empty ones behind them, here and there. */
function isGroups(cells: Cells, width: number): boolean {
  const filled = filledCells(cells);
  if (filled < 1 || filled === cells.length || cells.length < width * 0.6) return false;
  const first = cells.findIndex((cell) => cell !== '');
  const last = cells.findLastIndex((cell) => cell !== '');
  const hasGap = cells.slice(first, last).includes('') || (first > 0 && cells.slice(last).includes(''));
  return hasGap && cells.every((cell) => !isTyped(cellKind(cell)) || isYear(cell));
}

/** Names of several columns each, written above each of them, and below every one the same names or years again. */
function areRepeatedGroups(groups: Cells, names: Cells): boolean {
  if (groups.length !== names.length || !groups.every((cell) => cell !== '' && !isTyped(cellKind(cell))))
    return false;
  const below = new Map<string, string[]>();
  for (const [column, group] of groups.entries())
    below.set(group, [...(below.get(group) ?? []), names[column] as string]);
  const [first, ...others] = [...below.values()].filter((each) => each.length > 1);
  const isName = (cell: string) =>
    cell !== '' && (isYear(cell) || !isTyped(cellKind(cell)) || cellKind(cell) === 'date');
  return (
    first !== undefined &&
    others.length > 0 &&
    first.every(isName) &&
    new Set(first).size === first.length &&
    others.every((each) => isSame(each, first)) &&
    [...below.values()].every((each) => each.length > 1 || each[0] === '')
  );
}

function isSame(a: Cells, b: Cells): boolean {
  return (
    a.length === b.length && a.some((cell) => cell !== '') && a.every((cell, index) => cell === b[index])
  );
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
