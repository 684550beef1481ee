// A CSVW datatype → the type, format and constraints of a declared field.

import type { DeclaredField, DeclaredType } from '../../table/declared/declared-field.ts';
import type { Constraints } from '../../table/schema.ts';

export type GivenDatatype =
  | string
  | Readonly<{
      base?: string;
      format?: string | Readonly<{ decimalChar?: string; groupChar?: string; pattern?: string }>;
      minimum?: string | number;
      maximum?: string | number;
      minInclusive?: string | number;
      maxInclusive?: string | number;
      minExclusive?: string | number;
      maxExclusive?: string | number;
      length?: number;
      minLength?: number;
      maxLength?: number;
    }>;

/** Every datatype: the type that it is read as, and the bounds that it has by itself. */
const TYPES: ReadonlyMap<string, readonly [DeclaredType, Constraints?]> = new Map<
  string,
  readonly [DeclaredType, Constraints?]
>([
  ...[
    'string',
    'normalizedString',
    'token',
    'language',
    'Name',
    'NMTOKEN',
    'xml',
    'html',
    'anyURI',
    'QName',
  ].map((name) => [name, ['string']] as const),
  ...[
    'anyAtomicType',
    'any',
    'base64Binary',
    'binary',
    'hexBinary',
    'gDay',
    'gMonth',
    'gMonthDay',
    'json',
  ].map((name) => [name, ['string']] as const),
  ...['decimal', 'double', 'float', 'number'].map((name) => [name, ['number']] as const),
  ['integer', ['integer']],
  ['long', ['integer']],
  ['int', ['integer', { minimum: -2147483648, maximum: 2147483647 }]],
  ['short', ['integer', { minimum: -32768, maximum: 32767 }]],
  ['byte', ['integer', { minimum: -128, maximum: 127 }]],
  ['nonNegativeInteger', ['integer', { minimum: 0 }]],
  ['unsignedLong', ['integer', { minimum: 0 }]],
  ['unsignedInt', ['integer', { minimum: 0, maximum: 4294967295 }]],
  ['unsignedShort', ['integer', { minimum: 0, maximum: 65535 }]],
  ['unsignedByte', ['integer', { minimum: 0, maximum: 255 }]],
  ['positiveInteger', ['integer', { minimum: 1 }]],
  ['nonPositiveInteger', ['integer', { maximum: 0 }]],
  ['negativeInteger', ['integer', { maximum: -1 }]],
  ['boolean', ['boolean']],
  ['date', ['date']],
  ['dateTime', ['datetime']],
  ['datetime', ['datetime']],
  ['dateTimeStamp', ['datetime']],
  ['time', ['time']],
  ['gYear', ['year']],
  ['gYearMonth', ['yearmonth']],
  ['duration', ['duration']],
  ['dayTimeDuration', ['duration']],
  ['yearMonthDuration', ['duration']],
]);

/** The names of the datatypes that there are. */
export const DATATYPES: readonly string[] = [...TYPES.keys()];

/** The letters of a Unicode date pattern, and the directives that say the same. The longest come first. */
const LETTERS: readonly (readonly [RegExp, string])[] = [
  [/^'([^']*)'/, ''],
  [/^yyyy/, '%Y'],
  [/^yy/, '%y'],
  [/^MMMM/, '%B'],
  [/^MMM/, '%b'],
  [/^MM?/, '%m'],
  [/^dd?/, '%d'],
  [/^HH?/, '%H'],
  [/^hh?/, '%I'],
  [/^mm?/, '%M'],
  [/^ss?/, '%S'],
  [/^S+/, '%f'],
  [/^a/, '%p'],
  [/^[Xx]{1,5}/, '%z'],
];

/** @param isList whether a cell holds several values: then it is text */
export function readDatatype(given: GivenDatatype | undefined, isList: boolean): Omit<DeclaredField, 'name'> {
  if (given === undefined || isList) return { type: 'string' };
  const datatype = typeof given === 'string' ? { base: given } : given;
  const [type, implied] = TYPES.get(datatype.base ?? 'string') ?? ['string' as const];
  const minimum = datatype.minInclusive ?? datatype.minimum ?? implied?.minimum;
  const maximum = datatype.maxInclusive ?? datatype.maximum ?? implied?.maximum;
  const minLength = datatype.length ?? datatype.minLength;
  const maxLength = datatype.length ?? datatype.maxLength;
  const { pattern, ...format } = readFormat(type, datatype.format);
  const constraints: Constraints = {
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(datatype.minExclusive === undefined ? {} : { exclusiveMinimum: datatype.minExclusive }),
    ...(datatype.maxExclusive === undefined ? {} : { exclusiveMaximum: datatype.maxExclusive }),
    ...(minLength === undefined ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(pattern === undefined ? {} : { pattern }),
  };
  return { type, ...format, ...(Object.keys(constraints).length === 0 ? {} : { constraints }) };
}

type Format = (GivenDatatype & object)['format'];
type ReadFormat = Pick<DeclaredField, 'format' | 'decimalChar' | 'groupChar' | 'trueValues' | 'falseValues'> &
  Readonly<{ pattern?: string }>;

function readFormat(type: DeclaredType, format: Format): ReadFormat {
  if (format === undefined) return {};
  if (typeof format === 'object') {
    const { decimalChar, groupChar } = format;
    return {
      ...(decimalChar === undefined ? {} : { decimalChar }),
      ...(groupChar === undefined ? {} : { groupChar }),
    };
  }
  switch (type) {
    case 'boolean': {
      const [yes = 'true', no = 'false'] = format.split('|');
      return { trueValues: [yes], falseValues: [no] };
    }
    case 'date':
    case 'datetime':
    case 'time':
      return { format: directives(format) };
    case 'integer':
    case 'number':
      return format.includes(',') ? { groupChar: ',' } : {};
    default:
      return { pattern: format };
  }
}

/** `dd/MM/yyyy` → `%d/%m/%Y`. */
function directives(format: string): string {
  let rest = format;
  let made = '';
  while (rest !== '') {
    const known = LETTERS.map(([letter, directive]) => [letter.exec(rest), directive] as const).find(
      ([match]) => match !== null,
    );
    const match = known?.[0];
    made += match ? (match[1] ?? known[1]) : rest[0] === '%' ? '%%' : rest[0];
    rest = rest.slice(match ? match[0].length : 1);
  }
  return made;
}
