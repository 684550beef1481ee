// The registry of field types: which texts belong to each, and what value a text stands for.

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

/** Texts that are null in a field whose other cells are all numbers, booleans, dates or datetimes. */
export const MISSING_TEXTS: ReadonlySet<string> = new Set([
  'NA',
  'N/A',
  'n/a',
  'NULL',
  'null',
  '\\N',
  '#N/A',
  '#NULL!',
  'NaN',
  'nan',
  '-',
]);

/**
 * Casts the canonical text of an integer.
 * @returns the integer, or undefined for anything else (`01`, `+1`, `1.0`, beyond ±(2^53−1))
 */
export function castInteger(text: string): number | undefined {
  const length = text.length;
  const negative = text.charCodeAt(0) === 45;
  const start = negative ? 1 : 0;
  const digits = length - start;
  if (digits < 1 || digits > 16) return undefined;
  if (text.charCodeAt(start) === 48 && (digits > 1 || negative)) return undefined;
  let value = 0;
  for (let i = start; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) return undefined;
  return negative ? -value : value;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const PLAIN_EXPONENT = /^[^.]*[eE]\d+$/;

/**
 * Casts a decimal number whose value a double keeps: at most 17 significant digits, and all of them come back.
 * @returns the number, or undefined for anything else (`01.5`, `.5`, `1e5`, which is more often a code)
 */
export function castNumber(text: string): number | undefined {
  const first = text.charCodeAt(0);
  if ((first < 48 || first > 57) && first !== 45) return undefined;
  if (!NUMBER.test(text) || PLAIN_EXPONENT.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  if (text.length <= 15 && Math.abs(value) >= 1e-6) return value;
  return hasLosslessDigits(text, value) ? value : undefined;
}

/** Whether a number's significant digits, as written, are those that the double gives back. */
function hasLosslessDigits(text: string, value: number): boolean {
  const digits = significantDigits(text);
  if (digits.length > 17) return false;
  if (digits === '') return value === 0;
  return significantDigits(value.toPrecision(digits.length)) === digits;
}

function significantDigits(text: string): string {
  const mantissa = text.replace(/[eE].*$/, '').replace(/[-.]/g, '');
  return mantissa.replace(/^0+/, '').replace(/0+$/, '');
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DATETIME =
  /^(\d{4}-\d\d-\d\d)[Tt ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?$/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a text is a day that the calendar has, as YYYY-MM-DD. */
export function isDate(text: string): boolean {
  if (text.length !== 10) return false;
  const parts = DATE.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (month < 1 || month > 12 || day < 1 || day > (DAYS[month - 1] as number)) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

/** Whether a text is an RFC 3339 date and time, with the zone left out or not. */
export function isDatetime(text: string): boolean {
  return text.length >= 19 && DATETIME.test(text) && isDate(text.slice(0, 10));
}

/** Whether a datetime's text names its zone, as RFC 3339 demands. */
export function hasZone(text: string): boolean {
  return DATETIME.exec(text)?.[3] !== undefined;
}
