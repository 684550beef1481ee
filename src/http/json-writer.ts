// Rows of a table → JSON bytes, straight from the columns: no row object and no string is made on the way.

import { type Column, entryOf, isNull, type TextColumn } from '../table/column.ts';
import type { Table } from '../table/table.ts';
import type { ByteSink } from './byte-sink.ts';
import {
  MOST_PER_BYTE,
  MOST_PER_NUMBER,
  writeBytes,
  writeDecimal,
  writeInteger,
  writeString,
} from './json-bytes.ts';

/** Writes one row, by its index from 0, as a JSON object with its members in column order. */
export type RowWriter = (sink: ByteSink, row: number) => void;

/** Writes one cell from `at` on, and returns where it stopped. */
type CellWriter = (buffer: Buffer, at: number, row: number) => number;

const writers = new WeakMap<Table, RowWriter>();

/** The writer of a table's rows, made once for each version. */
export function rowWriter(table: Table): RowWriter {
  const known = writers.get(table);
  if (known !== undefined) return known;
  const fresh = makeWriter(table);
  writers.set(table, fresh);
  return fresh;
}

const OPEN = 123;
const CLOSE = 125;
const NULL = bytesOf('null');
const TRUE = bytesOf('true');
const FALSE = bytesOf('false');

/** Room is made once for each row: for its names and, at worst, for each cell. */
function makeWriter({ schema, columns }: Table): RowWriter {
  const prefixes = schema.fields.map(({ name }, index) =>
    bytesOf(`${index === 0 ? '' : ','}${JSON.stringify(name)}:`),
  );
  const cells = columns.map(cellWriter);
  const texts = columns.filter((column) => column.kind === 'text');
  const fixed = 2 + prefixes.reduce((sum, { length }) => sum + length + MOST_PER_NUMBER, 0);
  return (sink, row) => {
    sink.reserve(fixed + MOST_PER_BYTE * textLength(texts, row));
    const { buffer } = sink;
    let at = sink.used;
    buffer[at++] = OPEN;
    for (let i = 0; i < cells.length; i++) {
      at = writeBytes(buffer, at, prefixes[i] as Uint8Array);
      at = (cells[i] as CellWriter)(buffer, at, row);
    }
    buffer[at++] = CLOSE;
    sink.used = at;
  };
}

function textLength(columns: readonly TextColumn[], row: number): number {
  let length = 0;
  for (const column of columns) {
    const { offsets } = column.entries;
    const entry = entryOf(column, row);
    length += (offsets[entry + 1] as number) - (offsets[entry] as number);
  }
  return length;
}

function cellWriter(column: Column): CellWriter {
  const write = valueWriter(column);
  if (column.nulls === null) return write;
  return (buffer, at, row) => (isNull(column, row) ? writeBytes(buffer, at, NULL) : write(buffer, at, row));
}

function valueWriter(column: Column): CellWriter {
  switch (column.kind) {
    case 'integer': {
      const { values } = column;
      return (buffer, at, row) => writeInteger(buffer, at, values[row] as number);
    }
    case 'number': {
      const { values, scales } = column;
      if (typeof scales === 'number') {
        return (buffer, at, row) => writeDecimal(buffer, at, values[row] as number, scales);
      }
      return (buffer, at, row) => writeDecimal(buffer, at, values[row] as number, scales[row] as number);
    }
    case 'boolean': {
      const { values } = column;
      return (buffer, at, row) => writeBytes(buffer, at, values[row] === 1 ? TRUE : FALSE);
    }
    case 'text': {
      const { bytes, offsets } = column.entries;
      return (buffer, at, row) => {
        const entry = entryOf(column, row);
        return writeString(buffer, at, bytes, offsets[entry] as number, offsets[entry + 1] as number);
      };
    }
  }
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}
