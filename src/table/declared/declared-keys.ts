// Declared keys → the rows in which one is not complete, or is that of another row.

import { type Column, isNull, valueAt } from '../column.ts';
import type { CellFaults } from './cell-faults.ts';

/** Tells the rows whose values of some fields are those of an earlier row; rows with a null there are left out. */
export function uniqueFaults(
  key: readonly string[],
  names: readonly string[],
  columns: readonly Column[],
  rows: number,
  faults: CellFaults,
): void {
  checkKey(key, names, columns, rows, faults, false);
}

/** Tells the rows that a primary key does not name: a value is null, or all are those of an earlier row. */
export function primaryKeyFaults(
  key: readonly string[],
  names: readonly string[],
  columns: readonly Column[],
  rows: number,
  faults: CellFaults,
): void {
  checkKey(key, names, columns, rows, faults, true);
}

function checkKey(
  key: readonly string[],
  names: readonly string[],
  columns: readonly Column[],
  rows: number,
  faults: CellFaults,
  isPrimary: boolean,
): void {
  const places = key.map((name) => names.indexOf(name));
  if (places.includes(-1)) return;
  const parts = places.map((place) => columns[place] as Column);
  const called = `${isPrimary ? 'The primary key' : 'The unique key'} (${key.join(', ')})`;
  const seen = new Map<string, number>();
  const tell = (row: number, what: string) =>
    faults.add(row, () => ({
      column: (places[0] as number) + 1,
      field: key[0] as string,
      code: 'constraint-error',
      message: `${called} ${what}.`,
    }));
  for (let row = 0; row < rows; row++) {
    if (parts.some((column) => isNull(column, row))) {
      if (isPrimary) tell(row, 'has no value; expected: a value in every row');
      continue;
    }
    const text = JSON.stringify(parts.map((column) => valueAt(column, row)));
    const first = seen.get(text);
    if (first === undefined) seen.set(text, row);
    else tell(row, `is ${text.slice(1, -1)} again, as in row ${first + 1}; expected: another in every row`);
  }
}
