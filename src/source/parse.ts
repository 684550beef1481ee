// Text under a dialect → records of cells, read by csv-parse.

import { Parser } from 'csv-parse';
import { isMissingText } from '../table/missing.ts';

/** A cell that stood in quotes where that makes a difference: it is empty, or says `NA` or the like. */
export class QuotedCell {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Cell = string | QuotedCell;

/** How the text is cut into records and cells. */
export type RecordSyntax = Readonly<{
  delimiter: string;
  recordDelimiters: readonly string[];
  isQuotingTold: boolean;
}>;

/**
 * Reads all records, one after the other, in the calling thread.
 * @param bytes UTF-8 whose quotes are balanced (`mend.ts`)
 * @param onRecord called with each record's cells and the offset in `bytes` where it ends
 */
export function parseRecords(
  bytes: Buffer,
  { delimiter, recordDelimiters, isQuotingTold }: RecordSyntax,
  onRecord: (cells: readonly Cell[], end: number) => void,
): Promise<void> {
  const parser = new Parser({
    delimiter,
    record_delimiter: [...recordDelimiters],
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

function keepQuoting(text: string, { quoting }: { quoting: boolean }): Cell {
  return quoting && (text === '' || isMissingText(text)) ? new QuotedCell(text) : text;
}
