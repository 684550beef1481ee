// Rows of a table → JSON bytes, straight from the columns: no row object and no string is made on the way.

import { type Column, entryOf, isNull, type TextColumn } from '../table/column.ts';
import type { Field } from '../table/schema.ts';
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
import { physicalCell } from './physical-cell.ts';
import { type RowShape, type RowWriter, shownColumns, WHOLE_ROW } from './row-writer.ts';

/** Writes one cell from `at` on, and returns where it stopped. */
type CellWriter = (view: DataView, at: number, row: number) => number;

const writers = new WeakMap<Table, RowWriter>();

/** The writer of a table's rows as JSON objects, members in column order. That of whole rows is made once for each version. */
export function rowWriter(table: Table, shape: RowShape = WHOLE_ROW): RowWriter {
  if (shape.isPhysical) return physicalRowWriter(table, shape);
  if (shape !== WHOLE_ROW) return makeWriter(table, shape);
  const known = writers.get(table);
  if (known !== undefined) return known;
  const fresh = makeWriter(table, shape);
  writers.set(table, fresh);
  return fresh;
}

const OPEN = 123;
const CLOSE = 125;
const NULL = constantOf('null');
const TRUE = constantOf('true');
const FALSE = constantOf('false');

/** Room is made once for each row: for its names and, at worst, for each cell. */
function makeWriter(table: Table, shape: RowShape): RowWriter {
  const shown = shownColumns(shape, table.columns.length);
  const columns = shown.map((index) => table.columns[index] as Column);
  const names = shown.map((index) => (table.schema.fields[index] as Field).name);
  const prefixes = names.map(memberPrefix);
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

/** Rows whose cells are the texts of the file. */
function physicalRowWriter(table: Table, shape: RowShape): RowWriter {
  const shown = shownColumns(shape, table.columns.length);
  const prefixes = shown.map((index, at) => memberPrefix((table.schema.fields[index] as Field).name, at));
  const cells = shown.map((index) =>
    physicalCell(table.columns[index] as Column, writeText, (sink) => sink.constant(NULL)),
  );
  return (sink, row) => {
    sink.byte(OPEN);
    for (let i = 0; i < cells.length; i++) {
      sink.constant(prefixes[i] as Constant);
      (cells[i] as RowWriter)(sink, row);
    }
    sink.byte(CLOSE);
  };
}

function memberPrefix(name: string, index: number): Constant {
  return constantOf(`${index === 0 ? '' : ','}${JSON.stringify(name)}:`);
}

function writeText(sink: ByteSink, text: DataView, start: number, end: number): void {
  sink.reserve(2 + MOST_PER_BYTE * (end - start));
  sink.used = writeString(sink.view, sink.used, text, start, end);
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
