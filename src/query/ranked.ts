// A column's index and intervals of values → the condition on rows, by their ranks.

import type { Column } from '../table/column.ts';
import { entryOf } from '../table/column.ts';
import type { ColumnIndex } from './column-index.ts';
import { type Condition, NEVER } from './condition.ts';
import type { Interval } from './interval.ts';
import type { Operand } from './operators.ts';
import { scanMarked, scanRanks } from './scan.ts';
import { compareEntry } from './text-bytes.ts';

/** Ranks from `from` to before `to`. */
type Stretch = Readonly<{ from: number; to: number }>;

/** Looking up more than this share of all rows takes longer than scanning the ranks. */
const LOOKUP_SHARE = 16;

/** @param index of the column by code point, not by a locale */
export function ranked(column: Column, index: ColumnIndex, intervals: readonly Interval[]): Condition {
  const stretches = apart(intervals.map((interval) => stretchOf(column, index, interval)));
  const [first] = stretches;
  if (first === undefined) return NEVER;
  const { ranks, starts } = index;
  const estimate = stretches.reduce((sum, { from, to }) => sum + at(starts, to) - at(starts, from), 0);
  const isLookedUp = isOneRank(stretches) || estimate * LOOKUP_SHARE <= ranks.length;
  if (stretches.length === 1) {
    const { from, to } = first;
    return {
      estimate,
      isExact: true,
      test: () => (row) => at(ranks, row) >= from && at(ranks, row) < to,
      gather: () => (isLookedUp ? lookUp(index, stretches) : scanRanks(ranks, from, to)),
    };
  }
  const marks = new Uint8Array(index.distinct + 1);
  for (const { from, to } of stretches) marks.fill(1, from, to);
  return {
    estimate,
    isExact: true,
    test: () => (row) => marks[at(ranks, row)] === 1,
    gather: () => (isLookedUp ? lookUp(index, stretches) : scanMarked(ranks, marks, null)),
  };
}

/** The rows of stretches, ascending. */
function lookUp({ rows, starts }: ColumnIndex, stretches: readonly Stretch[]): Uint32Array {
  const parts = stretches.map(({ from, to }) => rows.subarray(at(starts, from), at(starts, to)));
  const found = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    found.set(part, end);
    end += part.length;
  }
  return isOneRank(stretches) ? found : found.sort();
}

/** The rows of one rank ascend already. */
function isOneRank([first, second]: readonly Stretch[]): boolean {
  return first !== undefined && second === undefined && first.to - first.from === 1;
}

function stretchOf(column: Column, index: ColumnIndex, interval: Interval): Stretch {
  const { low, isLowOpen, high, isHighOpen } = interval;
  return {
    from: low === null ? 0 : firstRank(column, index, low, isLowOpen),
    to: high === null ? index.distinct : firstRank(column, index, high, !isHighOpen),
  };
}

/** The first rank whose value is not below an operand, or, where `isBeyond`, above it. */
function firstRank(column: Column, index: ColumnIndex, operand: Operand, isBeyond: boolean): number {
  const compare = comparer(column, operand);
  let low = 0;
  let high = index.distinct;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compare(at(index.rows, at(index.starts, middle)));
    if (order < 0 || (isBeyond && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Compares a row's cell, which is not null, with an operand. */
function comparer(column: Column, operand: Operand): (row: number) => number {
  if (column.kind === 'text') {
    const text = Buffer.from(String(operand));
    return (row) => compareEntry(column.entries, entryOf(column, row), text);
  }
  const { values } = column;
  const wanted = Number(operand);
  return (row) => (values[row] as number) - wanted;
}

/** Stretches ascending, those that touch made one, empty ones left out. */
function apart(stretches: readonly Stretch[]): readonly Stretch[] {
  const joined: Stretch[] = [];
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (from >= to) continue;
    if (last !== undefined && from <= last.to) {
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    } else joined.push({ from, to });
  }
  return joined;
}

function at(numbers: Uint32Array, index: number): number {
  return numbers[index] as number;
}
