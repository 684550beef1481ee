// A declared field → the type that a table gives it, and what each text stands for.

import type { Value } from '../field-types.ts';
import type { FieldType } from '../schema.ts';
import type { DeclaredField } from './declared-field.ts';
import { integerCast, numberCast } from './declared-numbers.ts';
import { temporalReader } from './declared-times.ts';

/** How the cells of a declared field are read. */
export type DeclaredCast = Readonly<{
  type: FieldType;
  /** undefined: the text does not fit */
  cast: (text: string) => Exclude<Value, null> | undefined;
  /** What belongs in a cell, in words. */
  expects: string;
  /** Whether a text that does not fit is kept as the value. */
  isLenient: boolean;
}>;

/** What a boolean is written as unless it is declared. */
export const TRUE_VALUES: readonly string[] = ['true', 'True', 'TRUE', '1'];
export const FALSE_VALUES: readonly string[] = ['false', 'False', 'FALSE', '0'];

const YEARMONTH = /^-?\d{4}-(?:0[1-9]|1[0-2])$/;
const DURATION =
  /^-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/;
/** The formats of strings, and what each one asks for. */
export const STRING_FORMATS: ReadonlyMap<string, readonly [RegExp, string]> = new Map([
  ['email', [/^[^\s@]+@[^\s@]+\.[^\s@.]+$/u, 'an e-mail address']],
  ['uri', [/^[a-z][a-z0-9+.-]*:[^\s]+$/iu, 'a URI with its scheme']],
  ['uuid', [/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i, 'a UUID']],
  ['binary', [/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'base64 text']],
]);

/** @returns null when no type is declared, or `any`: the cells decide */
export function declaredCast(field: DeclaredField): DeclaredCast | null {
  const { type, format = 'default' } = field;
  if (type === undefined || type === 'any') return null;
  switch (type) {
    case 'string': {
      const [expression, expects] = STRING_FORMATS.get(format) ?? [null, 'text'];
      return { ...checked((text) => expression?.test(text) !== false, expects), isLenient: true };
    }
    case 'integer':
      return strict('integer', integerCast(field), `a whole number within ±(2^53−1)${marked(field)}`);
    case 'number':
      return strict('number', numberCast(field), `a number${marked(field)}`);
    case 'boolean':
      return booleanCast(field);
    case 'date':
    case 'datetime':
      return strict(type, temporalReader(type, format), worded(type, format));
    case 'time': {
      const read = temporalReader('time', format);
      return checked((text) => read(text) !== undefined, worded('time', format));
    }
    case 'year':
      return strict(
        'integer',
        (text) => (/^-?\d{4}$/.test(text) ? Number(text) : undefined),
        'a year of four digits',
      );
    case 'yearmonth':
      return checked((text) => YEARMONTH.test(text), 'a month as YYYY-MM');
    case 'duration':
      return checked((text) => DURATION.test(text), 'an ISO 8601 duration such as P1Y2M');
    case 'array':
      return checked((text) => Array.isArray(parsed(text)), 'a JSON array');
    case 'object':
    case 'geojson':
      return checked((text) => isObject(parsed(text)), 'a JSON object');
    case 'geopoint':
      return checked((text) => isGeopoint(text, format), 'a point: longitude, latitude');
    case 'list':
      return listCast(field);
  }
}

function strict(
  type: FieldType,
  cast: (text: string) => Exclude<Value, null> | undefined,
  expects: string,
): DeclaredCast {
  return { type, cast, expects, isLenient: false };
}

/** The value is the text itself, if it passes. */
function checked(isFit: (text: string) => boolean, expects: string): DeclaredCast {
  return strict('string', (text) => (isFit(text) ? text : undefined), expects);
}

/** Its value is the text as it stands; blanks around an entry are no part of it. */
function listCast({ name, delimiter = ',', itemType }: DeclaredField): DeclaredCast {
  const item = itemType === undefined ? null : declaredCast({ name, type: itemType });
  const isFit = (entry: string) => item === null || item.cast(entry.trim()) !== undefined;
  const between = delimiter === ',' ? '' : ` with ${JSON.stringify(delimiter)} between its entries`;
  const each = item === null || itemType === 'string' ? '' : `, each entry ${item.expects}`;
  return checked((text) => text !== '' && text.split(delimiter).every(isFit), `a list${between}${each}`);
}

function booleanCast({ trueValues = TRUE_VALUES, falseValues = FALSE_VALUES }: DeclaredField): DeclaredCast {
  const values = new Map([
    ...trueValues.map((text) => [text, true] as const),
    ...falseValues.map((text) => [text, false] as const),
  ]);
  const cast = (text: string) => values.get(text);
  return strict('boolean', cast, `true (${trueValues.join(', ')}) or false (${falseValues.join(', ')})`);
}

function worded(type: 'date' | 'datetime' | 'time', format: string): string {
  if (format === 'any') return `a ${type} whose day and month cannot be mistaken`;
  const iso = { date: 'YYYY-MM-DD', datetime: 'YYYY-MM-DDThh:mm:ss', time: 'hh:mm:ss' }[type];
  return `a real ${type} as ${format === 'default' ? iso : format}`;
}

function marked({ decimalChar, groupChar }: DeclaredField): string {
  const marks = [
    ...(decimalChar === undefined ? [] : [`decimal mark ${JSON.stringify(decimalChar)}`]),
    ...(groupChar === undefined ? [] : [`groups by ${JSON.stringify(groupChar)}`]),
  ];
  return marks.length === 0 ? '' : ` (${marks.join(', ')})`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isGeopoint(text: string, format: string): boolean {
  const json =
    format === 'default'
      ? text.split(',').map((part) => (part.trim() === '' ? null : Number(part)))
      : parsed(text);
  const [lon, lat] = Array.isArray(json)
    ? (json as unknown[])
    : [(json as { lon?: unknown })?.lon, (json as { lat?: unknown })?.lat];
  return typeof lon === 'number' && typeof lat === 'number' && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
}
