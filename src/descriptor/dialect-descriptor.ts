// How a file is written → a Table Dialect, without what only a person reads.

import type { Dialect } from '../table/file-facts.ts';

/** No text has it: where no quote opens a cell, a Table Dialect has no other word for that. */
const NO_QUOTE = '\0';
/** CRLF is what a Table Dialect says by default; written out, it says that a lone LF ends no record. */
const LINE_TERMINATORS = ['\n', '\r'];

/** What other tools need to read the file, and a declaration to read it in the same way. */
export function describeDialect(dialect: Dialect): object {
  const { delimiter, quoteChar, doubleQuote, escapeChar, skipInitialSpace, commentChar } = dialect;
  const { header, headerRows, lineTerminator } = dialect;
  return {
    delimiter,
    quoteChar: quoteChar ?? NO_QUOTE,
    doubleQuote,
    ...(escapeChar === undefined ? {} : { escapeChar }),
    ...(skipInitialSpace === undefined ? {} : { skipInitialSpace }),
    ...(commentChar === undefined ? {} : { commentChar }),
    header,
    ...(headerRows === undefined ? {} : { headerRows }),
    // A file may mix them.
    ...(LINE_TERMINATORS.includes(lineTerminator) ? { lineTerminator } : {}),
  };
}
