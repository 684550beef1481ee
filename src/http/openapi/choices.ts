// A column of few different values → all of them, to choose from.
import { type Column, entryOf, isNull, type TextColumn, valueAt } from '../../table/column.ts';
import { type TextStore, textAt, textCount } from '../../table/text-store.ts';
import { compareValues } from './sample.ts';

/** More different values than these are no choice. */
const MOST_CHOICES = 20;
/** Longer than this, in UTF-16 code units and all together, they are no help. */
const LONGEST = 400;
/** Columns that are no dictionary are looked through up to this many rows. */
const MOST_ROWS = 20_000;

/**
 * The different values of a column in ascending order.
 * @returns null where there are more than 20 or none, where every row has its own, and where a choice has no use:
 * of measurements, moments, and true and false
 */
export function choicesOf(column: Column, rowCount: number): readonly (string | number)[] | null {
  if (column.kind === 'boolean' || column.kind === 'number' || rowCount === 0) return null;
  const values =
    column.kind === 'text' ? differentTexts(column, rowCount) : differentValues(column, rowCount);
  if (values === null || values.length === 0 || values.length === rowCount) return null;
  if (values.join('').length > LONGEST) return null;
  return values.sort(compareValues);
}

function differentTexts(column: TextColumn, rowCount: number): (string | number)[] | null {
  const { codes, entries } = column;
  if (codes === null) return differentValues(column, rowCount);
  // An entry may be there for nulls alone.
  if (textCount(entries) > MOST_CHOICES + 1) return null;
  const isSeen = new Uint8Array(textCount(entries));
  const found: string[] = [];
  for (let row = 0; row < rowCount && found.length < isSeen.length; row++) {
    const code = entryOf(column, row);
    if (isSeen[code] === 1 || isNull(column, row)) continue;
    isSeen[code] = 1;
    found.push(short(entries, code));
  }
  return found.length > MOST_CHOICES ? null : found;
}

/** A text up to where it is too long: what is left out does not matter then. */
function short(entries: TextStore, code: number): string {
  return textAt(entries, code).slice(0, LONGEST + 1);
}

function differentValues(column: Column, rowCount: number): (string | number)[] | null {
  if (rowCount > MOST_ROWS) return null;
  const values = new Set<string | number>();
  for (let row = 0; row < rowCount; row++) {
    const value = valueAt(column, row);
    if (value !== null && typeof value !== 'boolean') values.add(value);
    if (values.size > MOST_CHOICES) return null;
  }
  return [...values];
}
