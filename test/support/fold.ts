// What a subscriber holds who only applies the changes that it is told.

import type { Change } from '../../src/catalog.ts';
import type { Table } from '../../src/table/table.ts';
import { cellsOf } from './ingest.ts';

type Cells = (string | null)[];

const cellsAt = (table: Table, row: number): Cells => cellsOf(table)[row] as Cells;

/** Applies changes in order: the rows of each table afterwards, by name. */
export function fold(changes: readonly Change[]): ReadonlyMap<string, readonly Cells[]> {
  const held = new Map<string, Cells[]>();
  for (const change of changes) {
    if (change.kind === 'added') held.set(change.entry.name, cellsOf(change.entry.table));
    if (change.kind === 'removed') held.delete(change.previous.name);
    if (change.kind !== 'changed') continue;
    const { entry, previous, diff } = change;
    const rows = held.get(entry.name) ?? [];
    const isKeyed = entry.table.key.mode === 'field';
    // Without a key, another order of the same rows is told by a flag alone: read the table again.
    if (diff.truncated !== null || (diff.isReordered && !isKeyed)) {
      held.set(entry.name, cellsOf(entry.table));
      continue;
    }
    for (const step of diff.changes) {
      const before = step.op === 'insert' ? null : JSON.stringify(cellsAt(previous.table, step.previousRow));
      const at =
        isKeyed || step.op !== 'delete'
          ? rows.findIndex((row) => JSON.stringify(row) === before)
          : step.previousRow;
      if (step.op === 'delete') rows.splice(at, 1);
      else if (step.op === 'update') rows[at] = cellsAt(entry.table, step.row);
      else rows.splice(step.row, 0, cellsAt(entry.table, step.row));
    }
    // A keyed table is held by key, without an order of its own.
    held.set(entry.name, rows);
  }
  return held;
}
