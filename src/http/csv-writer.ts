// Rows of a table → CSV bytes (RFC 4180): physical texts, CRLF, the header always.

import type { Column } from '../table/column.ts';
import { isNull } from '../table/column.ts';
import type { Field } from '../table/schema.ts';
import type { Table } from '../table/table.ts';
import type { ByteSink } from './byte-sink.ts';
import { physicalCell, type TextWriter, writeString } from './physical-cell.ts';
import { type RowShape, type RowWriter, shownColumns } from './row-writer.ts';

const QUOTE = 34;
const COMMA = 44;
const CR = 13;
const LF = 10;
const APOSTROPHE = 39;
/** What makes a spreadsheet take a cell for a formula when it stands at the beginning: `= + - @`, tab, CR. */
const FORMULA_STARTS: ReadonlySet<number> = new Set([61, 43, 45, 64, 9, CR]);

/** The writers of the header line and of one line per row; each ends its line. */
export type CsvWriters = Readonly<{ header: (sink: ByteSink) => void; row: RowWriter }>;

/**
 * @param isSafe puts an apostrophe before texts that a spreadsheet would take for a formula; numbers of numeric fields
 * are none
 */
export function csvWriters(table: Table, shape: RowShape, isSafe: boolean): CsvWriters {
  const shown = shownColumns(shape, table.columns.length);
  const names = shown.map((index) => (table.schema.fields[index] as Field).name);
  const cells = shown.map((index) => csvCell(table.columns[index] as Column, isSafe));
  return {
    header: (sink) => {
      if (names.length === 0) return;
      for (const [index, name] of names.entries()) {
        if (index > 0) sink.byte(COMMA);
        writeString(sink, name, isSafe ? writeGuarded : writeCell);
      }
      endLine(sink);
    },
    row: (sink, row) => {
      for (let i = 0; i < cells.length; i++) {
        if (i > 0) sink.byte(COMMA);
        (cells[i] as RowWriter)(sink, row);
      }
      endLine(sink);
    },
  };
}

function csvCell(column: Column, isSafe: boolean): RowWriter {
  const plain = physicalCell(column, writeCell, writeNothing);
  if (!isSafe) return plain;
  const guarded = physicalCell(column, writeGuarded, writeNothing);
  if (column.kind === 'text' || column.kind === 'boolean') return guarded;
  // A missing value of a numeric field is a text, such as `-`.
  return (sink, row) => (isNull(column, row) ? guarded(sink, row) : plain(sink, row));
}

function writeNothing(): void {}

function endLine(sink: ByteSink): void {
  sink.byte(CR);
  sink.byte(LF);
}

const writeGuarded: TextWriter = (sink, text, start, end) => {
  const isFormula = start < end && FORMULA_STARTS.has(text.getUint8(start));
  if (!isFormula) return writeCell(sink, text, start, end);
  if (!needsQuotes(text, start, end)) {
    sink.byte(APOSTROPHE);
    return copy(sink, text, start, end);
  }
  sink.byte(QUOTE);
  sink.byte(APOSTROPHE);
  copyQuoted(sink, text, start, end);
  sink.byte(QUOTE);
};

/** An empty text is quoted, to tell it from null. */
const writeCell: TextWriter = (sink, text, start, end) => {
  if (start < end && !needsQuotes(text, start, end)) return copy(sink, text, start, end);
  sink.byte(QUOTE);
  copyQuoted(sink, text, start, end);
  sink.byte(QUOTE);
};

function needsQuotes(text: DataView, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = text.getUint8(i);
    if (byte === COMMA || byte === QUOTE || byte === LF || byte === CR) return true;
  }
  return false;
}

function copy(sink: ByteSink, text: DataView, start: number, end: number): void {
  sink.reserve(end - start);
  const { view } = sink;
  let at = sink.used;
  let i = start;
  for (; i + 4 <= end; i += 4, at += 4) view.setInt32(at, text.getInt32(i));
  for (; i < end; i++) view.setUint8(at++, text.getUint8(i));
  sink.used = at;
}

function copyQuoted(sink: ByteSink, text: DataView, start: number, end: number): void {
  sink.reserve((end - start) * 2);
  const { view } = sink;
  let at = sink.used;
  for (let i = start; i < end; i++) {
    const byte = text.getUint8(i);
    if (byte === QUOTE) view.setUint8(at++, QUOTE);
    view.setUint8(at++, byte);
  }
  sink.used = at;
}
