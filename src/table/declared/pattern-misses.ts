// A column and a declared pattern → the rows whose text does not match it, as far as that is found in time.

import { type Column, isNull, physicalText } from '../column.ts';

/**
 * Does work that may take for ever, such as matching a pattern that a person wrote.
 * @returns whether it was done within so many milliseconds; else it was broken off
 */
export type InTime = (work: () => void, milliseconds: number) => boolean;

/** Rows are asked about only up to `until`: with that one, time had run out. */
export type Misses = Readonly<{ isMiss: (row: number) => boolean; until: number }>;

/** What all rows of a column may take: a text takes a microsecond; one alone takes an hour where it goes wrong. */
const BASE_TIME = 1000;
const ROW_TIME = 0.005;

/** The regular expression that a whole text is to match. Throws where the pattern is none. */
export function wholeText(pattern: string): RegExp {
  return new RegExp(`^(?:${inJavaScript(pattern)})$`, 'u');
}

/** Marks that XML Schema or Python let stand behind a backslash, and JavaScript does not: `[a-z]+\-[0-9]`. */
const OTHER_ESCAPE = /\\([^A-Za-z0-9^$\\.*+?()[\]{}|/])|\\./gsu;

/** A pattern as people write it, in the way of JavaScript. */
export function inJavaScript(pattern: string): string {
  return pattern
    .replace(OTHER_ESCAPE, (whole, mark?: string) =>
      mark === undefined ? whole : `\\u{${(mark.codePointAt(0) as number).toString(16)}}`,
    )
    .replaceAll('(?P<', '(?<');
}

export function patternMisses(column: Column, rows: number, pattern: string, inTime: InTime): Misses {
  const expression = wholeText(pattern);
  const misses = new Uint8Array(rows);
  let row = 0;
  inTime(
    () => {
      for (; row < rows; row++)
        if (!isNull(column, row) && !expression.test(physicalText(column, row) ?? '')) misses[row] = 1;
    },
    BASE_TIME + rows * ROW_TIME,
  );
  return { isMiss: (at) => misses[at] === 1, until: row };
}
