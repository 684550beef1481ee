// A column without an index and intervals of values → the condition on rows, by their cells.

import type { Column, TextColumn } from '../table/column.ts';
import { findText } from '../table/text-store.ts';
import type { Condition } from './condition.ts';
import { type Interval, isPoint } from './interval.ts';
import { hasNull, scanCodes, scanValues } from './scan.ts';
import { compareEntry, type EntryTest, isAnyOf } from './text-bytes.ts';
import { byEntries } from './text-condition.ts';

/** Without an index, a point is taken to match one row in so many, an interval one in a few. */
const POINT_SHARE = 100;
const INTERVAL_SHARE = 3;

export function scanned(column: Column, rowCount: number, intervals: readonly Interval[]): Condition {
  const isPoints = intervals.every(isPoint);
  const share = isPoints ? Math.min(intervals.length / POINT_SHARE, 1) : 1 / INTERVAL_SHARE;
  const estimate = Math.ceil(rowCount * share);
  if (column.kind === 'text') return textIn(column, rowCount, intervals, estimate);
  const { values, nulls } = column;
  const common = { estimate, isExact: false };
  const [first] = intervals;
  if (first !== undefined && intervals.length === 1) {
    const { low, high } = boundsOf(first);
    const test = (row: number) => {
      const value = values[row] as number;
      return value >= low && value <= high && !hasNull(nulls, row);
    };
    return { ...common, test: () => test, gather: () => scanValues(values, low, high, nulls) };
  }
  if (isPoints) {
    const wanted = new Set(intervals.map(({ low }) => Number(low) + 0)); // a Set takes -0 for 0
    const test = (row: number) => wanted.has(values[row] as number) && !hasNull(nulls, row);
    return { ...common, test: () => test, gather: null };
  }
  const bounds = intervals.map(boundsOf);
  const test = (row: number) => {
    const value = values[row] as number;
    return bounds.some(({ low, high }) => value >= low && value <= high) && !hasNull(nulls, row);
  };
  return { ...common, test: () => test, gather: null };
}

function textIn(
  column: TextColumn,
  rowCount: number,
  intervals: readonly Interval[],
  estimate: number,
): Condition {
  const { codes, entries, nulls } = column;
  const [first] = intervals;
  if (first !== undefined && intervals.length === 1 && isPoint(first) && codes !== null) {
    const code = findText(entries, String(first.low));
    const test = (row: number) => codes[row] === code && !hasNull(nulls, row);
    const rows = Math.ceil(rowCount / (entries.offsets.length - 1 || 1));
    return {
      estimate: code === -1 ? 0 : rows,
      isExact: code === -1,
      test: () => test,
      gather: () => scanCodes(codes, code, nulls),
    };
  }
  const test = intervals.every(isPoint)
    ? isAnyOf(
        entries,
        intervals.map(({ low }) => String(low)),
      )
    : anyInterval(column, intervals);
  return byEntries(column, rowCount, { test, markAll: null }, estimate);
}

function anyInterval({ entries }: TextColumn, intervals: readonly Interval[]): EntryTest {
  const tests = intervals.map(({ low, isLowOpen, high, isHighOpen }): EntryTest => {
    const from = low === null ? null : Buffer.from(String(low));
    const to = high === null ? null : Buffer.from(String(high));
    return (entry) =>
      (from === null || compareEntry(entries, entry, from) >= (isLowOpen ? 1 : 0)) &&
      (to === null || compareEntry(entries, entry, to) <= (isHighOpen ? -1 : 0));
  });
  return (entry) => tests.some((test) => test(entry));
}

/** An interval of numbers with both bounds in it: an open one is moved to the next double. */
function boundsOf({ low, isLowOpen, high, isHighOpen }: Interval): { low: number; high: number } {
  return {
    low: low === null ? Number.NEGATIVE_INFINITY : isLowOpen ? above(Number(low)) : Number(low),
    high: high === null ? Number.POSITIVE_INFINITY : isHighOpen ? -above(-Number(high)) : Number(high),
  };
}

/** The next double (IEEE 754, nextUp). */
function above(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const double = Float64Array.of(value);
  const bits = new BigInt64Array(double.buffer);
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n);
  return double[0] as number;
}
