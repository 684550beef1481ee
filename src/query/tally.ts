// Rows and a column's index → how often each value occurs among them, in the order of the values.

import { type Column, valueAt } from '../table/column.ts';
import type { Value } from '../table/field-types.ts';
import type { ColumnIndex } from './column-index.ts';
import { countUp, sortWindow } from './sort.ts';

/** `ranks` ascends, nulls left out; `counts` stands beside it. */
export type Tally = Readonly<{ ranks: Uint32Array; counts: Uint32Array; present: number; nulls: number }>;

/** With fewer rows than this share of the values, their ranks are sorted instead of counted into place. */
const FEW_SHARE = 8;

/** @param rows null: all rows of the table */
export function tallyOf(index: ColumnIndex, rows: Uint32Array | null): Tally {
  const { ranks, starts, distinct } = index;
  if (rows === null) {
    const counts = new Uint32Array(distinct);
    for (let rank = 0; rank < distinct; rank++)
      counts[rank] = (starts[rank + 1] as number) - (starts[rank] as number);
    const present = starts[distinct] as number;
    return { ranks: countUp(distinct), counts, present, nulls: ranks.length - present };
  }
  const found = rows.length * FEW_SHARE < distinct ? tallySorted(ranks, rows) : tallyCounted(index, rows);
  const last = found.ranks.length - 1;
  const nulls = last >= 0 && found.ranks[last] === distinct ? (found.counts[last] as number) : 0;
  const end = nulls > 0 ? last : last + 1;
  return {
    ranks: found.ranks.subarray(0, end),
    counts: found.counts.subarray(0, end),
    present: rows.length - nulls,
    nulls,
  };
}

/** A value and how often it occurs, as it is answered. */
export type Counted = Readonly<{ value: Value; count: number }>;

/** The values that occur most, ties in their order; null is one of them, after the others. */
export function mostFrequent(
  column: Column,
  index: ColumnIndex,
  { ranks, counts, nulls }: Tally,
  from: number,
  to: number,
): readonly Counted[] {
  const all = new Uint32Array(counts.length + (nulls > 0 ? 1 : 0));
  all.set(counts);
  if (nulls > 0) all[counts.length] = nulls;
  let most = 0;
  for (let i = 0; i < all.length; i++) if ((all[i] as number) > most) most = all[i] as number;
  const order = sortWindow(
    countUp(all.length),
    [{ ranks: all, last: most + 1, isDescending: true }],
    from,
    to,
  );
  return Array.from(order, (at) => ({
    value: at === counts.length ? null : valueOfRank(column, index, ranks[at] as number),
    count: all[at] as number,
  }));
}

/** The value that has a rank. */
export function valueOfRank(column: Column, { rows, starts }: ColumnIndex, rank: number): Value {
  return valueAt(column, rows[starts[rank] as number] as number);
}

function tallySorted(ranks: Uint32Array, rows: Uint32Array) {
  const sorted = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) sorted[i] = ranks[rows[i] as number] as number;
  sorted.sort();
  const counts = new Uint32Array(rows.length);
  let count = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[count - 1]) sorted[count++] = sorted[i] as number;
    counts[count - 1] = (counts[count - 1] as number) + 1;
  }
  return { ranks: sorted.subarray(0, count), counts: counts.subarray(0, count) };
}

function tallyCounted({ ranks, distinct }: ColumnIndex, rows: Uint32Array) {
  const counts = new Uint32Array(distinct + 1);
  for (let i = 0; i < rows.length; i++) {
    const rank = ranks[rows[i] as number] as number;
    counts[rank] = (counts[rank] as number) + 1;
  }
  const used = new Uint32Array(distinct + 1);
  let count = 0;
  for (let rank = 0; rank <= distinct; rank++) {
    if (counts[rank] === 0) continue;
    used[count] = rank;
    counts[count++] = counts[rank] as number;
  }
  return { ranks: used.subarray(0, count), counts: counts.subarray(0, count) };
}
