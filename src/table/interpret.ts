// A text column whose cells are numbers or dates in the manner of some country → a column of these, where that is certain.

import type { Column, IntegerColumn, NumberColumn, TextColumn } from './column.ts';
import type { BuiltColumn } from './column-builder.ts';
import { findDateOrder } from './date-order.ts';
import { patternReader } from './date-pattern.ts';
import { missingValues } from './describe-field.ts';
import { isMissingText } from './missing.ts';
import { type Customs, findNumberMarks, type NumberMarks } from './number-marks.ts';
import { castInteger, castNumber } from './numbers.ts';
import { append, freezeExceptions, hasBit, mergeByRow, type RowTexts } from './row-texts.ts';
import type { Field, FieldType } from './schema.ts';
import { TextCells } from './text-cells.ts';
import { textAt, textCount } from './text-store.ts';
import { ValueCells } from './value-cells.ts';
import { type Written, writePhysical } from './written.ts';

/** The cells of a text column: `missing` those that are null if they are not text, `nulls` a bit for each that is null. */
export type Texts = Readonly<{
  cells: Pick<TextColumn, 'codes' | 'entries'>;
  rows: number;
  nulls: Uint8Array | null;
  missing: RowTexts;
}>;

type Cells = Readonly<{
  cells:
    | Pick<IntegerColumn, 'kind' | 'values'>
    | Pick<NumberColumn, 'kind' | 'values' | 'scales'>
    | Pick<TextColumn, 'kind' | 'codes' | 'entries'>;
  written: Written;
  /** Cells whose text the value and `written` do not give back. */
  odd: RowTexts;
  field: Omit<Field, 'name'>;
}>;

/**
 * Reads a text column as numbers, else as dates.
 * @returns null where it is text
 */
export function interpretTexts(texts: Texts, customs: Customs): BuiltColumn | null {
  const distinct = distinctTexts(texts);
  if (distinct.length === 0) return null;
  const marks = findNumberMarks(distinct, customs);
  const found = marks === null ? interpretDates(texts, distinct) : interpretNumbers(texts, distinct, marks);
  if (found === null) return null;
  const { nulls, missing } = texts;
  const exceptions = freezeExceptions(mergeByRow(missing, found.odd));
  const column = Object.freeze({ ...found.cells, nulls, exceptions, written: found.written }) as Column;
  return { field: Object.freeze({ ...found.field, ...missingValues(missing.texts) }), column };
}

/** The texts of the rows that have a value: without the entries that only stand for null. */
function distinctTexts(texts: Texts): string[] {
  const { codes, entries } = texts.cells;
  const found: string[] = [];
  for (let entry = 0; entry < textCount(entries); entry++) {
    const text = textAt(entries, entry);
    const isForNull = codes === null ? isNull(texts, entry) : text === '' || isMissingText(text);
    if (!isForNull) found.push(text);
  }
  return found;
}

function interpretNumbers(
  texts: Texts,
  distinct: readonly string[],
  { proof, ...marks }: NumberMarks,
): Cells | null {
  const { decimalChar, groupChar } = marks;
  const written = Object.freeze({ kind: 'numbers' as const, ...marks });
  const plainOf = (text: string) => {
    const ungrouped = groupChar === '' ? text : text.replaceAll(groupChar, '');
    return decimalChar === ',' ? ungrouped.replace(',', '.') : ungrouped;
  };
  const plain = distinct.map(plainOf);
  if (!plain.every((text) => castNumber(text) !== undefined)) return null;
  const type = plain.every((text) => castInteger(text) !== undefined) ? 'integer' : 'number';
  const values = new ValueCells();
  const odd: RowTexts = { rows: [], texts: [] };
  // What a text says is worked out once for all rows that share it.
  const known: { own: string; value: number; isExact: boolean }[] = [];
  forEachRow(texts, (row, entry) => {
    if (entry === null) return values.set(row, 0);
    let said = known[entry];
    if (said === undefined) {
      const text = textAt(texts.cells.entries, entry);
      const own = plainOf(text);
      said = { own, value: castNumber(own) as number, isExact: writePhysical(own, written) === text };
      if (texts.cells.codes !== null) known[entry] = said;
    }
    const { own, value, isExact } = said;
    if (type === 'integer') values.set(row, value);
    const isKept = type === 'integer' || values.setNumber(row, value, own);
    if (!isKept || !isExact) append(odd, row, textAt(texts.cells.entries, entry));
  });
  const isOdd = new Set(odd.rows);
  const cells =
    type === 'integer'
      ? values.finishIntegers(texts.rows)
      : values.finishNumbers(texts.rows, (row) => !isNull(texts, row) && !isOdd.has(row));
  const said = [
    ...(type === 'number' && decimalChar === ',' ? ['a decimal comma'] : []),
    ...(groupChar === '' ? [] : [`${nameMark(groupChar)} between groups of digits`]),
  ].join(' and ');
  const field = {
    type: type as FieldType,
    ...(decimalChar === ',' && type === 'number' ? { decimalChar } : {}),
    ...(groupChar === '' ? {} : { groupChar }),
    reason: `every value is a number with ${said}, as ${JSON.stringify(proof)} shows`,
  };
  return { cells, written, odd, field };
}

const MARK_NAMES: ReadonlyMap<string, string> = new Map([
  [' ', 'a blank'],
  ['\u00a0', 'a no-break space'],
  ['\u202f', 'a narrow no-break space'],
  ['\u2009', 'a thin space'],
  ["'", 'an apostrophe'],
  ['’', 'an apostrophe'],
  ['.', 'a dot'],
  [',', 'a comma'],
]);

function nameMark(mark: string): string {
  return MARK_NAMES.get(mark) as string;
}

function interpretDates(texts: Texts, distinct: readonly string[]): Cells | null {
  const order = findDateOrder(distinct);
  if (order === null) return null;
  const { written, type, proof } = order;
  const read = patternReader(written.pattern, type);
  for (const text of distinct) if (read(text) === undefined) return null;
  const cells = new TextCells();
  const odd: RowTexts = { rows: [], texts: [] };
  const known: { iso: string; isExact: boolean }[] = [];
  forEachRow(texts, (row, entry) => {
    if (entry === null) {
      cells.push('');
      return;
    }
    let said = known[entry];
    if (said === undefined) {
      const text = textAt(texts.cells.entries, entry);
      const iso = read(text) as string;
      said = { iso, isExact: writePhysical(iso, written) === text };
      if (texts.cells.codes !== null) known[entry] = said;
    }
    cells.push(said.iso);
    if (!said.isExact) append(odd, row, textAt(texts.cells.entries, entry));
  });
  const first = written.pattern.startsWith('%d')
    ? 'day'
    : written.pattern.startsWith('%m')
      ? 'month'
      : 'year';
  const what = type === 'date' ? 'date' : 'date and time';
  const field = {
    type,
    format: written.pattern,
    reason: `every value is a ${what} with the ${first} first, as ${JSON.stringify(proof)} shows`,
  };
  return { cells: cells.finish(), written, odd, field };
}

/** Goes through the rows with the entry of each, null where it has no value. */
function forEachRow(texts: Texts, take: (row: number, entry: number | null) => void): void {
  const { codes } = texts.cells;
  for (let row = 0; row < texts.rows; row++)
    take(row, isNull(texts, row) ? null : codes === null ? row : (codes[row] as number));
}

function isNull({ nulls }: Texts, row: number): boolean {
  return nulls !== null && hasBit(nulls, row);
}
