// Fields and those of a table that they may point to → for each row the row that it points to.

import { type Column, entryOf, isNull, type TextColumn, valueAt } from '../table/column.ts';
import { findNumber, findRowLike, indexRows, type KeyIndex } from '../table/key-index.ts';
import { textCell } from '../table/key-text.ts';
import type { Table } from '../table/table.ts';

/** Work that may pause between its steps, so that its caller decides how long it runs at once. */
export type Steps<T> = Generator<void, T>;

/** Fields of one table that hold the values of fields of another; by position, in the same order. */
export type Link = Readonly<{ columns: readonly number[]; otherColumns: readonly number[] }>;

/** Which row each row points to. */
export type Links = Readonly<{
  /** For each row the index of the other one; -1 where a field is null, or there is no such row. */
  targets: Int32Array;
  /** Whether any value is there. */
  hasValues: boolean;
  /** How many rows have values that no row there has, and the first of them; -1 where there is none. */
  orphans: number;
  firstOrphan: number;
}>;

/** For each row that is pointed to, those that do, in file order: `rows[starts[r] .. starts[r + 1]]`. */
export type Postings = Readonly<{ starts: Uint32Array; rows: Uint32Array }>;

type Finder = (row: number) => number;
type Indexed = Readonly<{ index: KeyIndex; columns: readonly Column[]; rowCount: number }>;

/** Rows between two pauses: less than a millisecond's work. */
const SLICE = 4096;

/** Kept with the pointing table and the fields, for as long as there is the other table. */
const known = new WeakMap<Table, Map<string, WeakMap<Table, Links | null>>>();
const knownPostings = new WeakMap<Links, Postings>();
const knownIndexes = new WeakMap<Table, Map<string, KeyIndex | null>>();

/** Where the key of a table stands; null: rows there have none but their number. */
export function keyOf({ key }: Table): readonly number[] | null {
  return key.mode === 'field' ? key.columns : null;
}

/**
 * Follows fields to others; made once for each pair of versions.
 * @param isWhole whether one value that is not there ends it
 * @returns null when the fields there do not tell rows apart, or `isWhole` and a value is not there
 */
export function* linkRows(from: Table, link: Link, to: Table, isWhole: boolean): Steps<Links | null> {
  const byLink = known.get(from) ?? new Map<string, WeakMap<Table, Links | null>>();
  known.set(from, byLink);
  const name = `${link.columns}>${link.otherColumns}${isWhole ? '!' : ''}`;
  const byTarget = byLink.get(name) ?? new WeakMap<Table, Links | null>();
  byLink.set(name, byTarget);
  const kept = byTarget.get(to);
  if (kept !== undefined) return kept;
  const links = yield* follow(from, link, to, isWhole);
  byTarget.set(to, links);
  return links;
}

/** The index of some fields of a table; null where they do not tell its rows apart. */
export function* indexOf(table: Table, columns: readonly number[]): Steps<KeyIndex | null> {
  const { key } = table;
  if (key.mode === 'field' && String(key.columns) === String(columns)) return key.index;
  const indexes = knownIndexes.get(table) ?? new Map<string, KeyIndex | null>();
  knownIndexes.set(table, indexes);
  const kept = indexes.get(String(columns));
  if (kept !== undefined) return kept;
  const index = yield* indexRows(columnsAt(table, columns), table.rowCount);
  indexes.set(String(columns), index);
  return index;
}

/** Whether values of one kind of column can stand in the other: whole numbers may stand for text too. */
export function isComparable(from: Column, to: Column): boolean {
  const isNumeric = (column: Column) => column.kind === 'integer' || column.kind === 'number';
  return (
    from.kind === to.kind ||
    (isNumeric(from) && isNumeric(to)) ||
    (from.kind === 'integer' && to.kind === 'text')
  );
}

/** Turns links round; made once. */
export function* postingsOf(links: Links, targetCount: number): Steps<Postings> {
  const kept = knownPostings.get(links);
  if (kept !== undefined) return kept;
  const { targets } = links;
  const starts = new Uint32Array(targetCount + 2);
  for (let row = 0; row < targets.length; row++) {
    if (row % SLICE === SLICE - 1) yield;
    const target = targets[row] as number;
    if (target !== -1) starts[target + 2] = (starts[target + 2] as number) + 1;
  }
  for (let at = 2; at < starts.length; at++) starts[at] = (starts[at] as number) + (starts[at - 1] as number);
  const rows = new Uint32Array(starts[targetCount + 1] as number);
  // While rows are put in their places, `starts[target + 1]` moves from the target's first place to its end.
  for (let row = 0; row < targets.length; row++) {
    if (row % SLICE === SLICE - 1) yield;
    const target = targets[row] as number;
    if (target === -1) continue;
    const place = starts[target + 1] as number;
    rows[place] = row;
    starts[target + 1] = place + 1;
  }
  const postings = Object.freeze({ starts, rows });
  knownPostings.set(links, postings);
  return postings;
}

function columnsAt({ columns }: Table, at: readonly number[]): readonly Column[] {
  return at.map((column) => columns[column] as Column);
}

function* follow(from: Table, link: Link, to: Table, isWhole: boolean): Steps<Links | null> {
  const own = columnsAt(from, link.columns);
  const columns = columnsAt(to, link.otherColumns);
  const index = yield* indexOf(to, link.otherColumns);
  if (index === null || columns.length === 0) return null;
  const find = finderOf(own, { index, columns, rowCount: to.rowCount });
  const nullable = own.filter(({ nulls }) => nulls !== null);
  const targets = new Int32Array(from.rowCount);
  let hasValues = false;
  let orphans = 0;
  let firstOrphan = -1;
  for (let row = 0; row < from.rowCount; row++) {
    if (row % SLICE === SLICE - 1) yield;
    if (nullable.some((column) => isNull(column, row))) {
      targets[row] = -1;
      continue;
    }
    const target = find(row);
    targets[row] = target;
    hasValues = true;
    if (target !== -1) continue;
    if (isWhole) return null;
    if (orphans++ === 0) firstOrphan = row;
  }
  return Object.freeze({ targets, hasValues, orphans, firstOrphan });
}

function finderOf(own: readonly Column[], to: Indexed): Finder {
  const { index, columns } = to;
  const [first, keys] = [own[0] as Column, columns[0] as Column];
  if (own.some((column, at) => !isComparable(column, columns[at] as Column))) return () => -1;
  const isMixed = own.some((column, at) => column.kind !== 'text' && columns[at]?.kind === 'text');
  if (isMixed) {
    return (row) => {
      const cells = own.map((column, at) =>
        columns[at]?.kind === 'text' && column.kind !== 'text'
          ? textCell(String(valueAt(column, row)))
          : null,
      );
      const wanted = own.map((column, at) => cells[at] ?? oneCell(column, row));
      return findRowLike(index, columns, wanted, 0);
    };
  }
  if (own.length > 1 || first.kind === 'boolean') return (row) => findRowLike(index, columns, own, row);
  if (first.kind === 'text') return oncePerEntry(first, (row) => findRowLike(index, columns, own, row));
  return numberFinder(first, keys as Exclude<Column, TextColumn>, to);
}

/** A cell as a column of its own. */
function oneCell(column: Column, row: number): Column {
  if (column.kind === 'text') return textCell(valueAt(column, row) as string);
  return { ...column, values: column.values.slice(row, row + 1), nulls: null, exceptions: null } as Column;
}

/** Keys without a gap are found by subtraction. */
function numberFinder(
  { values }: Exclude<Column, TextColumn>,
  keys: Exclude<Column, TextColumn>,
  { index, rowCount }: Indexed,
): Finder {
  const first = keys.values[0] ?? 0;
  const isDense = index.kind === 'sorted' && (keys.values[rowCount - 1] ?? 0) - first === rowCount - 1;
  if (!isDense) return (row) => findNumber(index, keys, values[row] as number);
  return (row) => {
    const at = (values[row] as number) - first;
    return at >= 0 && at < rowCount && Number.isInteger(at) ? at : -1;
  };
}

/** A text that many rows hold is looked up once. */
function oncePerEntry(column: TextColumn, find: Finder): Finder {
  if (column.codes === null) return find;
  const found = new Int32Array(column.entries.offsets.length - 1).fill(-2);
  return (row) => {
    const entry = entryOf(column, row);
    const before = found[entry] as number;
    if (before !== -2) return before;
    const target = find(row);
    found[entry] = target;
    return target;
  };
}
