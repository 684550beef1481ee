// A text under a dialect → cells and records without reading them: where they end, and how many cells there are.

import type { Marks } from './marks.ts';

export type Walk = Readonly<{
  /** The quote that closes a quoted cell: the first one that is not part of the text; -1 if there is none. */
  closingQuote: (open: number) => number;
  /** The end of a cell whose quotes are ordinary characters. */
  plainEnd: (at: number) => number;
  /** The end of a cell, in quotes or not. */
  cellEnd: (at: number) => number;
  /** The next quote behind an offset that stands at the end of a cell, before another offset; or -1. */
  quoteAtEnd: (behind: number, before: number) => number;
  /** Counts the cells from a cell's start to the end of its record, or as far as `most`. */
  countCells: (at: number, most: number) => Counted;
  /** Whether every quote of the text stands where it may, and every record that is not blank has so many cells. */
  isSound: (width: number) => boolean;
}>;

/** `end` is the offset of the line break, or of the end of the text. */
export type Counted = Readonly<{ cells: number; end: number }>;

export function walkText(bytes: Buffer, marks: Marks): Walk {
  const { quote, escape: escapeByte, separatorAt, breakAt, isCellEnd } = marks;
  const closingDoubled = (open: number) => {
    let at = bytes.indexOf(quote, open + 1);
    while (at !== -1 && bytes[at + 1] === quote) at = bytes.indexOf(quote, at + 2);
    return at;
  };
  const closingEscaped = (open: number) => {
    for (let at = bytes.indexOf(quote, open + 1); at !== -1; at = bytes.indexOf(quote, at + 1)) {
      if (isEscaped(open, at)) continue;
      if (isCellEnd(at + 1) || bytes[at + 1] !== quote) return at;
      at++;
    }
    return -1;
  };
  const isEscaped = (open: number, at: number) => {
    let start = at;
    while (start - 1 > open && bytes[start - 1] === escapeByte) start--;
    return (at - start) % 2 === 1;
  };
  const closingQuote = escapeByte === -1 || escapeByte === quote ? closingDoubled : closingEscaped;

  const plainEnd = (at: number) => {
    let end = at;
    while (!isCellEnd(end)) end++;
    return end;
  };
  // Asked from place to place, it is the same answer up to where it points.
  let askedFrom = -1;
  let answer = -1;
  const quoteAtEnd = (behind: number, before: number) => {
    if (behind < askedFrom || behind >= answer) {
      let at = bytes.indexOf(quote, behind + 1);
      while (at !== -1 && !isCellEnd(at + 1)) at = bytes.indexOf(quote, at + 1);
      askedFrom = behind;
      answer = at === -1 ? bytes.length : at;
    }
    return answer < before ? answer : -1;
  };
  const cellEnd = (at: number) => {
    if (bytes[at] !== quote) return plainEnd(at);
    const close = closingQuote(at);
    if (close !== -1 && isCellEnd(close + 1)) return close + 1;
    const inner = quoteAtEnd(at, marks.lineEnd(at));
    return inner === -1 ? plainEnd(at) : inner + 1;
  };
  const countCells = (start: number, most: number): Counted => {
    let cells = 1;
    let end = cellEnd(start);
    for (let gap = separatorAt(end); gap > 0 && cells < most; gap = separatorAt(end)) {
      end = cellEnd(end + gap);
      cells++;
    }
    return { cells, end };
  };
  const isSound = (width: number) => {
    for (let at = 0; at < bytes.length; ) {
      const start = at;
      let cells = 0;
      for (let gap = 1; gap > 0; at += gap) {
        const begin = at;
        const isQuoted = bytes[at] === quote;
        at = cellEnd(at);
        const close = isQuoted ? closingQuote(begin) : -1;
        if (isQuoted ? close !== at - 1 : bytes.subarray(begin, at).includes(quote)) return false;
        cells++;
        gap = separatorAt(at);
      }
      if (at > start && cells !== width) return false;
      at += Math.max(breakAt(at), 1);
    }
    return true;
  };
  return { isSound, closingQuote, plainEnd, quoteAtEnd, cellEnd, countCells };
}

/** A text's first records are counted: so many bytes and records. */
const SAMPLE_BYTES = 1 << 15;
const SAMPLE_RECORDS = 200;

/** How many cells most of the first records have; 0 where there are none. Blank lines do not count. */
export function usualWidth(bytes: Buffer, marks: Marks, walk: Walk): number {
  const counts = new Map<number, number>();
  let records = 0;
  const size = Math.min(bytes.length, SAMPLE_BYTES);
  for (let at = 0; at < size && records < SAMPLE_RECORDS; ) {
    const { cells, end } = walk.countCells(at, Number.POSITIVE_INFINITY);
    if (end > at) {
      counts.set(cells, (counts.get(cells) ?? 0) + 1);
      records++;
    }
    at = end + Math.max(marks.breakAt(end), 1);
  }
  let usual = 0;
  for (const [cells, count] of counts) if (count > (counts.get(usual) ?? 0)) usual = cells;
  return usual;
}
