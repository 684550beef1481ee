// A cell that begins with a quote and is not plainly closed on its line → where it ends, by how many cells its record
// then has: those that the other records have.

import type { Marks } from './marks.ts';
import { once } from './once.ts';
import type { Walk } from './walk.ts';

/** How such a cell is read: in quotes up to the one at `close`, or with ordinary quotes (`close` is -1). */
export type Verdict = Readonly<{
  /** Behind the cell. */
  end: number;
  close: number;
  /** The quote at `close` is the first that is not doubled: the cell is as it should be. */
  isSound: boolean;
}>;

export type Judgement = (open: number, cellsBefore: number, close: number) => Verdict;

/** So many lines of the usual width in a quoted cell are lines of the table, which a stray quote has swallowed. */
const MANY_LINES = 8;
/** So many places where a quoted cell may end are tried. */
const MOST_TRIED = 16;
/** For ends on other lines so many bytes are looked at, and so many for each of the text: then there are too many. */
const MOST_LOOKED_AT = 1 << 26;
const LOOKS = 8;

/**
 * @param usualWidth how many cells the other records have; 0 where nothing shows it
 * @returns how to read the cell at an offset, before which its record has so many cells; `close` is the quote that
 *   closes it by the rules, -1 if none does
 */
export function doubtfulCells(bytes: Buffer, marks: Marks, walk: Walk, usualWidth: () => number): Judgement {
  const { quote, separatorAt, isCellEnd, isCellStart, breakAt, lineEnd } = marks;
  const mostLookedAt = MOST_LOOKED_AT + LOOKS * bytes.length;
  let lookedAt = 0;

  /** A record of more cells is no longer counted. */
  const mostCells = () => 2 * usualWidth() + 8;

  /** The cells of the record if the doubtful one ends at an offset. */
  const widthIf = (cellsBefore: number, end: number) => {
    const gap = separatorAt(end);
    return cellsBefore + 1 + (gap === 0 ? 0 : walk.countCells(end + gap, mostCells()).cells);
  };

  /** Whether a quoted cell of several lines, closed where a cell ends, is to be read as one. */
  const isRightSpan = (open: number, cellsBefore: number, close: number, isSound: boolean) => {
    const usual = usualWidth();
    if (usual < 2) return isSound;
    const fits = widthIf(cellsBefore, close + 1) === usual;
    // A text seldom ends with a separator, but it may, most of all where nothing in the file is damaged.
    if (isSound && fits && !hasLines(open, close, MANY_LINES) && (!isCellStart(close) || isWhollySound()))
      return true;
    let lines = 1;
    let fitting = widthIf(cellsBefore, walk.plainEnd(open)) === usual ? 1 : 0;
    let hasOwnRecord = false;
    for (let at = next(lineEnd(open)); at <= close; lines++) {
      const { cells, end } = walk.countCells(at, usual + 1);
      if (cells === usual) fitting++;
      hasOwnRecord = cells >= usual && closesCellOf(at, close);
      at = next(lineEnd(end));
    }
    if (!isSound) return fits && fitting * 2 < lines && !hasOwnRecord;
    return fits ? fitting < lines : fitting * 2 <= lines;
  };
  /** Whether a quote closes a cell that begins with one, in the record that begins at an offset. */
  const closesCellOf = (record: number, close: number) => {
    let start = record;
    for (let end = walk.cellEnd(start); end < close; end = walk.cellEnd(start)) {
      const gap = separatorAt(end);
      if (gap === 0) return false;
      start = end + gap;
    }
    return bytes[start] === quote && walk.cellEnd(start) === close + 1;
  };
  const next = (end: number) => end + Math.max(breakAt(end), 1);
  const hasLines = (from: number, to: number, count: number) => {
    let lines = 0;
    for (let at = lineEnd(from); at < to; at = lineEnd(next(at))) if (++lines >= count) return true;
    return false;
  };

  const isWhollySound = once(() => walk.isSound(usualWidth()));

  /** Whether the quotes at both ends of a cell are a pair, and one between them is not. */
  const isWrapped = (open: number, close: number) => {
    let quotes = 0;
    for (let at = open; at <= close; at++) if (bytes[at] === quote) quotes++;
    const inner = bytes.indexOf(quote, open + 1);
    return quotes % 2 === 1 || (inner < close && bytes[inner - 1] === 0x20);
  };

  return (open, cellsBefore, close) => {
    const isClosed = close !== -1 && isCellEnd(close + 1);
    if (isClosed && isRightSpan(open, cellsBefore, close, true))
      return { end: close + 1, close, isSound: true };
    const usual = usualWidth();
    const plain = { end: walk.plainEnd(open), close: -1, isSound: false };
    if (cellsBefore > mostCells()) return plain;
    const plainError = Math.abs(widthIf(cellsBefore, plain.end) - usual);
    const stop = lineEnd(open);
    let best = plain;
    let bestError = plainError;
    let at = walk.quoteAtEnd(open, stop);
    for (let tried = 0; at !== -1 && tried < MOST_TRIED; tried++) {
      const error = Math.abs(widthIf(cellsBefore, at + 1) - usual);
      if (error < bestError || (error === bestError && best === plain && isWrapped(open, at))) {
        best = { end: at + 1, close: at, isSound: false };
        bestError = error;
      }
      at = walk.quoteAtEnd(at, stop);
    }
    if (bestError === 0 || usual < 2) return best;
    // A stray quote in a cell of several lines: it ends where the record then has the usual width.
    at = walk.quoteAtEnd(stop, bytes.length);
    for (let tried = 0; at !== -1 && tried < MOST_TRIED && lookedAt < mostLookedAt; tried++) {
      lookedAt += at - open;
      if (widthIf(cellsBefore, at + 1) === usual && isRightSpan(open, cellsBefore, at, false))
        return { end: at + 1, close: at, isSound: false };
      at = walk.quoteAtEnd(at, bytes.length);
    }
    return best;
  };
}
