// A need of a table → the job that meets it, which knows only the one column, and the job's result.

import { buildColumnIndex, type ColumnIndex } from '../query/column-index.ts';
import { storeIn, type TextForm } from '../query/fold.ts';
import type { IndexNeed } from '../query/indexes.ts';
import type { Column, TextColumn } from '../table/column.ts';
import type { Table } from '../table/table.ts';
import type { TextStore } from '../table/text-store.ts';

export type IndexJob =
  | Readonly<{ kind: 'order'; column: Column; rowCount: number; collate: string | null }>
  | Readonly<{ kind: 'texts'; entries: TextStore; form: TextForm }>;

export type Made = ColumnIndex | TextStore;

export function jobOf(table: Table, need: IndexNeed): IndexJob {
  const column = table.columns[need.column] as Column;
  if (need.kind === 'texts') {
    return { kind: 'texts', entries: (column as TextColumn).entries, form: need.form };
  }
  return { kind: 'order', column, rowCount: table.rowCount, collate: need.collate };
}

export function runJob(job: IndexJob): Made {
  if (job.kind === 'texts') return storeIn(job.form, job.entries);
  return buildColumnIndex(job.column, job.rowCount, job.collate);
}
