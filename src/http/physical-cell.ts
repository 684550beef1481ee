// A column → what writes its cells as they stand in the file, in whatever way a representation writes texts.

import { type Column, entryOf, isNull, physicalText } from '../table/column.ts';
import { type ByteSink, viewOf } from './byte-sink.ts';
import { MOST_PER_NUMBER, writeInteger } from './json-bytes.ts';
import type { RowWriter } from './row-writer.ts';

/** Writes the UTF-8 bytes of a text, from `start` to before `end`. It makes room in the sink itself. */
export type TextWriter = (sink: ByteSink, text: DataView, start: number, end: number) => void;

/**
 * The writer of a column's physical texts. Text goes from bytes to bytes.
 * @param writeNull writes an unquoted empty cell
 */
export function physicalCell(
  column: Column,
  writeText: TextWriter,
  writeNull: (sink: ByteSink) => void,
): RowWriter {
  const write =
    column.exceptions === null && column.written === undefined ? plainCell(column, writeText) : null;
  if (write === null) {
    return (sink, row) => {
      const text = physicalText(column, row);
      if (text === null) writeNull(sink);
      else writeString(sink, text, writeText);
    };
  }
  return (sink, row) => (isNull(column, row) ? writeNull(sink) : write(sink, row));
}

/** Cells of a column without exceptions, that are not null. */
function plainCell(column: Column, writeText: TextWriter): RowWriter {
  switch (column.kind) {
    case 'text': {
      const { bytes, offsets } = column.entries;
      const text = viewOf(bytes);
      return (sink, row) => {
        const entry = entryOf(column, row);
        writeText(sink, text, offsets[entry] as number, offsets[entry + 1] as number);
      };
    }
    case 'integer': {
      const { values } = column;
      return (sink, row) => writeText(sink, digits, 0, writeInteger(digits, 0, values[row] as number));
    }
    case 'number':
    case 'boolean':
      return (sink, row) => writeString(sink, physicalText(column, row) as string, writeText);
  }
}

const digits = viewOf(Buffer.alloc(MOST_PER_NUMBER));

/** Where a string becomes bytes, on its way to a writer of texts. */
const spare = Buffer.alloc(1024);
const spareView = viewOf(spare);
const MOST_UTF8 = 3;

/** Writes a string in the way of a representation. */
export function writeString(sink: ByteSink, text: string, writeText: TextWriter): void {
  if (text.length * MOST_UTF8 > spare.length) {
    const bytes = Buffer.from(text, 'utf8');
    writeText(sink, viewOf(bytes), 0, bytes.length);
    return;
  }
  const length = spare.write(text, 0, 'utf8');
  writeText(sink, spareView, 0, length);
}
