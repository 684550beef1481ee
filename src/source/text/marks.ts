// A text's bytes under a dialect → where cells begin and end: separators, line breaks, quotes.

import type { Dialect } from '../../table/file-facts.ts';

export const LF = 0x0a;
export const CR = 0x0d;
const BLANK = 0x20;
/** Blanks behind a delimiter, up to so many, are no part of a cell where the dialect says so. */
export const MOST_BLANKS = 16;

/** What of a dialect cuts a text into records and cells. */
export type CellSyntax = Readonly<
  Pick<Dialect, 'delimiter' | 'quoteChar' | 'escapeChar' | 'skipInitialSpace' | 'commentChar'> & {
    /** The line breaks that end a record. */
    recordDelimiters: readonly string[];
  }
>;

export type Marks = Readonly<{
  /** The quote's byte; -1 where no quote opens a cell. */
  quote: number;
  /** The byte of the character that escapes a quote; -1 where doubled ones do. */
  escape: number;
  /** The length of the separator at an offset, 0 if there is none; blanks behind it count where they are no text. */
  separatorAt: (at: number) => number;
  /** The length of the line break at an offset, 0 if there is none. */
  breakAt: (at: number) => number;
  isCellEnd: (at: number) => boolean;
  isCellStart: (at: number) => boolean;
  isLineStart: (at: number) => boolean;
  /** The offset behind the last line break that ends at or before an offset. */
  lineStart: (at: number) => number;
  /** The offset of the next line break at or behind an offset, or the end. */
  lineEnd: (at: number) => number;
}>;

/** @param bytes UTF-8 without a byte order mark */
export function marksOf(bytes: Buffer, syntax: CellSyntax): Marks {
  const separator = Buffer.from(syntax.delimiter);
  const first = separator[0] as number;
  const { length } = separator;
  const hasBlanks = syntax.skipInitialSpace === true;
  const isLf = syntax.recordDelimiters.includes('\n');
  const isCrLf = syntax.recordDelimiters.includes('\r\n');
  const isCr = syntax.recordDelimiters.includes('\r');
  const lastOfBreak = isLf || isCrLf ? LF : CR;

  const isSeparator = (at: number) => {
    if (bytes[at] !== first) return false;
    for (let i = 1; i < length; i++) if (bytes[at + i] !== separator[i]) return false;
    return true;
  };
  const separatorAt = (at: number) => {
    if (!isSeparator(at)) return 0;
    let end = at + length;
    if (hasBlanks) while (bytes[end] === BLANK && end - at < length + MOST_BLANKS) end++;
    return end - at;
  };
  const breakAt = (at: number) => {
    const byte = bytes[at];
    if (byte === LF) return isLf ? 1 : 0;
    if (byte !== CR) return 0;
    if (isCrLf && bytes[at + 1] === LF) return 2;
    return isCr ? 1 : 0;
  };
  const isLineStart = (at: number) => {
    if (at === 0) return true;
    const before = bytes[at - 1];
    if (before === LF) return isLf || (isCrLf && bytes[at - 2] === CR);
    return before === CR && isCr && !(isCrLf && bytes[at] === LF);
  };
  const isCellStart = (at: number) => {
    if (isLineStart(at)) return true;
    let end = at;
    if (hasBlanks) while (bytes[end - 1] === BLANK) end--;
    return isSeparator(end - length);
  };
  const findLineEnd = (at: number) => {
    let end = at;
    if (isCr) while (end < bytes.length && breakAt(end) === 0) end++;
    else
      for (;;) {
        end = bytes.indexOf(LF, end);
        if (end === -1) return bytes.length;
        if (isCrLf && end > at && bytes[end - 1] === CR) return end - 1;
        if (isLf) return end;
        end++;
      }
    return end;
  };
  // A long line is asked for from many places.
  let knownFrom = 0;
  let knownEnd = -1;
  return {
    quote: byteOf(syntax.quoteChar),
    escape: byteOf(syntax.escapeChar ?? null),
    separatorAt,
    breakAt,
    isCellEnd: (at) => at >= bytes.length || isSeparator(at) || breakAt(at) > 0,
    isCellStart,
    isLineStart,
    lineStart(at) {
      let start = at;
      while (!isLineStart(start)) start = isCr ? start - 1 : bytes.lastIndexOf(lastOfBreak, start - 2) + 1;
      return start;
    },
    lineEnd(at) {
      if (at < knownFrom || at > knownEnd) {
        knownFrom = at;
        knownEnd = findLineEnd(at);
      }
      return knownEnd;
    },
  };
}

/** The byte of one ASCII character, or -1. */
function byteOf(character: string | null): number {
  const code = character?.charCodeAt(0) ?? -1;
  return code < 128 && character?.length === 1 ? code : -1;
}
