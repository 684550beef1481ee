// Rows and sort keys → the stretch of them that a page shows, in order: only what can stand on the page is sorted.

import type { ColumnIndex } from './column-index.ts';
import { sortByKey } from './radix-sort.ts';

/** A key to sort by: ranks by id, `last` being the rank of nulls, which stand last either way. */
export type RankKey = Readonly<{ ranks: Uint32Array; last: number; isDescending: boolean }>;

/** With fewer rows than this, all of them are sorted at once. */
const FEW = 256;
/** Into so many buckets (2^12) rows are counted, to leave out those before and behind the page. */
const BUCKET_BITS = 12;
/** Leaving out is repeated while it leaves less than this share. */
const WORTHWHILE_SHARE = 0.75;

type Window = Readonly<{ rows: Uint32Array; from: number; to: number }>;

/** The key of a column's index. */
export function rankKey({ ranks, distinct }: ColumnIndex, isDescending: boolean): RankKey {
  return { ranks, last: distinct, isDescending };
}

/**
 * Sorts rows and gives those at the places `from` to before `to`. Ties keep the order in which the rows stand.
 * @param rows not overwritten
 */
export function sortWindow(
  rows: Uint32Array,
  keys: readonly RankKey[],
  from: number,
  to: number,
): Uint32Array {
  let window: Window = { rows, from, to: Math.min(to, rows.length) };
  let left = keys;
  if (window.from >= window.to) return new Uint32Array(0);
  while (left[0] !== undefined && window.rows.length > FEW) {
    const values = valuesOf(window.rows, left[0]);
    const { least, most } = rangeOf(values);
    if (least === most) left = left.slice(1);
    else {
      const smaller = narrow(window, values, least, most);
      const isWorthwhile = smaller.rows.length < window.rows.length * WORTHWHILE_SHARE;
      window = smaller;
      if (!isWorthwhile) break;
    }
  }
  return sortAll(window.rows, left).subarray(window.from, window.to);
}

/** Compares two rows by keys; 0 where they tie. */
export function compareBy(keys: readonly RankKey[]): (a: number, b: number) => number {
  return (a, b) => {
    for (const key of keys) {
      const difference = placeOf(key, a) - placeOf(key, b);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

/** A row's rank in the direction of a key, nulls last. */
function placeOf({ ranks, last, isDescending }: RankKey, row: number): number {
  const rank = ranks[row] as number;
  return isDescending && rank !== last ? last - 1 - rank : rank;
}

/** Sorts by the last key first: each pass is stable. */
function sortAll(rows: Uint32Array, keys: readonly RankKey[]): Uint32Array {
  if (keys.length === 0) return rows;
  let places = countUp(rows.length);
  let spare = new Uint32Array(rows.length);
  for (const key of keys.toReversed()) {
    const sorted = sortByKey(places, valuesOf(rows, key), key.last, spare);
    if (sorted === spare) spare = places;
    places = sorted as typeof places;
  }
  for (let i = 0; i < places.length; i++) places[i] = rows[places[i] as number] as number;
  return places;
}

/** The numbers from 0 to before `count`. */
export function countUp(count: number): Uint32Array<ArrayBuffer> {
  const numbers = new Uint32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = i;
  return numbers;
}

/** Keeps the rows that share a bucket with the first or the last of the window, or stand between. */
function narrow({ rows, from, to }: Window, values: Uint32Array, least: number, most: number): Window {
  const shift = Math.max(0, 32 - Math.clz32(most - least) - BUCKET_BITS);
  const counts = new Uint32Array(((most - least) >>> shift) + 1);
  for (let i = 0; i < values.length; i++) {
    const bucket = ((values[i] as number) - least) >>> shift;
    counts[bucket] = (counts[bucket] as number) + 1;
  }
  let low = 0;
  let before = 0;
  while (before + (counts[low] as number) <= from) before += counts[low++] as number;
  let high = low;
  let through = before + (counts[low] as number);
  while (through < to) through += counts[++high] as number;
  const kept = new Uint32Array(through - before);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const bucket = ((values[i] as number) - least) >>> shift;
    if (bucket >= low && bucket <= high) kept[count++] = rows[i] as number;
  }
  return { rows: kept, from: from - before, to: to - before };
}

function valuesOf(rows: Uint32Array, { ranks, last, isDescending }: RankKey): Uint32Array {
  const values = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = ranks[rows[i] as number] as number;
  if (!isDescending) return values;
  for (let i = 0; i < values.length; i++) {
    const rank = values[i] as number;
    if (rank !== last) values[i] = last - 1 - rank;
  }
  return values;
}

function rangeOf(values: Uint32Array): { least: number; most: number } {
  let least = values[0] as number;
  let most = least;
  for (let i = 1; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}
