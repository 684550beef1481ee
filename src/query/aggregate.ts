// An aggregate of groups of rows → one result per group, and how groups are ordered by it.

import { type Column, valueAt } from '../table/column.ts';
import type { Value } from '../table/field-types.ts';
import type { Table } from '../table/table.ts';
import { buildColumnIndex, type ColumnIndex } from './column-index.ts';
import type { Groups } from './group-rows.ts';
import { columnIndex, type Indexes } from './indexes.ts';
import type { Aggregate } from './plan.ts';
import { sortByKey } from './radix-sort.ts';
import { hasNull } from './scan.ts';
import { countUp, type RankKey, rankKey } from './sort.ts';
import { countsOf, sumsOf } from './sums.ts';

/** One member of the answered objects. */
export type Output = Readonly<{
  name: string;
  valueAt: (group: number) => Value;
  key: (isDescending: boolean) => RankKey;
}>;

/** The results of an aggregate. Nothing has no sum, mean, least and greatest value: null. */
export function aggregateOutput(
  { fn, column: at, name }: Aggregate,
  groups: Groups,
  table: Table,
  indexes: Indexes,
): Output {
  if (at === null) return numbered(name, groups.sizes, null);
  const column = table.columns[at] as Column;
  const counts = column.nulls === null ? groups.sizes : countsOf(column.nulls, groups);
  if (fn === 'count') return numbered(name, counts, null);
  if (fn === 'distinct') return numbered(name, distinctOf(columnIndex(indexes, table, at), groups), null);
  if (fn === 'min' || fn === 'max') return extreme(name, fn === 'min', at, groups, table, indexes);
  if (column.kind !== 'integer' && column.kind !== 'number') throw new Error(`${fn} is for numbers`);
  const sums = sumsOf(column, groups);
  const results = fn === 'sum' ? sums : sums.map((sum, group) => sum / (counts[group] as number));
  return numbered(name, results, counts);
}

/** The value that a group is grouped by. */
export function groupedOutput(name: string, column: Column, index: ColumnIndex, firsts: Uint32Array): Output {
  return ofRows(name, column, firsts, index);
}

/** @param counts where given, a group that has 0 of them has no result */
function numbered(name: string, results: Uint32Array | Float64Array, counts: Uint32Array | null): Output {
  const isNone = (group: number) => counts !== null && counts[group] === 0;
  return {
    name,
    valueAt: (group) => (isNone(group) ? null : (results[group] as number)),
    key: (isDescending) => {
      const nulls = counts === null ? null : nullBits(results.length, isNone);
      const values = Float64Array.from(results);
      const column: Column = { kind: 'number', values, scales: 0, nulls, exceptions: null };
      return rankKey(buildColumnIndex(column, values.length, null), isDescending);
    },
  };
}

/** Results that are cells: of a row for each group, or of none, which is a row past the end. */
function ofRows(name: string, column: Column, rows: Uint32Array, index: ColumnIndex): Output {
  const none = index.ranks.length;
  return {
    name,
    valueAt: (group) => (rows[group] === none ? null : valueAt(column, rows[group] as number)),
    key: (isDescending) => {
      const ranks = rows.map((row) => (row === none ? index.distinct : (index.ranks[row] as number)));
      return { ranks, last: index.distinct, isDescending };
    },
  };
}

function extreme(
  name: string,
  isLeast: boolean,
  at: number,
  groups: Groups,
  table: Table,
  indexes: Indexes,
): Output {
  const column = table.columns[at] as Column;
  const index = column.kind === 'text' ? columnIndex(indexes, table, at) : null;
  const order = index === null ? (column as Exclude<Column, { kind: 'text' }>).values : index.ranks;
  const { rows, groupOf, places } = groups;
  const none = table.rowCount;
  const best = new Uint32Array(groups.groups).fill(none);
  for (let place = 0; place < places; place++) {
    const row = rows === null ? place : (rows[place] as number);
    if (hasNull(column.nulls, row)) continue;
    const group = groupOf === null ? 0 : (groupOf[place] as number);
    const known = best[group] as number;
    const difference = known === none ? 0 : (order[row] as number) - (order[known] as number);
    if (known === none || (isLeast ? difference < 0 : difference > 0)) best[group] = row;
  }
  if (index !== null) return ofRows(name, column, best, index);
  const counts = Uint32Array.from(best, (row) => (row === none ? 0 : 1));
  return numbered(
    name,
    Float64Array.from(best, (row) => (row === none ? 0 : (order[row] as number))),
    counts,
  );
}

/** How many different values each group has: ranks sorted within groups, and steps counted. */
function distinctOf(
  { ranks, distinct }: ColumnIndex,
  { rows, groupOf, groups, places }: Groups,
): Uint32Array {
  const key = new Uint32Array(places);
  for (let place = 0; place < places; place++) {
    key[place] = ranks[rows === null ? place : (rows[place] as number)] as number;
  }
  const spare = new Uint32Array(places);
  const byRank = sortByKey(countUp(places), key, distinct, spare);
  const counts = new Uint32Array(groups);
  const last = new Uint32Array(groups); // rank + 1 of the value that was seen last; 0: none
  for (let i = 0; i < places; i++) {
    const place = byRank[i] as number;
    const group = groupOf === null ? 0 : (groupOf[place] as number);
    const rank = key[place] as number;
    if (rank === distinct || last[group] === rank + 1) continue;
    last[group] = rank + 1;
    counts[group] = (counts[group] as number) + 1;
  }
  return counts;
}

function nullBits(count: number, isNull: (at: number) => boolean): Uint8Array {
  const bits = new Uint8Array((count + 7) >> 3);
  for (let at = 0; at < count; at++)
    if (isNull(at)) bits[at >> 3] = (bits[at >> 3] as number) | (1 << (at & 7));
  return bits;
}
