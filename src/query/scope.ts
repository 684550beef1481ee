// A row and one of its table's relations → the condition that its children satisfy.

import { valueAt } from '../table/column.ts';
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
  const key = valueAt(table.columns[relation.column] as Table['columns'][number], row);
  const isText = other.columns[relation.otherColumn]?.kind === 'text';
  const operand = isText || typeof key !== 'string' ? key : numberOf(key);
  if (operand === null) return NOTHING;
  return Object.freeze({
    kind: 'compare',
    column: relation.otherColumn,
    operator: 'eq',
    operands: Object.freeze([operand]),
  });
}

/** Fields of whole numbers may refer to keys that are text. */
function numberOf(text: string): Value {
  return castInteger(text) ?? null;
}
