// Rows of a table → JSON bytes, straight from the columns: no row object and no string is made on the way.

import { type Column, entryOf, isNull, type TextColumn } from '../table/column.ts';
import type { Table } from '../table/table.ts';
import { type ByteSink, viewOf } from './byte-sink.ts';
import {
  type Constant,
  constantOf,
  MOST_BEHIND,
  MOST_PER_BYTE,
  MOST_PER_NUMBER,
  writeConstant,
  writeDecimal,
  writeInteger,
  writeString,
} from './json-bytes.ts';

/** Writes one row, by its index from 0, as a JSON object with its members in column order. */
export type RowWriter = (sink: ByteSink, row: number) => void;

/** Writes one cell from `at` on, and returns where it stopped. */
type CellWriter = (view: DataView, at: number, row: number) => number;

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
const NULL = constantOf('null');
const TRUE = constantOf('true');
const FALSE = constantOf('false');

/** Room is made once for each row: for its names and, at worst, for each cell. */
function makeWriter({ schema, columns }: Table): RowWriter {
  const prefixes = schema.fields.map(({ name }, index) =>
    constantOf(`${index === 0 ? '' : ','}${JSON.stringify(name)}:`),
  );
  const cells = columns.map(cellWriter);
  const texts = columns.filter((column) => column.kind === 'text');
  const fixed = 2 + prefixes.reduce((sum, { length }) => sum + length + MOST_PER_NUMBER + MOST_BEHIND, 0);
  return (sink, row) => {
    sink.reserve(fixed + MOST_PER_BYTE * textLength(texts, row));
    const { view } = sink;
    let at = sink.used;
    view.setUint8(at++, OPEN);
    for (let i = 0; i < cells.length; i++) {
      at = writeConstant(view, at, prefixes[i] as Constant);
      at = (cells[i] as CellWriter)(view, at, row);
    }
    view.setUint8(at++, CLOSE);
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
  return (view, at, row) => (isNull(column, row) ? writeConstant(view, at, NULL) : write(view, at, row));
}

function valueWriter(column: Column): CellWriter {
  switch (column.kind) {
    case 'integer': {
      const { values } = column;
      return (view, at, row) => writeInteger(view, at, values[row] as number);
    }
    case 'number': {
      const { values, scales } = column;
      if (typeof scales === 'number') {
        return (view, at, row) => writeDecimal(view, at, values[row] as number, scales);
      }
      return (view, at, row) => writeDecimal(view, at, values[row] as number, scales[row] as number);
    }
    case 'boolean': {
      const { values } = column;
      return (view, at, row) => writeConstant(view, at, values[row] === 1 ? TRUE : FALSE);
    }
    case 'text': {
      const { bytes, offsets } = column.entries;
      const text = viewOf(bytes);
      return (view, at, row) => {
        const entry = entryOf(column, row);
        return writeString(view, at, text, offsets[entry] as number, offsets[entry + 1] as number);
      };
    }
  }
}
