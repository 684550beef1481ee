// What is made once of a table's columns so that plans run fast, and where execution finds it.

import type { Column, TextColumn } from '../table/column.ts';
import type { Table } from '../table/table.ts';
import type { TextStore } from '../table/text-store.ts';
import { buildColumnIndex, type ColumnIndex } from './column-index.ts';
import { storeIn, type TextForm } from './fold.ts';

/** Something to be made of one column: its index, or its texts in another form. */
export type IndexNeed =
  | Readonly<{ kind: 'order'; column: number; collate: string | null }>
  | Readonly<{ kind: 'texts'; column: number; form: TextForm }>;

/** What has been made already. */
export type Indexes = Readonly<{
  /** A column's index; undefined while it is not there. @param collate a locale, for text; else code points */
  get: (table: Table, column: number, collate?: string | null) => ColumnIndex | undefined;
  /** A text column's entries in another form; undefined while they are not there. */
  texts: (table: Table, column: number, form: TextForm) => TextStore | undefined;
}>;

/** For callers that keep none: what a plan cannot do without is made on the spot, and dropped. */
export const NO_INDEXES: Indexes = Object.freeze({ get: () => undefined, texts: () => undefined });

/** A column's index, made here if it is not there. */
export function columnIndex(
  indexes: Indexes,
  table: Table,
  column: number,
  collate: string | null = null,
): ColumnIndex {
  const cells = table.columns[column] as Column;
  const locale = cells.kind === 'text' ? collate : null;
  return indexes.get(table, column, locale) ?? buildColumnIndex(cells, table.rowCount, locale);
}

/** A text column's entries in another form, made here if they are not there. */
export function textsIn(indexes: Indexes, table: Table, column: number, form: TextForm): TextStore {
  return indexes.texts(table, column, form) ?? storeIn(form, (table.columns[column] as TextColumn).entries);
}
