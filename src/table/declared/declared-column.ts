// A column's cells, by their physical texts, under a declared type → a column of that type.

import { type Column, physicalText } from '../column.ts';
import { type BuiltColumn, ColumnBuilder } from '../column-builder.ts';
import type { Value } from '../field-types.ts';
import { castNumber } from '../numbers.ts';
import { append, cursor, freezeExceptions, hasBit, nullBits, type RowTexts } from '../row-texts.ts';
import { TextCells } from '../text-cells.ts';
import { ValueCells } from '../value-cells.ts';
import { type DeclaredCast, FALSE_VALUES, TRUE_VALUES } from './declared-cast.ts';
import type { DeclaredField } from './declared-field.ts';

type Unfit = (row: number, text: string) => void;

/**
 * Reads a column again under a declared type. Where nothing would differ, the column is the one that there is.
 * @param missing the texts that stand for null
 * @param onUnfit called with each cell that does not fit, in row order
 */
export function castColumn(
  built: BuiltColumn,
  rows: number,
  field: DeclaredField,
  how: DeclaredCast,
  missing: ReadonlySet<string>,
  onUnfit: Unfit,
): Column {
  if (isReadAlready(built, field, how, missing)) return built.column;
  const { column } = built;
  const nullRows: number[] = [];
  const exceptions: RowTexts = { rows: [], texts: [] };
  const target = targetOf(how, field);
  for (let row = 0; row < rows; row++) {
    const text = physicalText(column, row);
    const value = castCell(text, row, how, missing, onUnfit);
    if (value === null) {
      nullRows.push(row);
      if (text !== null) append(exceptions, row, text);
      target.add(row, null, '');
    } else if (!target.add(row, value, text ?? '') && text !== null) append(exceptions, row, text);
  }
  const nulls = nullBits(rows, nullRows);
  const isWritten = cursor(exceptions.rows);
  const cells = target.finish(rows, (row) => !isWritten(row) && (nulls === null || !hasBit(nulls, row)));
  return Object.freeze({ ...cells, nulls, exceptions: freezeExceptions(exceptions) }) as Column;
}

/** A column whose type is left to its cells, read again without those that are declared to stand for null. */
export function inferColumn(
  { column }: BuiltColumn,
  rows: number,
  missing: ReadonlySet<string>,
): BuiltColumn['field'] {
  const builder = new ColumnBuilder();
  for (let row = 0; row < rows; row++) {
    const text = physicalText(column, row);
    if (text === null || missing.has(text)) builder.pushNull();
    else builder.push(text, true);
  }
  return builder.finish().field;
}

function castCell(
  text: string | null,
  row: number,
  { cast, type, isLenient }: DeclaredCast,
  missing: ReadonlySet<string>,
  onUnfit: Unfit,
): Value {
  // An empty cell that stood in quotes is a text like others where text is asked for.
  const isEmptyText = text === '' && type === 'string' && isLenient;
  if (!isEmptyText && missing.has(text ?? '')) return null;
  const value = cast(text ?? '');
  if (value !== undefined) return value;
  onUnfit(row, text ?? '');
  return isLenient ? (text ?? '') : null;
}

/** Whether the declaration says what was found: then each cell has been read in just this way. */
function isReadAlready(
  { field: found }: BuiltColumn,
  field: DeclaredField,
  { type }: DeclaredCast,
  missing: ReadonlySet<string>,
): boolean {
  const { missingValues = [''], format = 'default' } = found;
  const isMissing = missing.size === missingValues.length && missingValues.every((text) => missing.has(text));
  const isWritten = (field.format ?? 'default') === (format === 'date-time' ? 'default' : format);
  const isNumbered =
    field.decimalChar === found.decimalChar &&
    field.groupChar === found.groupChar &&
    (field.bareNumber ?? true) === (found.bareNumber ?? true);
  const isPlain = field.trueValues === undefined && field.falseValues === undefined;
  return found.type === type && field.type === type && isMissing && isWritten && isNumbered && isPlain;
}

/** Takes values row by row. `add` tells whether the value is written as its text. */
type Target = Readonly<{
  add: (row: number, value: Value, text: string) => boolean;
  finish: (rows: number, isCounted: (row: number) => boolean) => object;
}>;

function targetOf({ type }: DeclaredCast, field: DeclaredField): Target {
  switch (type) {
    case 'integer':
    case 'number':
      return numberTarget(type);
    case 'boolean':
      return booleanTarget(field);
    default: {
      const cells = new TextCells();
      return {
        add(_row, value, text) {
          cells.push((value as string | null) ?? '');
          return value === text;
        },
        finish: () => cells.finish(),
      };
    }
  }
}

function numberTarget(type: 'integer' | 'number'): Target {
  const values = new ValueCells();
  return {
    add(row, value, text) {
      const number = (value as number | null) ?? 0;
      const isOwnText = type === 'number' && castNumber(text) === number;
      if (isOwnText) return values.setNumber(row, number, text);
      values.set(row, number);
      return type === 'integer' && String(number) === text;
    },
    finish: (rows, isCounted) =>
      type === 'integer' ? values.finishIntegers(rows) : values.finishNumbers(rows, isCounted),
  };
}

/** False and true are written as they come first; a cell that writes them otherwise keeps its text. */
function booleanTarget({ trueValues = TRUE_VALUES, falseValues = FALSE_VALUES }: DeclaredField): Target {
  const values = new ValueCells();
  const texts: [string | null, string | null] = [null, null];
  return {
    add(row, value, text) {
      const bit = value === true ? 1 : 0;
      values.set(row, bit);
      if (value !== null) texts[bit] ??= text;
      return texts[bit] === text;
    },
    finish: (rows) => ({
      kind: 'boolean',
      values: values.finishBooleans(rows),
      texts: Object.freeze([texts[0] ?? falseValues[0] ?? 'false', texts[1] ?? trueValues[0] ?? 'true']),
    }),
  };
}
