// A column's index → its rows in sorted order, any stretch of them, without sorting.

import type { ColumnIndex } from './column-index.ts';
import type { Condition } from './condition.ts';
import { type RankKey, sortWindow } from './sort.ts';

/** Rows that are looked at in one go. */
const STRIDE = 1024;

/** The rows at the places `from` to before `to` of the order by one column, ties by row, nulls last. */
export function walk(index: ColumnIndex, isDescending: boolean, from: number, to: number): Uint32Array {
  const { rows, starts } = index;
  if (!isDescending) return rows.subarray(from, to);
  const found = new Uint32Array(Math.max(to - from, 0));
  for (let place = from; place < to; ) {
    const rank = rankAt(index, true, place);
    const skipped = place - placeOf(index, true, rank);
    const start = (starts[rank] as number) + skipped;
    const count = Math.min((starts[rank + 1] as number) - start, to - place);
    found.set(rows.subarray(start, start + count), place - from);
    place += count;
  }
  return found;
}

/** The same for an order by several columns, the first of which is `index`. */
export function walkBy(index: ColumnIndex, keys: readonly RankKey[], from: number, to: number): Uint32Array {
  const isDescending = keys[0]?.isDescending === true;
  if (keys.length === 1 || from >= to) return walk(index, isDescending, from, to);
  const first = rankAt(index, isDescending, from);
  const last = rankAt(index, isDescending, to - 1);
  const begin = placeOf(index, isDescending, first);
  const end =
    placeOf(index, isDescending, last) + (index.starts[last + 1] as number) - (index.starts[last] as number);
  const rows = walk(index, isDescending, begin, end);
  return sortWindow(rows, first === last ? keys.slice(1) : keys, from - begin, to - begin);
}

/**
 * The first rows of an order that satisfy a condition.
 * @param most how many rows it may look at
 * @returns the rows after `offset` of these, `limit` at most; null where it gave up
 */
export function walkWhere(
  index: ColumnIndex,
  isDescending: boolean,
  condition: Condition,
  page: Readonly<{ offset: number; limit: number }>,
  most: number,
): Uint32Array | null {
  const test = condition.test(most);
  const wanted = Math.min(page.offset + page.limit, condition.estimate);
  const found = new Uint32Array(Math.max(wanted - page.offset, 0));
  let count = 0;
  for (let place = 0; count < wanted; place += STRIDE) {
    if (place >= most) return null;
    const rows = walk(index, isDescending, place, Math.min(place + STRIDE, index.rows.length));
    for (let i = 0; i < rows.length && count < wanted; i++) {
      const row = rows[i] as number;
      if (!test(row)) continue;
      if (count >= page.offset) found[count - page.offset] = row;
      count++;
    }
  }
  return found;
}

/** The rank that stands at a place: in a descending order, the ascending one read from behind, nulls apart. */
function rankAt(
  { ranks, rows, starts, distinct }: ColumnIndex,
  isDescending: boolean,
  place: number,
): number {
  const present = starts[distinct] as number;
  if (!isDescending) return ranks[rows[place] as number] as number;
  return place >= present ? distinct : (ranks[rows[present - 1 - place] as number] as number);
}

/** The place at which a rank begins. */
function placeOf({ starts, distinct }: ColumnIndex, isDescending: boolean, rank: number): number {
  const present = starts[distinct] as number;
  if (!isDescending) return starts[rank] as number;
  return rank === distinct ? present : present - (starts[rank + 1] as number);
}
