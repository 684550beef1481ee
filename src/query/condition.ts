// Conditions on rows and how they combine: the one that fewest rows satisfy is looked up, the others are tried on those.

import { keepRows, type RowTest, scanMarks, scanTest } from './scan.ts';

/** Lists of rows that make up no more than this share of the table are merged, others marked on a map of all rows. */
const LOOKUP_SHARE = 8;

/** A condition, ready to be asked about the rows of one table. */
export type Condition = Readonly<{
  /** About how many rows satisfy it. */
  estimate: number;
  /** Whether `estimate` is the very number. */
  isExact: boolean;
  /** The test of a row. @param asked of how many rows it will be asked: many are worth a preparation */
  test: (asked: number) => RowTest;
  /** All rows that satisfy it, ascending, faster than by asking of each; the caller may overwrite them. */
  gather: (() => Uint32Array) | null;
}>;

/** What all rows satisfy. */
export function always(rowCount: number): Condition {
  return { estimate: rowCount, isExact: true, test: () => () => true, gather: null };
}

/** What no row satisfies. */
export const NEVER: Condition = Object.freeze({
  estimate: 0,
  isExact: true,
  test: () => () => false,
  gather: () => new Uint32Array(0),
});

/** What satisfies all parts. */
export function allOf(parts: readonly Condition[], rowCount: number): Condition {
  const [first, ...others] = [...parts].sort((a, b) => a.estimate - b.estimate);
  if (first === undefined) return always(rowCount);
  if (others.length === 0) return first;
  const test = (asked: number) =>
    both(others.map((part) => part.test(asked)).reduceRight(both), first.test(asked));
  const gather = () => {
    let rows = rowsOf(first, rowCount);
    for (const part of others) rows = keepRows(rows, part.test(rows.length));
    return rows;
  };
  return { estimate: first.estimate, isExact: false, test, gather };
}

/** What satisfies any part. */
export function anyOf(parts: readonly Condition[], rowCount: number): Condition {
  const [first, ...others] = [...parts].sort((a, b) => b.estimate - a.estimate);
  if (first === undefined) return NEVER;
  if (others.length === 0) return first;
  const sum = parts.reduce((total, { estimate }) => total + estimate, 0);
  const isGathered = parts.every(({ gather }) => gather !== null);
  const isFew = sum * LOOKUP_SHARE <= rowCount && parts.every(({ isExact }) => isExact);
  const gather = () => {
    if (isFew) return merged(parts.map((part) => rowsOf(part, rowCount)));
    const marks = new Uint8Array(rowCount);
    for (const part of parts) setMarks(marks, rowsOf(part, rowCount), 1);
    return scanMarks(marks, null);
  };
  return {
    estimate: Math.min(sum, rowCount),
    isExact: false,
    test: (asked) => others.map((part) => part.test(asked)).reduce(either, first.test(asked)),
    gather: isGathered ? gather : null,
  };
}

/** What does not satisfy a condition. */
export function noneOf(part: Condition, rowCount: number): Condition {
  return {
    estimate: rowCount - part.estimate,
    isExact: part.isExact,
    test: (asked) => {
      const test = part.test(asked);
      return (row) => !test(row);
    },
    gather:
      part.gather === null
        ? null
        : () => {
            const marks = new Uint8Array(rowCount).fill(1);
            setMarks(marks, rowsOf(part, rowCount), 0);
            return scanMarks(marks, null);
          },
  };
}

/** All rows that satisfy a condition, ascending; the caller may overwrite them. */
export function rowsOf({ test, gather }: Condition, rowCount: number): Uint32Array {
  return gather === null ? scanTest(rowCount, test(rowCount)) : gather();
}

function both(second: RowTest, first: RowTest): RowTest {
  return (row) => first(row) && second(row);
}

function either(first: RowTest, second: RowTest): RowTest {
  return (row) => first(row) || second(row);
}

function setMarks(marks: Uint8Array, rows: Uint32Array, mark: number): void {
  for (let i = 0; i < rows.length; i++) marks[rows[i] as number] = mark;
}

/** Lists of rows as one, ascending, each row once. */
function merged(lists: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((total, { length }) => total + length, 0));
  let end = 0;
  for (const list of lists) {
    all.set(list, end);
    end += list.length;
  }
  all.sort();
  let count = 0;
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[count++] = all[i] as number;
  return all.subarray(0, count);
}
