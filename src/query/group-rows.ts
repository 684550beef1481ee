// Rows and the indexes of the columns they are grouped by → which group each stands in; groups ascend by their values.

import type { ColumnIndex } from './column-index.ts';
import { sortByKey } from './radix-sort.ts';
import { countUp } from './sort.ts';
import { countsOf, type Grouping } from './sums.ts';

/** `firsts`: a row of each group. `sizes`: how many rows it has. */
export type Groups = Grouping & Readonly<{ firsts: Uint32Array; sizes: Uint32Array }>;

/** A slot for each possible group is affordable up to this many, or up to this many for each row. */
const MOST_SLOTS = 1 << 16;
const SLOTS_PER_ROW = 4;

/** @param rows null: all `rowCount` rows */
export function groupRows(by: readonly ColumnIndex[], rows: Uint32Array | null, rowCount: number): Groups {
  const [only] = by;
  if (rows === null && only !== undefined && by.length === 1) return wholeColumn(only);
  const places = rows === null ? rowCount : rows.length;
  const slots = by.reduce((product, { distinct }) => product * (distinct + 1), 1);
  const groupOf = new Uint32Array(places);
  const firsts =
    slots <= Math.max(MOST_SLOTS, places * SLOTS_PER_ROW)
      ? groupBySlot(by, rows, slots, groupOf)
      : groupBySorting(by, rows, groupOf);
  const grouping = { rows, groupOf, groups: firsts.length, places };
  return { ...grouping, firsts, sizes: countsOf(null, grouping) };
}

/** The ranks are the groups already; nulls make the last one. */
function wholeColumn({ ranks, rows, starts, distinct }: ColumnIndex): Groups {
  const groups = (starts[distinct] as number) < ranks.length ? distinct + 1 : distinct;
  const firsts = new Uint32Array(groups);
  const sizes = new Uint32Array(groups);
  for (let group = 0; group < groups; group++) {
    firsts[group] = rows[starts[group] as number] as number;
    sizes[group] = (starts[group + 1] as number) - (starts[group] as number);
  }
  return { rows: null, groupOf: ranks, groups, places: ranks.length, firsts, sizes };
}

function groupBySlot(
  by: readonly ColumnIndex[],
  rows: Uint32Array | null,
  slots: number,
  groupOf: Uint32Array,
): Uint32Array {
  for (const { ranks, distinct } of by) {
    for (let place = 0; place < groupOf.length; place++) {
      const row = rows === null ? place : (rows[place] as number);
      groupOf[place] = (groupOf[place] as number) * (distinct + 1) + (ranks[row] as number);
    }
  }
  const firstRows = new Uint32Array(slots); // row + 1; 0: none
  for (let place = groupOf.length - 1; place >= 0; place--) {
    firstRows[groupOf[place] as number] = (rows === null ? place : (rows[place] as number)) + 1;
  }
  const numbers = new Uint32Array(slots);
  let groups = 0;
  for (let slot = 0; slot < slots; slot++) {
    if (firstRows[slot] === 0) continue;
    numbers[slot] = groups;
    firstRows[groups++] = (firstRows[slot] as number) - 1;
  }
  if (groups < slots) {
    for (let place = 0; place < groupOf.length; place++) {
      groupOf[place] = numbers[groupOf[place] as number] as number;
    }
  }
  return firstRows.slice(0, groups);
}

function groupBySorting(
  by: readonly ColumnIndex[],
  rows: Uint32Array | null,
  groupOf: Uint32Array,
): Uint32Array {
  const count = groupOf.length;
  const rowAt = (place: number) => (rows === null ? place : (rows[place] as number));
  const keys = by.map(({ ranks }) => {
    if (rows === null) return ranks;
    const key = new Uint32Array(count);
    for (let place = 0; place < count; place++) key[place] = ranks[rows[place] as number] as number;
    return key;
  });
  let sorted: Uint32Array = countUp(count);
  let spare: Uint32Array = new Uint32Array(count);
  for (let at = by.length - 1; at >= 0; at--) {
    const result = sortByKey(sorted, keys[at] as Uint32Array, (by[at] as ColumnIndex).distinct, spare);
    if (result === spare) spare = sorted;
    sorted = result;
  }
  const firsts = new Uint32Array(count);
  let groups = 0;
  for (let i = 0; i < count; i++) {
    const place = sorted[i] as number;
    const before = sorted[i - 1] as number;
    if (i === 0 || keys.some((key) => key[place] !== key[before])) firsts[groups++] = rowAt(place);
    groupOf[place] = groups - 1;
  }
  return firsts.slice(0, groups);
}
