// The registry of operators: which comparisons a field of each type takes, and what is written on their right side.

import { FIELD_TYPES, fieldType, type Value } from '../table/field-types.ts';
import type { FieldType } from '../table/schema.ts';

/** A value that a cell is compared with: null is never one. */
export type Operand = Exclude<Value, null>;

/**
 * What stands on an operator's right side: `one` value of the field's type; a `list` of them (commas, or a JSON array);
 * a `pair` of them, the lesser first; a `boolean`; a `pattern` of text in which `%` stands for any characters, `_` for
 * one, and `\` takes the next one as it is.
 */
export type OperandForm = 'one' | 'list' | 'pair' | 'boolean' | 'pattern';

type OperatorDefinition = Readonly<{
  /** As written after the field's name: `price__gt`. */
  name: string;
  /** In words that go between field and value, for error messages and documentation. */
  describes: string;
  types: readonly FieldType[];
  form: OperandForm;
  /** Whether a null cell can satisfy it. */
  takesNull: boolean;
}>;

const ALL = FIELD_TYPES.map(({ name }) => name);
const ORDERED = ALL.filter((name) => name !== 'boolean');
const TEXT: readonly FieldType[] = ['string'];

/** Every operator. Parser, evaluator, documentation and messages derive from this list. */
export const OPERATORS = [
  { name: 'eq', describes: 'equals', types: ALL, form: 'one', takesNull: false },
  { name: 'ne', describes: 'does not equal (null does not)', types: ALL, form: 'one', takesNull: true },
  { name: 'in', describes: 'is one of', types: ALL, form: 'list', takesNull: false },
  { name: 'nin', describes: 'is none of (null is none)', types: ALL, form: 'list', takesNull: true },
  { name: 'gt', describes: 'is greater than', types: ORDERED, form: 'one', takesNull: false },
  { name: 'gte', describes: 'is greater than or equals', types: ORDERED, form: 'one', takesNull: false },
  { name: 'lt', describes: 'is less than', types: ORDERED, form: 'one', takesNull: false },
  { name: 'lte', describes: 'is less than or equals', types: ORDERED, form: 'one', takesNull: false },
  {
    name: 'between',
    describes: 'is between two values, or equals one of them',
    types: ORDERED,
    form: 'pair',
    takesNull: false,
  },
  { name: 'contains', describes: 'contains', types: TEXT, form: 'one', takesNull: false },
  {
    name: 'icontains',
    describes: 'contains, whatever the case',
    types: TEXT,
    form: 'one',
    takesNull: false,
  },
  { name: 'startswith', describes: 'starts with', types: TEXT, form: 'one', takesNull: false },
  {
    name: 'istartswith',
    describes: 'starts with, whatever the case',
    types: TEXT,
    form: 'one',
    takesNull: false,
  },
  { name: 'endswith', describes: 'ends with', types: TEXT, form: 'one', takesNull: false },
  {
    name: 'iendswith',
    describes: 'ends with, whatever the case',
    types: TEXT,
    form: 'one',
    takesNull: false,
  },
  {
    name: 'like',
    describes: 'is like a pattern (`%` any characters, `_` one, `\\` takes the next as it is)',
    types: TEXT,
    form: 'pattern',
    takesNull: false,
  },
  {
    name: 'ilike',
    describes: 'is like a pattern, whatever the case',
    types: TEXT,
    form: 'pattern',
    takesNull: false,
  },
  {
    name: 'isnull',
    describes: 'is null (`true`) or is not (`false`)',
    types: ALL,
    form: 'boolean',
    takesNull: true,
  },
] as const satisfies readonly OperatorDefinition[];

export type OperatorName = (typeof OPERATORS)[number]['name'];

const byName = new Map<string, OperatorDefinition & { readonly name: OperatorName }>(
  OPERATORS.map((operator) => [operator.name, operator]),
);

/** The operator that `field=value` stands for. */
export const DEFAULT_OPERATOR: OperatorName = 'eq';

/** The operators that a field of a type takes. */
export function operatorsOf(
  type: FieldType,
): readonly (OperatorDefinition & { readonly name: OperatorName })[] {
  return [...byName.values()].filter(({ types }) => types.includes(type));
}

/** The definition of an operator by its name. */
export function operatorOf(name: OperatorName): OperatorDefinition {
  return byName.get(name) as OperatorDefinition;
}

/** Whether a text is an operator's name. */
export function isOperatorName(text: string): text is OperatorName {
  return byName.has(text);
}

/** What may stand on the right side of an operator on a field of a type, as text in a URL, for documentation. */
export function operandExample(name: OperatorName, type: FieldType): string {
  const { example } = fieldType(type);
  switch (operatorOf(name).form) {
    case 'one':
      return example;
    case 'list':
    case 'pair':
      return `${example},${example}`;
    case 'pattern':
      return `${example.slice(0, 1)}%`;
    case 'boolean':
      return 'true';
  }
}
