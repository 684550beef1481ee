// The beginning of a text under a syntax → its records, cut as a parser would: good enough to compare syntaxes.

import { isRuleLine } from './rule-line.ts';

/** How cells are told apart and quoted. */
export type Syntax = Readonly<{
  delimiter: string;
  quoteChar: string | null;
  escapeChar: string | null;
  skipInitialSpace: boolean;
  commentChar: string | null;
  /** Whether CR alone ends a line. */
  isCrBreak: boolean;
}>;

/** One record. `start` is where it begins in the text, `line` its first line from 1. */
export type SampleRecord = Readonly<{
  cells: readonly string[];
  start: number;
  line: number;
  /** The cells that stand in quotes, as indices. */
  quoted: readonly number[];
  /** How many quotes stand where none may: at the beginning of a cell that they do not close, or inside one. */
  stray: number;
}>;

/** The line of a cell whose quotes do not match is looked at no further than this. */
const LONGEST_SEARCH = 4096;

/**
 * Cuts text into records of cells; blank lines and those drawn between rows are left out. A quote opens a cell only at
 * its beginning; one that is not closed at the end of a cell is an ordinary character.
 * @param limit at most so many records
 */
export function splitSample(text: string, syntax: Syntax, limit: number): SampleRecord[] {
  const { delimiter, quoteChar, skipInitialSpace, commentChar, isCrBreak } = syntax;
  const first = delimiter.charCodeAt(0);
  const isLong = delimiter.length > 1;
  const isBreak = (code: number, at: number) =>
    code === 10 || (code === 13 && (isCrBreak || text.charCodeAt(at + 1) === 10));
  const isDelimiter = (code: number, at: number) =>
    code === first && (!isLong || text.startsWith(delimiter, at));
  const isEnd = (at: number) => {
    if (at >= text.length) return true;
    const code = text.charCodeAt(at);
    return isDelimiter(code, at) || isBreak(code, at);
  };
  const records: SampleRecord[] = [];
  let line = 1;
  let lineEnd = -1;
  let at = 0;
  while (at < text.length && records.length < limit) {
    const start = at;
    const startLine = line;
    if (commentChar !== null && text.startsWith(commentChar, at)) {
      while (at < text.length && !isBreak(text.charCodeAt(at), at)) at++;
      at += text.startsWith('\r\n', at) ? 2 : 1;
      line++;
      continue;
    }
    const cells: string[] = [];
    const quoted: number[] = [];
    let stray = 0;
    for (;;) {
      if (skipInitialSpace) while (text.charCodeAt(at) === 32) at++;
      let begin = at;
      let cell: string | null = null;
      if (quoteChar !== null && text.startsWith(quoteChar, at)) {
        let close = closingQuote(text, at, syntax);
        if (close !== -1 && !isEnd(close + 1)) {
          stray++;
          if (lineEnd < at) lineEnd = endOfLine(text, at);
          close = laterQuote(text, close, Math.min(lineEnd, at + LONGEST_SEARCH), syntax, isEnd);
        }
        if (close !== -1) {
          cell = unquote(text.slice(at + 1, close), syntax);
          quoted.push(cells.length);
          for (let i = at; i < close; i++) if (isBreak(text.charCodeAt(i), i)) line++;
          begin = at = close + 1;
        } else {
          stray++;
          at++;
        }
      }
      if (cell === null) {
        while (at < text.length) {
          const code = text.charCodeAt(at);
          if (isDelimiter(code, at) || isBreak(code, at)) break;
          at++;
        }
        cell = text.slice(begin, at);
        if (quoteChar === '"' && cell.includes('"')) stray++;
      }
      cells.push(cell);
      if (at >= text.length || !isDelimiter(text.charCodeAt(at), at)) break;
      at += delimiter.length;
    }
    if (at < text.length) {
      at += text.startsWith('\r\n', at) ? 2 : 1;
      line++;
    }
    const isBlank = cells.length === 1 && cells[0] === '' && quoted.length === 0;
    if (!isBlank && !isRuleLine(cells, delimiter))
      records.push({ cells, start, line: startLine, quoted, stray });
  }
  return records;
}

/** Where the quote stands that closes the one at `open`; -1 if none does. */
function closingQuote(text: string, open: number, { quoteChar, escapeChar }: Syntax): number {
  const quote = quoteChar as string;
  let at = text.indexOf(quote, open + 1);
  while (at !== -1) {
    if (escapeChar !== null) {
      let escapes = 0;
      while (text[at - 1 - escapes] === escapeChar && at - 1 - escapes > open) escapes++;
      if (escapes % 2 === 0) return at;
      at = text.indexOf(quote, at + 1);
    } else {
      if (!text.startsWith(quote, at + 1)) return at;
      at = text.indexOf(quote, at + 2);
    }
  }
  return -1;
}

/**
 * Where the same line has a quote further on that ends the cell: those before it are part of the text. Not behind a
 * quote that opens the next cell. -1 if there is none.
 */
function laterQuote(
  text: string,
  first: number,
  limit: number,
  { quoteChar, delimiter }: Syntax,
  isEnd: (at: number) => boolean,
): number {
  const quote = quoteChar as string;
  for (let at = first; at !== -1 && at < limit; at = text.indexOf(quote, at + 1)) {
    if (at > first && text.startsWith(delimiter, at - delimiter.length)) return -1;
    if (isEnd(at + 1)) return at;
  }
  return -1;
}

function endOfLine(text: string, from: number): number {
  const lf = text.indexOf('\n', from);
  const end = lf === -1 ? text.length : lf;
  const cr = text.slice(from, end).indexOf('\r');
  return cr === -1 ? end : from + cr;
}

function unquote(inner: string, { quoteChar, escapeChar }: Syntax): string {
  const quote = quoteChar as string;
  if (escapeChar === null) return inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner;
  return inner.includes(escapeChar) ? inner.replaceAll(escapeChar + quote, quote) : inner;
}
