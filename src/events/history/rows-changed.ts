// The difference of two versions of a table → the changed rows, copied out of both, and how they are paired.

import type { RowChange, TableDiff, Truncation } from '../../table/diff.ts';
import type { KeyValue } from '../../table/key.ts';
import { pickRows, sizeOfRows } from '../../table/pick-rows.ts';
import { rowKey, type Table } from '../../table/table.ts';

/** One changed row. `before` and `after` are indices into the small tables of {@link RowsChanged}. */
export type Step =
  | Readonly<{ op: 'insert'; key: KeyValue; after: number }>
  | Readonly<{ op: 'update'; key: KeyValue; before: number; after: number; changed: readonly string[] }>
  | Readonly<{ op: 'delete'; key: KeyValue; before: number }>;

/** The rows that a change touched, as they were and as they are. */
export type RowsChanged = Readonly<{
  /** Only the changed rows, under the schema of their version; no rows when truncated. */
  before: Table;
  after: Table;
  /** In the order of the difference; empty when truncated. */
  steps: readonly Step[];
  truncated: Truncation | null;
  isReordered: boolean;
  isKeyed: boolean;
  /** Of the whole table, also when truncated. */
  counts: TableDiff['counts'];
}>;

/** Larger rows are not kept, and their changes told to nobody: a single cell may be as large as a file. */
const MOST_BYTES = 4 * 1024 * 1024;
/** About what objects take beside the cells and texts in them. */
const STEP_BYTES = 96;
const COLUMN_BYTES = 512;

/** Copies the changed rows out of both tables. */
export function rowsChanged(diff: TableDiff, previous: Table, next: Table): RowsChanged {
  const old = diff.changes.flatMap((change) => (change.op === 'insert' ? [] : [change.previousRow]));
  const present = diff.changes.flatMap((change) => (change.op === 'delete' ? [] : [change.row]));
  const size = sizeOfRows(previous, old, MOST_BYTES) + sizeOfRows(next, present, MOST_BYTES);
  const truncated = diff.truncated ?? (size > MOST_BYTES ? 'size' : null);
  return Object.freeze({
    before: pickRows(previous, truncated === null ? old : []),
    after: pickRows(next, truncated === null ? present : []),
    steps: truncated === null ? stepsOf(diff, previous, next) : Object.freeze([]),
    truncated,
    isReordered: diff.isReordered,
    isKeyed: next.key.mode === 'field',
    counts: diff.counts,
  });
}

function stepsOf(diff: TableDiff, previous: Table, next: Table): readonly Step[] {
  let before = 0;
  let after = 0;
  const stepOf = (change: RowChange): Step => {
    if (change.op === 'delete')
      return { op: 'delete', key: rowKey(previous, change.previousRow), before: before++ };
    const key = rowKey(next, change.row);
    if (change.op === 'insert') return { op: 'insert', key, after: after++ };
    return { op: 'update', key, before: before++, after: after++, changed: change.changed };
  };
  return Object.freeze(diff.changes.map((change) => Object.freeze(stepOf(change))));
}

/** About how many bytes they take in memory. */
export function sizeOf({ before, after, steps }: RowsChanged): number {
  const tables = [before, after].map((table) => {
    const rows = Array.from({ length: table.rowCount }, (_, row) => row);
    return table.columns.length * COLUMN_BYTES + sizeOfRows(table, rows, Number.POSITIVE_INFINITY);
  });
  return steps.length * STEP_BYTES + tables.reduce((sum, size) => sum + size, 0);
}
