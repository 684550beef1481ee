// UTF-8 text under a delimiter → the same text with every quote that cannot be balanced made an ordinary character.
//
// csv-parse stays the authority on what a file says. It cannot know that a quote was never meant to open a cell: such
// a cell is rewritten as a quoted one (`"abc` → `"""abc"`), so that csv-parse reads the quote as part of the text.

import { isMissingText } from '../table/missing.ts';

const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;

/** A quote that is read as an ordinary character. `offset` counts bytes of the text as it was. */
export type Mended = Readonly<{ offset: number; added: number; isLast: boolean }>;

export type MendedText = Readonly<{
  bytes: Buffer;
  mended: readonly Mended[];
  /** Whether a quoted cell is empty or says `NA` or the like: only then it matters which cells stood in quotes. */
  isQuotingTold: boolean;
  /** Where the quote stands that the end of the file leaves open; -1 if none. It is among those mended. */
  openQuote: number;
}>;

/**
 * @param bytes UTF-8 without a byte order mark
 * @param delimiter one ASCII character
 */
export function mendQuotes(bytes: Buffer, delimiter: string): MendedText {
  const separator = delimiter.charCodeAt(0);
  const isCellEnd = (at: number) =>
    at >= bytes.length || bytes[at] === separator || bytes[at] === LF || bytes[at] === CR;
  const isCellStart = (at: number) => at === 0 || isCellEnd(at - 1);
  const pieces: Buffer[] = [];
  const mended: Mended[] = [];
  let copied = 0;
  let isQuotingTold = false;
  let openQuote = -1;
  let at = bytes.indexOf(QUOTE);
  while (at !== -1) {
    if (!isCellStart(at)) {
      at = bytes.indexOf(QUOTE, at + 1);
      continue;
    }
    const close = closingQuote(bytes, at);
    const isOpen = close === -1;
    // A quote closed in the middle of a cell, lines further down, has swallowed those lines: it opened nothing.
    if (isOpen || (!isCellEnd(close + 1) && hasLineBreak(bytes, at, close))) {
      if (isOpen && openQuote === -1) openQuote = at;
      let end = at + 1;
      while (!isCellEnd(end)) end++;
      const cell = bytes.toString('latin1', at, end);
      const quoted = `"${cell.replaceAll('"', '""')}"`;
      pieces.push(bytes.subarray(copied, at), Buffer.from(quoted, 'latin1'));
      mended.push({ offset: at, added: quoted.length - cell.length, isLast: isOpen });
      copied = end;
      at = bytes.indexOf(QUOTE, end);
      continue;
    }
    if (close === at + 1) isQuotingTold = true;
    else if (close - at <= 8) isQuotingTold ||= isMissingText(bytes.toString('latin1', at + 1, close));
    at = bytes.indexOf(QUOTE, close + 1);
  }
  const whole = pieces.length === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(copied)]);
  return { bytes: whole, mended, isQuotingTold, openQuote };
}

/** The first quote after an opening one that is not doubled, or -1. */
function closingQuote(bytes: Buffer, open: number): number {
  let at = bytes.indexOf(QUOTE, open + 1);
  while (at !== -1 && bytes[at + 1] === QUOTE) at = bytes.indexOf(QUOTE, at + 2);
  return at;
}

function hasLineBreak(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === LF || bytes[at] === CR) return true;
  return false;
}

/**
 * The length of a growing file's part that is complete: up to its last line break outside quotes.
 * @param bytes UTF-8 without a byte order mark
 */
export function completeLength(bytes: Buffer, delimiter: string): number {
  const { openQuote } = mendQuotes(bytes, delimiter);
  const end = openQuote === -1 ? bytes.length : openQuote;
  const lastBreak = Math.max(bytes.subarray(0, end).lastIndexOf(LF), bytes.subarray(0, end).lastIndexOf(CR));
  return lastBreak + 1;
}
