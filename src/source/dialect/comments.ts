// The first lines of a text → those that are none of its records: a spreadsheet's `sep=;`, and comments.

import type { Candidate } from './measure.ts';

/** A first line that tells a spreadsheet the delimiter, and its length with its line break. */
export function readSeparatorLine(text: string): Readonly<{ delimiter: string; length: number }> | null {
  const match = /^"?sep=(.)"?[,;\t ]*(?:\r\n|\r|\n|$)/i.exec(text);
  return match === null ? null : { delimiter: match[1] as string, length: match[0].length };
}

/** What was found below the comments at the top, which take up `top` characters. */
export type FoundComments = Readonly<{ found: Candidate; top: number; because: string | null }>;

/**
 * Lines at the top that begin with `#` are comments unless the last of them is the header; further down they are
 * where none of them has as many cells as the rows.
 * @param declared the character that begins a comment, where a person says so
 * @param find finds the syntax of a text, comments left out
 */
export function findComments(
  text: string,
  declared: string | undefined,
  find: (text: string, commentChar: string | null) => Candidate,
): FoundComments {
  if (declared !== undefined) return { found: find(text, declared), top: 0, because: null };
  if (!/^#/m.test(text)) return { found: find(text, null), top: 0, because: null };
  const lines = topComments(text);
  const without = find(text, '#');
  const { width } = without;
  const isProse = lines.length > 0 && lines.every((line) => /^#+(?:[ \t!]|#|$)/.test(line.trim()));
  // All of the text begins with it, or the cells of its only column do.
  if (without.records.length === 0 || (width === 1 && !isProse)) {
    return { found: find(text, null), top: 0, because: null };
  }
  const last = lines.at(-1);
  const isHeader = last !== undefined && width > 1 && isNameLine(last, text, lines, without, find);
  const comments = isHeader ? lines.slice(0, -1) : lines;
  const top = comments.reduce((length, line) => length + line.length, 0);
  const body = text.slice(top);
  const plain = find(body, null);
  const inside = plain.records.filter(({ cells }, index) => cells[0]?.startsWith('#') && index > 0);
  const areComments = width > 1 && inside.length > 0 && inside.every(({ cells }) => cells.length !== width);
  if (areComments && !isHeader) {
    return { found: find(body, '#'), top, because: 'lines that begin with # are comments' };
  }
  const because =
    top === 0
      ? null
      : `the first ${comments.length === 1 ? 'line is a comment' : `${comments.length} lines are comments`}`;
  return { found: plain, top, because };
}

/** The lines at the top that begin with `#`, with their line breaks and blank lines between them. */
function topComments(text: string): string[] {
  const lines: string[] = [];
  const line = /[^\r\n]*(?:\r\n|\r|\n)/y;
  for (let match = line.exec(text); match?.[0].startsWith('#') === true; match = line.exec(text)) {
    lines.push(match[0]);
  }
  return lines;
}

/** Whether the last line at the top has a name for each cell of the rows, and they no names of their own. */
function isNameLine(
  last: string,
  text: string,
  lines: readonly string[],
  rows: Candidate,
  find: (text: string, commentChar: string | null) => Candidate,
): boolean {
  const from = lines.reduce((length, line) => length + line.length, 0) - last.length;
  const { records, width } = find(text.slice(from), null);
  const first = records[0]?.cells;
  if (first?.length !== rows.width || width !== rows.width) return false;
  return !/^#\s/.test(last) || /\d/.test(rows.records[0]?.cells.join('') ?? '');
}
