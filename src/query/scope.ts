// A row and one of its table's relations → the condition that its children satisfy.

import { type Column, valueAt } from '../table/column.ts';
import type { Value } from '../table/field-types.ts';
import { castInteger } from '../table/numbers.ts';
import type { Table } from '../table/table.ts';
import type { Predicate } from './plan.ts';
import type { Relation } from './relations.ts';

/** No row satisfies it. */
const NOTHING: Predicate = Object.freeze({ kind: 'or', parts: Object.freeze([]) });

/**
 * What rows of the other table satisfy that refer to one row here.
 * @param relation one of kind `children`
 * @param row the row's index here
 */
export function childrenOf(table: Table, relation: Relation, other: Table, row: number): Predicate {
  const parts = relation.otherColumns.map((column, at): Predicate => {
    const value = valueAt(table.columns[relation.columns[at] as number] as Column, row);
    const isText = other.columns[column]?.kind === 'text';
    const operand = isText || typeof value !== 'string' ? value : numberOf(value);
    if (operand === null) return NOTHING;
    return Object.freeze({ kind: 'compare', column, operator: 'eq', operands: Object.freeze([operand]) });
  });
  const [only, ...others] = parts;
  if (only === undefined || parts.includes(NOTHING)) return NOTHING;
  return others.length === 0 ? only : Object.freeze({ kind: 'and', parts: Object.freeze(parts) });
}

/** Fields of whole numbers may refer to keys that are text. */
function numberOf(text: string): Value {
  return castInteger(text) ?? null;
}
