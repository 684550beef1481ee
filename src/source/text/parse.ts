// Text under a dialect → records of cells, read by csv-parse.

import { isAscii } from 'node:buffer';
import { Parser } from 'csv-parse';
import { isMissingText } from '../../table/missing.ts';
import { type CellSyntax, MOST_BLANKS } from './marks.ts';

/** A cell that stood in quotes where that makes a difference: it is empty, or says `NA` or the like. */
export class QuotedCell {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Cell = string | QuotedCell;

/**
 * What is behind csv-parse's stream. As a stream it looks before each byte whether more may come that it has to wait
 * for; told that the bytes are all there are, it does not.
 */
type WholeParser = Readonly<{
  api: {
    parse: (
      bytes: Buffer,
      isEnd: true,
      push: (record: readonly Cell[]) => void,
      close: () => void,
    ) => Error | undefined;
  };
}>;

/**
 * Reads all records, one after the other, in the calling thread. Nothing is queued, so a large file needs no memory of
 * its own here.
 * @param bytes UTF-8 whose quotes are balanced (`mend.ts`)
 * @param isQuotingTold whether quoted cells are to be told from others
 * @param onRecord called with each record's cells and the offset in `bytes` where it ends
 */
export function parseRecords(
  bytes: Buffer,
  syntax: CellSyntax,
  isQuotingTold: boolean,
  onRecord: (cells: readonly Cell[], end: number) => void,
): void {
  if (bytes.length === 0) return;
  const { quoteChar, escapeChar, commentChar } = syntax;
  const parser = new Parser({
    delimiter: delimitersOf(syntax),
    record_delimiter: [...syntax.recordDelimiters],
    quote: quoteChar ?? false,
    escape: escapeChar ?? quoteChar ?? false,
    ...(commentChar === undefined ? {} : { comment: commentChar, comment_no_infix: true }),
    // The same text, and quicker made.
    ...(isAscii(bytes) ? { encoding: 'latin1' } : {}),
    relax_quotes: true,
    relax_column_count: true,
    ...(isQuotingTold ? { cast: keepQuoting } : {}),
  });
  const { info } = parser;
  const { api } = parser as unknown as WholeParser;
  const push = (record: readonly Cell[]) => onRecord(record, info.bytes);
  // The parser makes an error for each record of another length, and keeps it to itself: without a stack it is soon made.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const error = api.parse(bytes, true, push, () => {});
    if (error !== undefined) throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A delimiter with blanks behind it is one delimiter: csv-parse takes the first of these that fits. */
function delimitersOf({ delimiter, skipInitialSpace }: CellSyntax): string | string[] {
  if (skipInitialSpace !== true) return delimiter;
  return Array.from({ length: MOST_BLANKS + 1 }, (_, i) => delimiter + ' '.repeat(MOST_BLANKS - i));
}

function keepQuoting(text: string, { quoting }: { quoting: boolean }): Cell {
  return quoting && (text === '' || isMissingText(text)) ? new QuotedCell(text) : text;
}
