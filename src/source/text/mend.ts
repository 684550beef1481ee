// UTF-8 text under a dialect → the same text with every quote that cannot be balanced made an ordinary character.
//
// csv-parse stays the authority on what a file says. It cannot know that a quote was never meant to open a cell: such
// a cell is rewritten as a quoted one (`"abc` → `"""abc"`), so that csv-parse reads the quote as part of the text.

import { isMissingText } from '../../table/missing.ts';
import { doubtfulCells } from './doubtful.ts';
import { type CellSyntax, CR, LF, type Marks, marksOf } from './marks.ts';
import { once } from './once.ts';
import { quoteCell, readQuoted } from './requote.ts';
import { usualWidth, type Walk, walkText } from './walk.ts';

/**
 * A cell whose quotes were rewritten. `offset` counts bytes of the text as it was; `added` is negative where the cell
 * became shorter. `stray`: a quote is read as an ordinary character; `open`: no quote behind it closes it.
 */
export type Mended = Readonly<{
  offset: number;
  /** The cell's number in its record, from 1. */
  column: number;
  added: number;
  kind: 'stray' | 'open' | 'escape';
}>;

export type MendedText = Readonly<{
  bytes: Buffer;
  mended: readonly Mended[];
  /** Whether a quoted cell is empty or says `NA` or the like: only then it matters which cells stood in quotes. */
  isQuotingTold: boolean;
  /** Where the quote stands that the end of the file leaves open; -1 if none. It is among those mended. */
  openQuote: number;
  /** The last record with a cell of several lines: where it begins, and where that cell ends; 0 if there is none. */
  lastSpan: Readonly<{ from: number; to: number }>;
}>;

const NO_SPAN = { from: 0, to: 0 };

/** @param bytes UTF-8 without a byte order mark, from the header on */
export function mendQuotes(bytes: Buffer, syntax: CellSyntax): MendedText {
  const marks = marksOf(bytes, syntax);
  if (marks.quote === -1)
    return { bytes, mended: [], isQuotingTold: false, openQuote: -1, lastSpan: NO_SPAN };
  return mendCells(bytes, marks, syntax.commentChar);
}

function mendCells(bytes: Buffer, marks: Marks, commentChar: string | undefined): MendedText {
  const { quote, isCellStart, isCellEnd } = marks;
  const walk = walkText(bytes, marks);
  const judge = doubtfulCells(
    bytes,
    marks,
    walk,
    once(() => usualWidth(bytes, marks, walk)),
  );
  const hasBreak = breakFinder(bytes);
  const place = placeInRecord(marks, walk);
  const pieces: Buffer[] = [];
  const mended: Mended[] = [];
  let copied = 0;
  let isQuotingTold = false;
  let openQuote = -1;
  let lastSpan = NO_SPAN;

  const rewrite = (from: number, end: number, text: string, kind: Mended['kind'], column: number) => {
    const quoted = Buffer.from(quoteCell(text, marks), 'latin1');
    pieces.push(bytes.subarray(copied, from), quoted);
    mended.push({ offset: from, column, added: quoted.length - (end - from), kind });
    copied = end;
  };

  let at = bytes.indexOf(quote);
  while (at !== -1) {
    if (!isCellStart(at) || isComment(bytes, marks, commentChar, at)) {
      at = bytes.indexOf(quote, at + 1);
      continue;
    }
    const close = walk.closingQuote(at);
    let end = close + 1;
    let isSound = true;
    if (close === -1 || !isCellEnd(end) || hasBreak(at, close)) {
      const before = place.cellsBefore(at);
      const verdict = judge(at, before, close);
      ({ end, isSound } = verdict);
      place.passed(end, before + 1);
      if (hasBreak(at, end - 1)) {
        const line = marks.lineStart(at);
        lastSpan = { from: lastSpan.to > 0 && line <= lastSpan.to ? lastSpan.from : line, to: end };
      }
      if (!isSound) {
        const isOpen = close === -1 && verdict.close === -1;
        if (isOpen && openQuote === -1) openQuote = at;
        const text =
          verdict.close === -1
            ? bytes.toString('latin1', at, end)
            : readQuoted(bytes.toString('latin1', at + 1, verdict.close), marks).text;
        rewrite(at, end, text, isOpen ? 'open' : 'stray', before + 1);
      }
    }
    if (isSound && marks.escape !== -1) {
      const read = readQuoted(bytes.toString('latin1', at + 1, end - 1), marks);
      if (read.isOdd) rewrite(at, end, read.text, 'escape', place.cellsBefore(at) + 1);
    }
    if (isSound && end - at <= 9)
      isQuotingTold ||= end === at + 2 || isMissingText(bytes.toString('latin1', at + 1, end - 1));
    at = bytes.indexOf(quote, end);
  }
  const whole = pieces.length === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(copied)]);
  return { bytes: whole, mended, isQuotingTold, openQuote, lastSpan };
}

/** Whether an offset stands in a line that begins with the comment character. */
function isComment(bytes: Buffer, marks: Marks, commentChar: string | undefined, at: number): boolean {
  return commentChar !== undefined && bytes[marks.lineStart(at)] === commentChar.charCodeAt(0);
}

/** Tells whether there is a line feed between ascending offsets, or a carriage return. */
function breakFinder(bytes: Buffer): (from: number, to: number) => boolean {
  const finders = [LF, CR].map((byte) => {
    let found = -1;
    return (from: number, to: number) => {
      if (found < from) found = bytes.indexOf(byte, from);
      if (found === -1) found = bytes.length;
      return found < to;
    };
  });
  const [hasLf, hasCr] = finders as [(typeof finders)[0], (typeof finders)[0]];
  return (from, to) => hasLf(from, to) || hasCr(from, to);
}

/** Knows how many cells of a record stand before an offset. Between cells that passed there are none of several lines. */
function placeInRecord(marks: Marks, walk: Walk) {
  let passedTo = 0;
  let passedCells = 0;
  return {
    cellsBefore(at: number): number {
      const line = marks.lineStart(at);
      const isSameRecord = passedCells > 0 && line <= passedTo;
      let cells = isSameRecord ? passedCells : 0;
      let start = isSameRecord ? passedTo + marks.separatorAt(passedTo) : line;
      while (start < at) {
        const end = walk.cellEnd(start);
        cells++;
        const gap = marks.separatorAt(end);
        if (gap === 0) break;
        start = end + gap;
      }
      return cells;
    },
    passed(end: number, cells: number) {
      passedTo = end;
      passedCells = cells;
    },
  };
}

/**
 * The length of a growing file's part that is complete: up to its last line break outside quotes.
 * @param bytes UTF-8 without a byte order mark
 */
export function completeLength(bytes: Buffer, syntax: CellSyntax): number {
  const { openQuote, lastSpan } = mendQuotes(bytes, syntax);
  // A line feed may still follow.
  const isHalf = bytes.at(-1) === CR && syntax.recordDelimiters.includes('\r\n');
  const whole = isHalf ? bytes.length - 1 : bytes.length;
  const line = marksOf(bytes, syntax).lineStart(openQuote === -1 ? whole : openQuote);
  return line > lastSpan.from && line <= lastSpan.to ? lastSpan.from : line;
}
