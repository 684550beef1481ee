// Two versions of a table → what changed between them, row by row.

import { type Column, isNull, physicalText, sameCell } from './column.ts';
import { findSameKey, type Key, keyColumns } from './key.ts';
import { schemaIdentity } from './schema.ts';
import { diffSequences } from './sequence-diff.ts';
import type { Table } from './table.ts';

/** More changed rows than this are not told one by one. */
export const MOST_CHANGES = 1000;

/** Rows are indices from 0: `row` into the new table, `previousRow` into the old one. */
export type RowChange =
  | Readonly<{ op: 'insert'; row: number }>
  | Readonly<{ op: 'update'; row: number; previousRow: number; changed: readonly string[] }>
  | Readonly<{ op: 'delete'; previousRow: number }>;

/** Why the changes are not told one by one: read the table again. */
export type Truncation = 'key' | 'schema' | 'size';

export type TableDiff = Readonly<{
  /** The versions between which this stands. */
  previous: string;
  version: string;
  /** Whether fields, types or key differ. */
  isSchemaChanged: boolean;
  counts: Readonly<{ inserted: number; updated: number; deleted: number }>;
  /** Whether rows that stayed stand in another order. */
  isReordered: boolean;
  /**
   * Deletes from the last row to the first, then updates and inserts in the new order: applied one after the other
   * they turn the old rows into the new ones. Empty when truncated.
   */
  changes: readonly RowChange[];
  truncated: Truncation | null;
}>;

/**
 * Compares two versions of one table: by key where a field is the key, by content where the row number is.
 * Takes time in proportion to the rows; large tables are compared in a worker.
 */
export function diffTables(previous: Table, next: Table): TableDiff {
  const isSchemaChanged =
    JSON.stringify(schemaIdentity(previous.schema)) !== JSON.stringify(schemaIdentity(next.schema));
  const truncated = !sameFieldSet(previous, next) ? 'schema' : !sameKeyFields(previous, next) ? 'key' : null;
  const found =
    truncated !== null
      ? replaceAll(previous, next)
      : next.key.mode === 'field'
        ? diffByKey(previous, next)
        : diffByContent(previous, next);
  const { inserted, updated, deleted } = found.counts;
  const isTooMany = inserted + updated + deleted > MOST_CHANGES;
  return Object.freeze({
    previous: previous.version,
    version: next.version,
    isSchemaChanged,
    counts: Object.freeze(found.counts),
    isReordered: found.isReordered,
    changes: Object.freeze(isTooMany ? [] : found.changes),
    truncated: truncated ?? (isTooMany ? 'size' : null),
  });
}

type Found = Pick<TableDiff, 'counts' | 'isReordered' | 'changes'>;

function sameFieldSet(a: Table, b: Table): boolean {
  const names = new Set(a.schema.fields.map((field) => field.name));
  return names.size === b.schema.fields.length && b.schema.fields.every((field) => names.has(field.name));
}

function sameKeyFields(a: Table, b: Table): boolean {
  if (a.key.mode === 'rowNumber' || b.key.mode === 'rowNumber') return a.key.mode === b.key.mode;
  if (a.key.fields.join('\0') !== b.key.fields.join('\0')) return false;
  const others = keyColumns(b.key, b.columns);
  return keyColumns(a.key, a.columns).every(({ kind }, at) => kind === others[at]?.kind);
}

function replaceAll(previous: Table, next: Table): Found {
  return {
    counts: { inserted: next.rowCount, updated: 0, deleted: previous.rowCount },
    isReordered: false,
    changes: [],
  };
}

/** The columns of both tables side by side, in the order of the new one. */
function pairColumns(previous: Table, next: Table): (readonly [Column, Column, string, boolean])[] {
  const at = new Map(previous.schema.fields.map((field, index) => [field.name, index]));
  return next.schema.fields.map((field, index) => {
    const before = at.get(field.name) as number;
    const isRetyped = previous.schema.fields[before]?.type !== field.type;
    return [
      previous.columns[before] as Column,
      next.columns[index] as Column,
      field.name,
      isRetyped,
    ] as const;
  });
}

function diffByKey(previous: Table, next: Table): Found {
  const pairs = pairColumns(previous, next);
  const key = previous.key as Key & { mode: 'field' };
  const keys = keyColumns(next.key as Key & { mode: 'field' }, next.columns);
  const isKept = new Uint8Array(previous.rowCount);
  const counts = { inserted: 0, updated: 0, deleted: 0 };
  const later: RowChange[] = [];
  let isReordered = false;
  let last = -1;
  for (let row = 0; row < next.rowCount; row++) {
    const previousRow = findSameKey(key, previous.columns, keys, row);
    if (previousRow === -1) {
      counts.inserted++;
      if (later.length <= MOST_CHANGES) later.push({ op: 'insert', row });
      continue;
    }
    isKept[previousRow] = 1;
    if (previousRow < last) isReordered = true;
    last = previousRow;
    if (pairs.every((pair) => isSameIn(pair, previousRow, row))) continue;
    counts.updated++;
    if (later.length > MOST_CHANGES) continue;
    const changed = pairs.filter((pair) => !isSameIn(pair, previousRow, row)).map(([, , name]) => name);
    later.push({ op: 'update', row, previousRow, changed });
  }
  const deletes: RowChange[] = [];
  for (let previousRow = previous.rowCount - 1; previousRow >= 0; previousRow--) {
    if (isKept[previousRow] === 1) continue;
    counts.deleted++;
    if (deletes.length <= MOST_CHANGES) deletes.push({ op: 'delete', previousRow });
  }
  return { counts, isReordered, changes: [...deletes, ...later] };
}

function isSameIn(
  pair: readonly [Column, Column, string, boolean],
  previousRow: number,
  row: number,
): boolean {
  const [before, after, , isRetyped] = pair;
  if (isRetyped)
    return isNull(before, previousRow) && isNull(after, row) && sameCell(before, previousRow, after, row);
  return sameCell(before, previousRow, after, row);
}

function diffByContent(previous: Table, next: Table): Found {
  const pairs = pairColumns(previous, next);
  const contentOf = (side: 0 | 1) => (row: number) =>
    JSON.stringify(
      pairs.map((pair) => {
        const text = physicalText(pair[side], row);
        return pair[3] && !isNull(pair[side], row) ? [side, text] : text;
      }),
    );
  const found = diffSequences(
    { rowCount: previous.rowCount, content: contentOf(0) },
    { rowCount: next.rowCount, content: contentOf(1) },
    (previousRow, row) => pairs.every((pair) => isSameIn(pair, previousRow, row)),
    MOST_CHANGES,
  );
  const deletes = found.deleted.map((previousRow): RowChange => ({ op: 'delete', previousRow }));
  const inserts = found.inserted.map((row): RowChange => ({ op: 'insert', row }));
  return {
    counts: { inserted: found.insertedCount, updated: 0, deleted: found.deletedCount },
    isReordered: found.isReordered,
    changes: [...deletes.reverse(), ...inserts],
  };
}
