// Turns rows of a table into the bytes of a JSON answer.

import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { valueAt } from '../table/column.ts';
import { rowKey, type Table } from '../table/table.ts';

/** So many rows are written at once; an array of more is streamed. */
const PIECE = 512;

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

/** Bytes that are there at once, or, for many rows, made as fast as they are read. */
export type Body = Buffer | Readable;

/** Rows as a JSON array; null stands for every row. */
export function rowsJson(table: Table, rows: readonly number[] | null): Body {
  return arrayJson(table, rows, (row) => rowJson(table, row));
}

/** Keys, or the values of a column, as a JSON array; cells without a value are left out. */
export function listJson(table: Table, rows: readonly number[] | null, column: number | null): Body {
  return arrayJson(table, rows, (row) => {
    const cells = column === null ? undefined : table.columns[column];
    const value = column === null ? rowKey(table, row) : cells === undefined ? null : valueAt(cells, row);
    return value === null ? null : JSON.stringify(value);
  });
}

type Item = (row: number) => string | null;

function arrayJson(table: Table, rows: readonly number[] | null, item: Item): Body {
  const count = rows === null ? table.rowCount : rows.length;
  const pieces = arrayPieces(rows, count, item);
  if (count <= PIECE) return Buffer.from([...pieces].join(''));
  return Readable.from(inTurns(pieces), { objectMode: false });
}

function* arrayPieces(rows: readonly number[] | null, count: number, item: Item): Generator<string> {
  let separator = '';
  let piece = '[';
  for (let index = 0; index < count; index++) {
    const text = item(rows === null ? index : (rows[index] as number));
    if (text !== null) {
      piece += separator + text;
      separator = ',';
    }
    if (index % PIECE !== PIECE - 1) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}]`;
}

/** Between two pieces, everybody else has a turn. */
async function* inTurns(pieces: Iterable<string>): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    if (piece !== '') yield Buffer.from(piece);
    await nextTurn();
  }
}
