// Finds the rows of a table that a binding selects.

import { entryOf, isNull, type TextColumn } from '../table/column.ts';
import { fieldType } from '../table/field-types.ts';
import { fieldIndex, findRow, type Table } from '../table/table.ts';
import { findText, sameText, textAt, textCount } from '../table/text-store.ts';
import type { Condition, Selection } from './binding.ts';
import { fill } from './route.ts';

type Test = (row: number) => boolean;

/**
 * The rows that a selection names, ascending; its fields exist, or the table has none at all (a file of 0 bytes).
 * @param values the path parameters, decoded
 * @param most stop after so many
 */
export function selectRows(
  table: Table,
  select: Selection,
  values: readonly string[],
  most = Infinity,
): readonly number[] {
  if (select.by === 'key') {
    const row = findRow(table, fill(select.key, values));
    return row === -1 ? [] : [row];
  }
  const tests: Test[] = [];
  let keyed: number | undefined;
  for (const condition of select.conditions) {
    const keyRow = findByKey(table, condition, select.ignoreCase, values);
    if (keyRow === -1) return [];
    if (keyRow !== undefined) keyed = keyRow;
    else {
      const test = testOf(table, condition, select.ignoreCase, values);
      if (test === null) return [];
      tests.push(test);
    }
  }
  const known = keyed;
  const [first = () => true, ...others] = tests;
  if (known !== undefined) return tests.every((test) => test(known)) ? [known] : [];
  const rows: number[] = [];
  const { rowCount } = table;
  // Most rows fail the first test: nothing else is asked of them.
  for (let row = 0; row < rowCount && rows.length < most; row++) {
    if (first(row) && others.every((test) => test(row))) rows.push(row);
  }
  return rows;
}

/** The row that the key's index gives, -1 for none, undefined where the condition is not on the key. */
function findByKey(
  table: Table,
  condition: Condition,
  ignoreCase: boolean,
  values: readonly string[],
): number | undefined {
  const { key, columns } = table;
  if (key.mode !== 'field' || condition.value === null || key.fields.length > 1) return undefined;
  const [column = -1] = key.columns;
  if (key.fields[0] !== condition.field) return undefined;
  if (ignoreCase && columns[column]?.kind === 'text') return undefined;
  return findRow(table, fill(condition.value, values));
}

/** Null where no row can match: the text is no value of the field's type. */
function testOf(
  table: Table,
  { field, value }: Condition,
  ignoreCase: boolean,
  values: readonly string[],
): Test | null {
  const index = fieldIndex(table, field);
  const column = table.columns[index];
  const declared = table.schema.fields[index];
  if (column === undefined || declared === undefined) return null;
  if (value === null) return (row) => isNull(column, row);
  const text = fill(value, values);
  if (column.kind === 'text') return textTest(column, text, ignoreCase);
  const wanted = fieldType(declared.type).cast(ignoreCase ? text.toLowerCase() : text);
  // A number is written as it is in JSON, as a key is: `1.50` is no other name for 1.5.
  if (wanted === undefined || (typeof wanted === 'number' && String(wanted) !== text)) return null;
  const stored = Number(wanted);
  return (row) => column.values[row] === stored && !isNull(column, row);
}

function textTest(column: TextColumn, text: string, ignoreCase: boolean): Test | null {
  if (ignoreCase) {
    const found = entriesByLowerCase(column).get(text.toLowerCase());
    if (found === undefined) return null;
    const isFound =
      typeof found === 'number' ? (entry: number) => entry === found : (entry: number) => found.has(entry);
    return (row) => isFound(entryOf(column, row)) && !isNull(column, row);
  }
  if (column.codes === null) {
    const bytes = Buffer.from(text, 'utf8');
    const wanted = { bytes, offsets: Uint32Array.of(0, bytes.length) };
    return (row) => sameText(column.entries, row, wanted, 0) && !isNull(column, row);
  }
  const { codes } = column;
  const entry = findText(column.entries, text);
  return entry === -1 ? null : (row) => codes[row] === entry && !isNull(column, row);
}

/** The entries that are one text in lower case: mostly one. */
type ByLowerCase = ReadonlyMap<string, number | ReadonlySet<number>>;

/** Made once per column, and gone with it. */
const lowered = new WeakMap<TextColumn, ByLowerCase>();

function entriesByLowerCase(column: TextColumn): ByLowerCase {
  const known = lowered.get(column);
  if (known !== undefined) return known;
  const entries = new Map<string, number | Set<number>>();
  for (let entry = 0; entry < textCount(column.entries); entry++) {
    const text = textAt(column.entries, entry).toLowerCase();
    const same = entries.get(text);
    if (same === undefined) entries.set(text, entry);
    else if (typeof same === 'number') entries.set(text, new Set([same, entry]));
    else same.add(entry);
  }
  lowered.set(column, entries);
  return entries;
}
