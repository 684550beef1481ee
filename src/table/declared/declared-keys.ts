// Declared keys → the rows in which one is not complete, or is that of another row.

import { type Column, isNull, valueAt } from '../column.ts';
import type { CellFaults } from './cell-faults.ts';
import type { DeclaredSchema } from './declared-field.ts';

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

/** A sentence for each name in a key that no column has. */
export function unknownKeyFields(
  { primaryKey, uniqueKeys, foreignKeys }: DeclaredSchema,
  names: readonly string[],
): string[] {
  const known = new Set(names);
  const keys = [
    ['primary', primaryKey ?? []] as const,
    ...uniqueKeys.map((key) => ['unique', key] as const),
    ...foreignKeys.map(({ fields }) => ['foreign', fields] as const),
  ];
  return keys.flatMap(([kind, fields]) =>
    fields
      .filter((name) => !known.has(name))
      .map(
        (name) =>
          `The ${kind} key (${fields.join(', ')}) has ${JSON.stringify(name)}, and there is no such column: the key is left out.`,
      ),
  );
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
