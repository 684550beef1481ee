// A table's fields and the registry of operators → one typed query parameter for each that a field takes.
import { controlOf } from '../../query/controls.ts';
import { DEFAULT_OPERATOR, type OperatorName, operatorOf, operatorsOf } from '../../query/operators.ts';
import type { Column } from '../../table/column.ts';
import type { Field } from '../../table/schema.ts';
import type { Table } from '../../table/table.ts';
import { choicesOf } from './choices.ts';
import { valueSchema } from './field-schema.ts';
import { code } from './markdown.ts';
import { operandFor, type Sample, sampleOf } from './sample.ts';

/** Of a table with more fields than these, the further ones are described once, together. */
export const MOST_FIELDS = 100;
/** Fields of a table with more than these have a parameter for equality alone. */
export const MOST_WITH_OPERATORS = 30;

/**
 * The parameters of a table's fields.
 * @param hasOperators whether there is one for each operator, or for equality alone
 */
export function fieldParameters(table: Table, hasOperators: boolean): object[] {
  const { schema, columns, rowCount } = table;
  const names = new Set(schema.fields.map(({ name }) => name));
  return schema.fields.slice(0, MOST_FIELDS).flatMap((field, index) => {
    const column = columns[index] as Column;
    const sample = sampleOf(column, rowCount);
    const choices = choicesOf(column, rowCount);
    const operators = hasOperators ? operatorsOf(field.type) : [operatorOf(DEFAULT_OPERATOR)];
    return operators.flatMap(({ name: operator }) => {
      const name = parameterName(field.name, operator as OperatorName, names);
      return name === undefined ? [] : [parameter(name, field, operator as OperatorName, sample, choices)];
    });
  });
}

/**
 * What a parameter is called: `price__gt`, or for equality the field's name alone, unless a control has that, or
 * Swagger UI would find a member of its objects (`constructor`).
 * @param names the names of all fields
 * @returns undefined where that would be another field or a control
 */
function parameterName(name: string, operator: OperatorName, names: ReadonlySet<string>): string | undefined {
  const isPlain =
    operator === DEFAULT_OPERATOR && controlOf(name) === undefined && !(name in Object.prototype);
  if (isPlain) return name;
  const spelt = `${name}__${operator}`;
  return names.has(spelt) || controlOf(spelt) !== undefined ? undefined : spelt;
}

function parameter(
  name: string,
  field: Field,
  operator: OperatorName,
  sample: Sample,
  choices: readonly (string | number)[] | null,
): object {
  const { describes, form } = operatorOf(operator);
  const example = operandFor(operator, sample);
  const isList = form === 'list' || form === 'pair';
  return {
    name,
    in: 'query',
    description: `Rows whose ${code(field.name)} ${describes}${form === 'boolean' ? '' : ' …'}`,
    ...(isList ? { style: 'form', explode: false } : {}),
    // Swagger UI sends `example`s without being asked to; `schema.examples` it only shows.
    schema: {
      ...operandSchema(field, operator, choices),
      ...(example === undefined ? {} : { examples: [example] }),
    },
  };
}

function operandSchema(
  field: Field,
  operator: OperatorName,
  choices: readonly (string | number)[] | null,
): object {
  const value = valueSchema(field);
  switch (operatorOf(operator).form) {
    case 'boolean':
      return { type: 'boolean' };
    case 'pattern':
      return { type: 'string' };
    case 'pair':
      return { type: 'array', items: value, minItems: 2, maxItems: 2 };
    case 'list': {
      // A comma would part a choice in two.
      const isListable = choices?.every((choice) => !String(choice).includes(',')) ?? false;
      return { type: 'array', items: isListable ? { ...value, enum: choices } : value };
    }
    case 'one':
      return isChosen(operator) && choices !== null ? { ...value, enum: choices } : value;
  }
}

/** Whether an operator compares with whole values of the field. */
function isChosen(operator: OperatorName): boolean {
  return operator === 'eq' || operator === 'ne';
}
