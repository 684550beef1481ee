// A field → the JSON Schema of its values.
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
