// The difference of two versions of a table → the `changes` of its event, as JSON text.

import { type Column, entryOf, isNull, valueAt } from '../table/column.ts';
import type { RowChange, TableDiff } from '../table/diff.ts';
import { rowKey, type Table } from '../table/table.ts';

/**
 * Writes `[{op, key, row, changed?}, …]` in the order of the difference. Takes no more time than `mostBytes` of JSON
 * take, however much changed: rows are read cell by cell, and a cell that is too long is not read at all.
 * @param mostBytes of UTF-8, brackets included
 * @returns null when the text would be longer
 */
export function changesJson(diff: TableDiff, previous: Table, next: Table, mostBytes: number): string | null {
  const text = new BoundedText(mostBytes);
  const [writeOld, writeNew] = [rowWriter(previous), rowWriter(next)];
  text.write('[');
  diff.changes.forEach((change, index) => {
    if (text.isFull) return;
    if (index > 0) text.write(',');
    text.write(opening(change, previous, next));
    if (change.op === 'delete') writeOld(change.previousRow, text);
    else writeNew(change.row, text);
    text.write(change.op === 'update' ? `,"changed":${JSON.stringify(change.changed)}}` : '}');
  });
  text.write(']');
  return text.isFull ? null : text.finish();
}

/** `{"op":"insert","key":3,"row":` */
function opening(change: RowChange, previous: Table, next: Table): string {
  const key = change.op === 'delete' ? rowKey(previous, change.previousRow) : rowKey(next, change.row);
  return `{"op":"${change.op}","key":${JSON.stringify(key)},"row":`;
}

/** Writes rows of one table; names are text all the way, so any name is safe. */
function rowWriter(table: Table): (row: number, text: BoundedText) => void {
  const names = table.schema.fields.map(
    ({ name }, index) => `${index > 0 ? ',' : '{'}${JSON.stringify(name)}:`,
  );
  return (row, text) => {
    if (names.length === 0) text.write('{');
    for (let index = 0; index < names.length && !text.isFull; index++) {
      const column = table.columns[index] as Column;
      text.write(names[index] as string);
      if (text.hasRoom(leastBytes(column, row))) text.write(JSON.stringify(valueAt(column, row)));
    }
    text.write('}');
  };
}

/** What a cell's JSON takes at least, told without reading the cell. */
function leastBytes(column: Column, row: number): number {
  if (column.kind !== 'text' || isNull(column, row)) return 1;
  const { offsets } = column.entries;
  const entry = entryOf(column, row);
  return (offsets[entry + 1] as number) - (offsets[entry] as number) + 2;
}

/** Text that stops growing at a number of UTF-8 bytes; lives as long as one event is built. */
class BoundedText {
  readonly #parts: string[] = [];
  #room: number;

  constructor(mostBytes: number) {
    this.#room = mostBytes;
  }

  get isFull(): boolean {
    return this.#room < 0;
  }

  /** Whether so many bytes more fit in; if not, the text is full from now on. */
  hasRoom(bytes: number): boolean {
    if (bytes > this.#room) this.#room = -1;
    return !this.isFull;
  }

  write(part: string): void {
    if (this.isFull) return;
    this.#room -= Buffer.byteLength(part);
    this.#parts.push(part);
  }

  finish(): string {
    return this.#parts.join('');
  }
}
