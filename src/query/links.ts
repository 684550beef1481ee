// A field and a table that it may point to → for each row the row that it points to, if every value is a key there.

import { type Column, entryOf, isNull, type TextColumn, valueAt } from '../table/column.ts';
import { findByKeyText, findSameKey, type Key } from '../table/key.ts';
import type { Table } from '../table/table.ts';

/** Work that may pause between its steps, so that its caller decides how long it runs at once. */
export type Steps<T> = Generator<void, T>;

/** Which row each row points to. */
export type Links = Readonly<{
  /** For each row the index of the other one; -1 where the field is null. */
  targets: Int32Array;
  /** Whether any value is there. */
  hasValues: boolean;
}>;

/** For each row that is pointed to, those that do, in file order: `rows[starts[r] .. starts[r + 1]]`. */
export type Postings = Readonly<{ starts: Uint32Array; rows: Uint32Array }>;

type FieldKey = Key & { mode: 'field' };
type Finder = (row: number) => number;

/** Rows between two pauses: less than a millisecond's work. */
const SLICE = 4096;

/** Kept with the pointing table and the field, for as long as there is the other table. */
const known = new WeakMap<Table, Map<number, WeakMap<Table, Links | null>>>();
const knownPostings = new WeakMap<Links, Postings>();

/**
 * Follows a field to a table's keys; made once for each pair of versions.
 * @returns null when a value is no key there, or rows there have none but their number
 */
export function* linkRows(from: Table, column: number, to: Table): Steps<Links | null> {
  const byColumn = known.get(from) ?? new Map<number, WeakMap<Table, Links | null>>();
  known.set(from, byColumn);
  const byTarget = byColumn.get(column) ?? new WeakMap<Table, Links | null>();
  byColumn.set(column, byTarget);
  const kept = byTarget.get(to);
  if (kept !== undefined) return kept;
  const links = yield* follow(from.columns[column] as Column, from.rowCount, to);
  byTarget.set(to, links);
  return links;
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

function* follow(
  column: Column,
  rowCount: number,
  { key, columns, rowCount: most }: Table,
): Steps<Links | null> {
  if (key.mode === 'rowNumber') return null;
  const find = finderOf(column, key, columns, most);
  const targets = new Int32Array(rowCount);
  let hasValues = false;
  for (let row = 0; row < rowCount; row++) {
    if (row % SLICE === SLICE - 1) yield;
    if (isNull(column, row)) {
      targets[row] = -1;
      continue;
    }
    const target = find(row);
    if (target === -1) return null;
    targets[row] = target;
    hasValues = true;
  }
  return Object.freeze({ targets, hasValues });
}

/** Whole numbers may stand for keys that are text, since other keys there may be words. */
function finderOf(column: Column, key: FieldKey, columns: readonly Column[], count: number): Finder {
  const keys = columns[key.column] as Column;
  if (column.kind === 'boolean') return () => -1;
  if (column.kind === 'text')
    return keys.kind === 'text'
      ? oncePerEntry(column, (row) => findSameKey(key, columns, column, row))
      : () => -1;
  if (keys.kind !== 'text') return numberFinder(column, key, columns, count);
  if (column.kind === 'number') return () => -1;
  return (row) => findByKeyText(key, columns, count, String(valueAt(column, row)));
}

/** Keys without a gap are found by subtraction. */
function numberFinder(
  column: Exclude<Column, TextColumn>,
  key: FieldKey,
  columns: readonly Column[],
  count: number,
): Finder {
  const { values: keys } = columns[key.column] as Exclude<Column, TextColumn>;
  const first = keys[0] ?? 0;
  const isDense = key.index.kind === 'sorted' && (keys[count - 1] ?? 0) - first === count - 1;
  if (!isDense) return (row) => findSameKey(key, columns, column, row);
  const { values } = column;
  return (row) => {
    const at = (values[row] as number) - first;
    return at >= 0 && at < count && Number.isInteger(at) ? at : -1;
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
