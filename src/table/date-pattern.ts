// A pattern such as `%d/%m/%Y %H:%M` → a reader that turns such a text into an ISO 8601 date or time.

import { isDate } from './calendar.ts';

/** Each directive: the regular expression of its text. */
const DIRECTIVES: ReadonlyMap<string, string> = new Map([
  ['Y', '(?<Y>\\d{4})'],
  ['y', '(?<y>\\d{2})'],
  ['m', '(?<m>1[0-2]|0?[1-9])'],
  ['d', '(?<d>3[01]|[12]\\d|0?[1-9])'],
  ['e', '(?<d> ?(?:3[01]|[12]\\d|[1-9]))'],
  ['j', '(?<j>\\d{3})'],
  ['H', '(?<H>2[0-3]|[01]?\\d)'],
  ['I', '(?<I>1[0-2]|0?[1-9])'],
  ['M', '(?<M>[0-5]?\\d)'],
  ['S', '(?<S>[0-5]?\\d)'],
  ['f', '(?<f>\\d{1,6})'],
  ['p', '(?<p>[AaPp]\\.?[Mm]\\.?)'],
  ['b', '(?<b>\\p{L}+)\\.?'],
  ['B', '(?<b>\\p{L}+)'],
  ['a', '\\p{L}+\\.?'],
  ['A', '\\p{L}+'],
  ['z', '(?<z>Z|[+-]\\d{2}:?\\d{2})'],
  ['Z', '(?<Z>UTC|GMT|Z)'],
  ['%', '%'],
]);
const SHORTHANDS: readonly (readonly [string, string])[] = [
  ['%F', '%Y-%m-%d'],
  ['%T', '%H:%M:%S'],
  ['%R', '%H:%M'],
  ['%D', '%m/%d/%y'],
];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** @returns what belongs in the pattern's place when it is none, else null */
export function patternFault(pattern: string): string | null {
  if (pattern === 'default' || pattern === 'any') return null;
  const parts = [...expand(pattern).matchAll(/%(.?)/gs)].map((match) => match[1] as string);
  const unknown = parts.find((part) => !DIRECTIVES.has(part));
  if (unknown !== undefined) return `a pattern of the directives %${[...DIRECTIVES.keys()].join(' %')}`;
  if (new Set(parts).size !== parts.length) return 'a pattern that has each directive once';
  return parts.length === 0 ? '"default", "any" or a pattern such as "%d/%m/%Y"' : null;
}

/** Which ISO 8601 text is made: `2024-02-29`, `12:30:00`, or both with a T between. */
export type Temporal = 'date' | 'time' | 'datetime';

/**
 * Makes the reader of a pattern.
 * @returns a function from a text to the ISO 8601 text of what it says, or undefined when it is no such text
 */
export function patternReader(pattern: string, temporal: Temporal): (text: string) => string | undefined {
  const source = expand(pattern)
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/%(.)/gs, (whole, directive: string) => DIRECTIVES.get(directive) ?? whole);
  const expression = new RegExp(`^${source}$`, 'u');
  return (text) => {
    const parts = expression.exec(text)?.groups;
    if (parts === undefined) return undefined;
    const date = temporal === 'time' ? '' : dateOf(parts);
    if (date === undefined) return undefined;
    return temporal === 'date'
      ? date
      : temporal === 'time'
        ? timeOf(parts)
        : `${date}T${timeOf(parts)}${zoneOf(parts)}`;
  };
}

type Parts = Readonly<{ [name: string]: string | undefined }>;

function expand(pattern: string): string {
  return SHORTHANDS.reduce((text, [short, long]) => text.replaceAll(short, long), pattern);
}

function dateOf({ Y, y, m, d, b, j }: Parts): string | undefined {
  // POSIX: 69 to 99 are of the 20th century.
  const year = Y ?? (y === undefined ? '1900' : `${Number(y) >= 69 ? '19' : '20'}${y}`);
  if (j !== undefined) return dayOfYear(year, Number(j));
  const month = b === undefined ? Number(m ?? 1) : MONTHS.indexOf(b.slice(0, 3).toLowerCase()) + 1;
  const text = `${year}-${two(month)}-${two(Number(d ?? 1))}`;
  return isDate(text) ? text : undefined;
}

function dayOfYear(year: string, day: number): string | undefined {
  const time = new Date(0);
  time.setUTCFullYear(Number(year), 0, day);
  const text = time.toISOString().slice(0, 10);
  return day > 0 && text.startsWith(`${year}-`) ? text : undefined;
}

function timeOf({ H, I, M, S, f, p }: Parts): string {
  const half = I === undefined ? Number(H ?? 0) : Number(I) % 12;
  const hour = half + (I !== undefined && p !== undefined && /^p/i.test(p) ? 12 : 0);
  return `${two(hour)}:${two(Number(M ?? 0))}:${two(Number(S ?? 0))}${f === undefined ? '' : `.${f}`}`;
}

function zoneOf({ z, Z }: Parts): string {
  if (z === undefined) return Z === undefined ? '' : 'Z';
  return z === 'Z' ? 'Z' : `${z.slice(0, 3)}:${z.slice(-2)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
