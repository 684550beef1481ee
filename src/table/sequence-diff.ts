// Two tables without a key → the rows to delete and to insert, by content: Myers, "An O(ND) Difference Algorithm"
// (Algorithmica 1986), on row identities, between a common beginning and a common end.

/** Row indices ascend; where the counts exceed the limit, the lists are empty and the counts those of a multiset. */
export type SequenceDiff = Readonly<{
  deleted: readonly number[];
  inserted: readonly number[];
  deletedCount: number;
  insertedCount: number;
  /** Both have the same rows, each as often, in another order. */
  isReordered: boolean;
}>;

/** The rows of one side: how many, and what a row says (equal strings for equal rows). */
export type RowSequence = Readonly<{ rowCount: number; content: (row: number) => string }>;

/**
 * @param isSame whether an old row and a new row say the same: cheaper than comparing their contents
 * @param limit more deletes and inserts than this are only counted
 */
export function diffSequences(
  previous: RowSequence,
  next: RowSequence,
  isSame: (previousRow: number, row: number) => boolean,
  limit: number,
): SequenceDiff {
  const room = Math.min(previous.rowCount, next.rowCount);
  let start = 0;
  while (start < room && isSame(start, start)) start++;
  let end = 0;
  while (end < room - start && isSame(previous.rowCount - 1 - end, next.rowCount - 1 - end)) end++;
  const ids = new Map<string, number>();
  const before = identify(previous, start, previous.rowCount - end, ids);
  const after = identify(next, start, next.rowCount - end, ids);
  const surplus = countSurplus(before, after, ids.size);
  if (surplus.deletedCount + surplus.insertedCount === 0) {
    return { deleted: [], inserted: [], deletedCount: 0, insertedCount: 0, isReordered: before.length > 0 };
  }
  const isHopeless = surplus.deletedCount + surplus.insertedCount > limit;
  const script = isHopeless ? null : shortestScript(before, after, limit);
  if (script === null) {
    // Rows that moved count as deleted and inserted: more than the limit of them, how many more is not known.
    const unseen = Math.max(0, limit + 1 - surplus.deletedCount - surplus.insertedCount);
    const moved = Math.ceil(unseen / 2);
    return {
      deleted: [],
      inserted: [],
      deletedCount: surplus.deletedCount + moved,
      insertedCount: surplus.insertedCount + moved,
      isReordered: false,
    };
  }
  const deleted = script.deleted.map((row) => row + start);
  const inserted = script.inserted.map((row) => row + start);
  return {
    deleted,
    inserted,
    deletedCount: deleted.length,
    insertedCount: inserted.length,
    isReordered: false,
  };
}

/** Gives rows of the same content the same number. */
function identify(rows: RowSequence, from: number, to: number, ids: Map<string, number>): Int32Array {
  const numbers = new Int32Array(to - from);
  for (let row = from; row < to; row++) {
    const content = rows.content(row);
    const id = ids.get(content) ?? ids.size;
    if (id === ids.size) ids.set(content, id);
    numbers[row - from] = id;
  }
  return numbers;
}

function countSurplus(before: Int32Array, after: Int32Array, ids: number) {
  const balance = new Int32Array(ids);
  for (const id of before) balance[id] = (balance[id] as number) - 1;
  for (const id of after) balance[id] = (balance[id] as number) + 1;
  let deletedCount = 0;
  let insertedCount = 0;
  for (const count of balance) {
    if (count < 0) deletedCount -= count;
    else insertedCount += count;
  }
  return { deletedCount, insertedCount };
}

/**
 * Finds the fewest deletes and inserts that turn one sequence into the other.
 * @returns their indices, ascending; null when more than `limit` are needed
 */
function shortestScript(before: Int32Array, after: Int32Array, limit: number) {
  const [n, m] = [before.length, after.length];
  const most = Math.min(limit, n + m);
  const size = 2 * most + 3;
  const furthest = new Int32Array(size).fill(-1);
  const middle = most + 1;
  furthest[middle + 1] = 0;
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(furthest.slice(middle - edits - 1, middle + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const below = furthest[middle + k - 1] as number;
      const above = furthest[middle + k + 1] as number;
      let x = k === -edits || (k !== edits && below < above) ? above : below + 1;
      while (x < n && x - k < m && before[x] === after[x - k]) x++;
      furthest[middle + k] = x;
      if (x >= n && x - k >= m) return walkBack(trace, n, m);
    }
  }
  return null;
}

/** Follows the furthest points back from the end to the beginning. */
function walkBack(trace: readonly Int32Array[], n: number, m: number) {
  const deleted: number[] = [];
  const inserted: number[] = [];
  let [x, y] = [n, m];
  for (let edits = trace.length - 1; edits > 0; edits--) {
    const reached = trace[edits] as Int32Array;
    const at = (k: number) => reached[k + edits + 1] as number;
    const k = x - y;
    const isInsert = k === -edits || (k !== edits && at(k - 1) < at(k + 1));
    const previousK = isInsert ? k + 1 : k - 1;
    x = at(previousK);
    y = x - previousK;
    if (isInsert) inserted.push(y);
    else deleted.push(x);
  }
  return { deleted: deleted.reverse(), inserted: inserted.reverse() };
}
