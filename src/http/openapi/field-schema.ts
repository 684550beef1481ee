// A field → the JSON Schema of its values in a row, and the query parameter that compares with it.
import { controlOf } from '../../query/controls.ts';
import { DEFAULT_OPERATOR } from '../../query/operators.ts';
import type { Column } from '../../table/column.ts';
import { fieldType } from '../../table/field-types.ts';
import type { Field } from '../../table/schema.ts';
import { exampleValues } from './examples.ts';
import { code, plain } from './markdown.ts';

/** The schema of a field's values in JSON: nullable only where a cell is null. */
export function fieldSchema(field: Field, column: Column, rowCount: number): object {
  const { type, ...rest } = valueSchema(field);
  return {
    type: column.nulls === null ? type : [type, 'null'],
    ...rest,
    description: describe(field),
    ...examplesOf(column, rowCount),
  };
}

/**
 * The query parameter that asks for rows in which a field has a value.
 * @param name how the parameter is called: `parameterName`
 */
export function fieldParameter(name: string, field: Field, column: Column, rowCount: number): object {
  return {
    name,
    in: 'query',
    description: `Rows whose ${code(field.name)} is this. Repeated: any of these.`,
    // Swagger UI sends `example`s without being asked to; `schema.examples` it only shows.
    schema: { ...valueSchema(field), ...examplesOf(column, rowCount) },
  };
}

/**
 * The name of a field's parameter: its own, or with the operator where a control has that, or where Swagger UI would
 * find a member of its objects (`constructor`). Undefined where the name with the operator is another field's.
 */
export function parameterName(name: string, fields: readonly Field[]): string | undefined {
  if (controlOf(name) === undefined && !(name in Object.prototype)) return name;
  const spelt = `${name}__${DEFAULT_OPERATOR}`;
  return fields.some((field) => field.name === spelt) ? undefined : spelt;
}

/** The schema of one value, null apart. */
export function valueSchema(field: Field): Readonly<{ type: string; format?: string }> {
  const type = fieldType(field.type).jsonType;
  const format = formatOf(field);
  return format === undefined ? { type } : { type, format };
}

function formatOf({ type, format }: Field): string | undefined {
  switch (type) {
    case 'integer':
      return 'int64';
    case 'date':
      return 'date';
    case 'datetime':
      return format;
    default:
      return undefined;
  }
}

function examplesOf(column: Column, rowCount: number): object {
  const examples = exampleValues(column, rowCount);
  return examples.length === 0 ? {} : { examples };
}

function describe({ type, reason, missingValues, constraints }: Field): string {
  const missing = missingValues?.map((text) => (text === '' ? 'the empty cell' : code(text)));
  return [
    `${type}: ${plain(reason)}.`,
    ...(constraints?.unique ? ['The key of the table.'] : []),
    ...(missing ? [`Null in place of ${missing.join(', ')}.`] : []),
  ].join(' ');
}
