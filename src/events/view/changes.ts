// The changes that a view is told → the `changes` of its event, as JSON text.

import { type Column, entryOf, isNull, physicalText, valueAt } from '../../table/column.ts';
import type { Field } from '../../table/schema.ts';
import type { Table } from '../../table/table.ts';
import type { RowsChanged } from '../history/rows-changed.ts';
import type { Plans, ToldChange } from './select.ts';

/**
 * Writes `[{op, key, row, changed?}, …]`. Takes no more time than `mostBytes` of JSON take, however much changed: rows
 * are read cell by cell, and a cell that is too long is not read at all.
 * @param rows where the told rows are
 * @param plans which fields are written, and whether as values or as they stand in the file
 * @param mostBytes of UTF-8, brackets included
 * @returns null when the text would be longer
 */
export function changesJson(
  changes: readonly ToldChange[],
  rows: Pick<RowsChanged, 'before' | 'after'>,
  plans: Plans,
  mostBytes: number,
): string | null {
  const text = new BoundedText(mostBytes);
  const write = { before: rowWriter(rows.before, plans.before), after: rowWriter(rows.after, plans.after) };
  text.write('[');
  for (let at = 0; at < changes.length && !text.isFull; at++) {
    const { op, step, side, row, changed } = changes[at] as ToldChange;
    text.write(`${at > 0 ? ',' : ''}{"op":"${op}","key":${JSON.stringify(step.key)},"row":`);
    write[side](row, text);
    text.write(op === 'update' ? `,"changed":${JSON.stringify(changed)}}` : '}');
  }
  text.write(']');
  return text.isFull ? null : text.finish();
}

/** Writes rows of one table; names are text all the way, so any name is safe. */
function rowWriter(
  table: Table,
  { fields, isPhysical }: Plans['before'],
): (row: number, text: BoundedText) => void {
  const columns = (fields ?? [...table.columns.keys()]).map((at) => table.columns[at] as Column);
  const names = (fields ?? [...table.columns.keys()]).map((at, index) => {
    const { name } = table.schema.fields[at] as Field;
    return `${index > 0 ? ',' : '{'}${JSON.stringify(name)}:`;
  });
  const read = isPhysical ? physicalText : valueAt;
  return (row, text) => {
    if (names.length === 0) text.write('{');
    for (let index = 0; index < names.length && !text.isFull; index++) {
      const column = columns[index] as Column;
      text.write(names[index] as string);
      if (text.hasRoom(leastBytes(column, row))) text.write(JSON.stringify(read(column, row)));
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
