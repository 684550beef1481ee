// Turns rows of a table into the bytes of a JSON answer.

import { valueAt } from '../table/column.ts';
import { rowKey, type Table } from '../table/table.ts';

/** Rows are written in pieces, so that no text outgrows what a string can hold. */
const PIECE = 4096;

/** The `"name":` before each member, in column order. */
const prefixes = new WeakMap<Table, readonly string[]>();

/** One row as a flat JSON object of every column, in column order (also where a name is a number, as `2024`). */
export function rowJson(table: Table, row: number): string {
  let names = prefixes.get(table);
  if (names === undefined) {
    names = table.schema.fields.map(({ name }, index) => `${index === 0 ? '' : ','}${JSON.stringify(name)}:`);
    prefixes.set(table, names);
  }
  let text = '{';
  for (const [index, column] of table.columns.entries()) {
    text += (names[index] as string) + JSON.stringify(valueAt(column, row));
  }
  return `${text}}`;
}

/** Rows as a JSON array; null stands for every row. */
export function rowsJson(table: Table, rows: readonly number[] | null): Buffer {
  return arrayJson(table, rows, (row) => rowJson(table, row));
}

/** Keys, or the values of a column, as a JSON array; cells without a value are left out. */
export function listJson(table: Table, rows: readonly number[] | null, column: number | null): Buffer {
  return arrayJson(table, rows, (row) => {
    const cells = column === null ? undefined : table.columns[column];
    const value = column === null ? rowKey(table, row) : cells === undefined ? null : valueAt(cells, row);
    return value === null ? null : JSON.stringify(value);
  });
}

function arrayJson(
  table: Table,
  rows: readonly number[] | null,
  item: (row: number) => string | null,
): Buffer {
  const pieces: Buffer[] = [];
  const count = rows === null ? table.rowCount : rows.length;
  let isFirst = true;
  let piece = '[';
  for (let index = 0; index < count; index++) {
    const text = item(rows === null ? index : (rows[index] as number));
    if (text === null) continue;
    piece += isFirst ? text : `,${text}`;
    isFirst = false;
    if (index % PIECE === PIECE - 1) {
      pieces.push(Buffer.from(piece));
      piece = '';
    }
  }
  pieces.push(Buffer.from(`${piece}]`));
  return Buffer.concat(pieces);
}
