// Columns as they were found in a file → the table that was declared, and what of the file departs from it.

import { closeTable, type Table } from '../table.ts';
import { type CellFault, collectCellFaults } from './cell-faults.ts';
import { declareColumns, type FoundColumns } from './declare.ts';
import type { DeclaredSchema } from './declared-field.ts';
import { primaryKeyFaults } from './declared-keys.ts';
import type { InTime } from './pattern-misses.ts';

/** A table under its declaration. */
export type DeclaredTable = Readonly<{
  table: Table;
  /** How the columns depart from the declared fields, in sentences. */
  mismatches: readonly string[];
  /** The first cells that break their declaration, in row order. */
  faults: readonly CellFault[];
  /** How many there are in all. */
  faultCount: number;
}>;

/**
 * @param origin where it was declared, for the fields' reasons
 * @param inTime matches patterns
 */
export function declareTable(
  found: FoundColumns,
  declared: DeclaredSchema,
  origin: string,
  inTime: InTime,
): DeclaredTable {
  const faults = collectCellFaults();
  const { names, built, mismatches } = declareColumns(found, declared, origin, faults, inTime);
  const table = closeTable(names, built, found.rowCount, declared);
  const { primaryKey } = declared;
  // Where the key is another one, the declared one does not name every row.
  if (primaryKey !== null && table.key.fields.join() !== primaryKey.join())
    primaryKeyFaults(primaryKey, names, table.columns, found.rowCount, faults);
  return Object.freeze({ table, mismatches, faults: faults.list(), faultCount: faults.count() });
}
