// A row as an object: what a test compares answers with. Names that are whole numbers come first, as in any object.

import { type Column, valueAt } from '../../src/table/column.ts';
import type { Value } from '../../src/table/field-types.ts';
import type { Table } from '../../src/table/table.ts';

/** @param row its index from 0 */
export function rowObject(table: Table, row: number): Record<string, Value> {
  const object: Record<string, Value> = Object.create(null);
  table.schema.fields.forEach((field, index) => {
    object[field.name] = valueAt(table.columns[index] as Column, row);
  });
  return object;
}
