// The registry of field types: which texts belong to each, and what value a text stands for.

import { isDate, isDatetime } from './calendar.ts';
import { castInteger, castNumber } from './numbers.ts';
import type { FieldType } from './schema.ts';

/** A cell's logical value, as JSON has it. */
export type Value = string | number | boolean | null;

type TypeDefinition = Readonly<{
  name: FieldType;
  /** In words, for error messages and documentation. */
  describes: string;
  /** A text of this type, for error messages and documentation. */
  example: string;
  /** How the type is called in JSON Schema. */
  jsonType: 'integer' | 'number' | 'boolean' | 'string';
  /** Casts a canonical text; undefined when the text is not one of this type. */
  cast: (text: string) => Exclude<Value, null> | undefined;
}>;

/** Every field type, in the order in which inference tries them. */
export const FIELD_TYPES = [
  {
    name: 'integer',
    describes: 'a whole number within ±9007199254740991, without a leading zero or a plus sign',
    example: '42',
    jsonType: 'integer',
    cast: castInteger,
  },
  {
    name: 'number',
    describes: 'a decimal number with a dot, without a leading zero or a plus sign',
    example: '3.14',
    jsonType: 'number',
    cast: castNumber,
  },
  {
    name: 'boolean',
    describes: 'true or false',
    example: 'true',
    jsonType: 'boolean',
    cast: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  },
  {
    name: 'date',
    describes: 'a calendar date, YYYY-MM-DD',
    example: '2024-02-29',
    jsonType: 'string',
    cast: (text) => (isDate(text) ? text : undefined),
  },
  {
    name: 'datetime',
    describes: 'a date and time as in RFC 3339, with or without a zone',
    example: '2024-02-29T12:30:00Z',
    jsonType: 'string',
    cast: (text) => (isDatetime(text) ? text : undefined),
  },
  {
    name: 'string',
    describes: 'any text',
    example: 'text',
    jsonType: 'string',
    cast: (text) => text,
  },
] as const satisfies readonly TypeDefinition[];

const byName = new Map<FieldType, TypeDefinition>(FIELD_TYPES.map((type) => [type.name, type]));

/** The definition of a type by its name. */
export function fieldType(name: FieldType): TypeDefinition {
  return byName.get(name) as TypeDefinition;
}

/** The casings in which a column may write its booleans: one pair for the whole column, `[false, true]`. */
export const BOOLEAN_TEXTS = [
  ['false', 'true'],
  ['FALSE', 'TRUE'],
  ['False', 'True'],
] as const;
