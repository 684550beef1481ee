// A field → the JSON Schema of its values.
import type { Column } from '../../table/column.ts';
import { fieldType } from '../../table/field-types.ts';
import type { Field } from '../../table/schema.ts';
import { constraintKeywords } from './constraint-keywords.ts';
import { exampleValues } from './examples.ts';
import { code, plain } from './markdown.ts';

/**
 * The schema of a field's values in JSON: nullable only where a cell is null.
 * @param isKept whether every value keeps to what is declared: then the schema says it too
 */
export function fieldSchema(field: Field, column: Column, rowCount: number, isKept: boolean): object {
  const { type, ...rest } = valueSchema(field);
  return {
    type: column.nulls === null ? type : [type, 'null'],
    ...rest,
    ...(field.title === undefined ? {} : { title: field.title }),
    ...(isKept ? constraintKeywords(field, column.nulls !== null) : {}),
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
      // Others say how the cells are written, and the values are not.
      return format === 'date-time' ? format : undefined;
    default:
      return undefined;
  }
}

function examplesOf(column: Column, rowCount: number): object {
  const examples = exampleValues(column, rowCount);
  return examples.length === 0 ? {} : { examples };
}

function describe({ type, description, reason, missingValues, constraints }: Field): string {
  const missing = missingValues?.map((text) => (text === '' ? 'the empty cell' : code(text)));
  return [
    ...(description === undefined ? [] : [`${plain(description)}\n\n`]),
    `${type}: ${plain(reason)}.`,
    ...(constraints?.unique ? ['The key of the table.'] : []),
    ...(missing ? [`Null in place of ${missing.join(', ')}.`] : []),
  ].join(' ');
}
