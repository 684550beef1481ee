// The registry of operators: which comparisons a field of each type takes, and how one is tried on a row.

import type { Column } from '../table/column.ts';
import { FIELD_TYPES, type Value } from '../table/field-types.ts';
import type { FieldType } from '../table/schema.ts';
import { equals } from './equality.ts';

/** A value that a cell is compared with: null is never one. */
export type Operand = Exclude<Value, null>;

/** Whether a row, by its index from 0, satisfies a condition. */
export type RowTest = (row: number) => boolean;

type OperatorDefinition = Readonly<{
  /** As written after the field's name: `price__eq`. */
  name: string;
  /** In words, for error messages and documentation. */
  describes: string;
  types: readonly FieldType[];
  /** Makes the test of one comparison: true where the cell compares so with any of the operands. */
  test: (column: Column, operands: readonly Operand[]) => RowTest;
}>;

/** Every operator. Parser, documentation and tests derive from this list. */
export const OPERATORS = [
  {
    name: 'eq',
    describes: 'equals',
    types: FIELD_TYPES.map(({ name }) => name),
    test: equals,
  },
] as const satisfies readonly OperatorDefinition[];

export type OperatorName = (typeof OPERATORS)[number]['name'];

/** The operator that `field=value` stands for. */
export const DEFAULT_OPERATOR: OperatorName = 'eq';

/** The operators that a field of a type takes. */
export function operatorsOf(type: FieldType): readonly OperatorDefinition[] {
  return OPERATORS.filter(({ types }) => types.includes(type));
}

/** The definition of an operator by its name. */
export function operatorOf(name: OperatorName): OperatorDefinition {
  return OPERATORS.find((operator) => operator.name === name) as OperatorDefinition;
}

/** Whether a text is an operator's name. */
export function isOperatorName(text: string): text is OperatorName {
  return OPERATORS.some(({ name }) => name === text);
}
