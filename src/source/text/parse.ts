// Text under a dialect → records of cells, read by csv-parse.

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
 * Reads all records, one after the other, in the calling thread.
 * @param bytes UTF-8 whose quotes are balanced (`mend.ts`)
 * @param isQuotingTold whether quoted cells are to be told from others
 * @param onRecord called with each record's cells and the offset in `bytes` where it ends
 */
export function parseRecords(
  bytes: Buffer,
  syntax: CellSyntax,
  isQuotingTold: boolean,
  onRecord: (cells: readonly Cell[], end: number) => void,
): Promise<void> {
  const { quoteChar, escapeChar, commentChar } = syntax;
  const parser = new Parser({
    delimiter: delimitersOf(syntax),
    record_delimiter: [...syntax.recordDelimiters],
    quote: quoteChar ?? false,
    escape: escapeChar ?? quoteChar ?? false,
    ...(commentChar === undefined ? {} : { comment: commentChar, comment_no_infix: true }),
    relax_quotes: true,
    relax_column_count: true,
    ...(isQuotingTold ? { cast: keepQuoting } : {}),
  });
  // Records are taken as they are made: nothing is queued, so a large file needs no memory of its own here.
  parser.push = (record: readonly Cell[] | null) => {
    if (record !== null) onRecord(record, parser.info.bytes);
    return true;
  };
  return new Promise((resolve, reject) => {
    parser.once('error', reject);
    parser.once('finish', resolve);
    parser.end(bytes);
  });
}

/** A delimiter with blanks behind it is one delimiter: csv-parse takes the first of these that fits. */
function delimitersOf({ delimiter, skipInitialSpace }: CellSyntax): string | string[] {
  if (skipInitialSpace !== true) return delimiter;
  return Array.from({ length: MOST_BLANKS + 1 }, (_, i) => delimiter + ' '.repeat(MOST_BLANKS - i));
}

function keepQuoting(text: string, { quoting }: { quoting: boolean }): Cell {
  return quoting && (text === '' || isMissingText(text)) ? new QuotedCell(text) : text;
}
