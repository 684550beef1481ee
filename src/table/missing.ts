// Texts that stand for a missing value: which they are.

const MISSING_TEXTS: ReadonlySet<string> = new Set([
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
const LONGEST_MISSING = 6;
const MISSING_STARTS: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  [...MISSING_TEXTS].some((text) => text.charCodeAt(0) === code),
);

/** Whether a text is null in a field whose other cells are all numbers, booleans, dates or datetimes. */
export function isMissingText(text: string): boolean {
  // Nearly every cell is ruled out by its length or first letter, which is cheaper than hashing it.
  return (
    text.length <= LONGEST_MISSING && MISSING_STARTS[text.charCodeAt(0)] === true && MISSING_TEXTS.has(text)
  );
}

/** One string for all that are equal: a column may keep millions. */
const KEPT: ReadonlyMap<string, string> = new Map([...MISSING_TEXTS].map((text) => [text, text]));

/** A text that stands for a missing value, as the one string that all such share. */
export function missingText(text: string): string {
  return KEPT.get(text) ?? text;
}
