// A table → real values out of it, few and short enough to stand in a document.
import { type Column, isNull, valueAt } from '../../table/column.ts';
import type { Value } from '../../table/field-types.ts';
import { keyText } from '../../table/key-text.ts';
import { rowKey, type Table } from '../../table/table.ts';

/** Longer texts are no examples, in UTF-16 code units. */
const LONGEST = 120;
/** How many cells with a value are looked at. */
const LOOKED_AT = 20;
const MOST_VALUES = 2;
const MOST_ROWS = 2;

/** The first different values of a column that are neither null nor long. */
export function exampleValues(column: Column, rowCount: number, most = MOST_VALUES): readonly Value[] {
  const values = new Set<Value>();
  let seen = 0;
  for (let row = 0; row < rowCount && seen < LOOKED_AT && values.size < most; row++) {
    if ((row & 7) === 0 && column.nulls?.[row >> 3] === 255) row += 7;
    else if (!isNull(column, row)) {
      seen++;
      const value = valueAt(column, row);
      if (isShort(value)) values.add(value);
    }
  }
  return [...values];
}

/**
 * The first rows, with a text that is too long cut off; none where a field is called `$ref` or
 * the like, which tools would take for a reference.
 * @param width how many fields they have
 */
export function exampleRows(table: Table, width: number): readonly object[] {
  const fields = table.schema.fields.slice(0, width);
  if (fields.some(({ name }) => name.startsWith('$'))) return [];
  return Array.from({ length: Math.min(table.rowCount, MOST_ROWS) }, (_, row) =>
    // fromEntries defines its members: a field may be called `__proto__`.
    Object.fromEntries(
      fields.map(({ name }, index) => [name, clipped(valueAt(table.columns[index] as Column, row))]),
    ),
  );
}

/** The canonical text of the first key that is fit to be shown and typed, or undefined in a table without one. */
export function exampleKey(table: Table): string | undefined {
  for (let row = 0; row < Math.min(table.rowCount, LOOKED_AT); row++) {
    const key = keyText(rowKey(table, row));
    // Dot segments do not survive a URL parser, and an empty segment is the list.
    if (isShort(key) && !/^\.{0,2}$/.test(key)) return key;
  }
  return undefined;
}

function isShort(value: Value): boolean {
  return typeof value !== 'string' || value.length <= LONGEST;
}

function clipped(value: Value): Value {
  return typeof value === 'string' && !isShort(value) ? `${value.slice(0, LONGEST).toWellFormed()}…` : value;
}
