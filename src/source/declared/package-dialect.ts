// A Table Dialect that is well formed → what is declared of how a file is written, and what of it is not done.

import type { DeclaredDialect } from '../dialect/layout.ts';

/** A Table Dialect as it stands in a file, after it has been looked through. */
export type GivenDialect = Readonly<{
  delimiter?: string;
  quoteChar?: string | null;
  doubleQuote?: boolean;
  escapeChar?: string | null;
  nullSequence?: string | null;
  skipInitialSpace?: boolean;
  header?: boolean;
  headerRows?: readonly number[];
  headerJoin?: string;
  commentChar?: string | null;
  commentRows?: readonly number[];
  lineTerminator?: string;
}>;

/** What is declared of a dialect; `nullSequence` stands for null in all fields. */
export type ReadDialect = Readonly<{
  dialect: DeclaredDialect | null;
  nullSequence: string | null;
  notes: readonly string[];
}>;

const LINE_TERMINATORS = ['\n', '\r\n', '\r'];

/** Takes what is there; what is not declared is found in the file. */
export function readDialect(given: GivenDialect): ReadDialect {
  const { quoteChar, escapeChar, doubleQuote, commentChar, lineTerminator, headerRows } = given;
  const isLine = lineTerminator !== undefined && LINE_TERMINATORS.includes(lineTerminator);
  const dialect: DeclaredDialect = {
    ...(given.delimiter === undefined ? {} : { delimiter: given.delimiter }),
    // NUL is no character of any text: as a quote it says that there is none.
    ...(quoteChar === undefined ? {} : { quoteChar: quoteChar === '\0' ? null : quoteChar }),
    ...(typeof escapeChar === 'string' ? { escapeChar, doubleQuote: doubleQuote ?? false } : {}),
    ...(typeof escapeChar !== 'string' && doubleQuote !== undefined ? { doubleQuote } : {}),
    ...(given.skipInitialSpace === true ? { skipInitialSpace: true as const } : {}),
    ...(given.header === undefined ? {} : { header: given.header }),
    ...(headerRows === undefined ? {} : { header: true, headerRows: [...headerRows].sort((a, b) => a - b) }),
    ...(typeof commentChar === 'string' ? { commentChar } : {}),
    ...(isLine ? { lineTerminator } : {}),
  };
  const notes = [
    ...(lineTerminator !== undefined && !isLine ? ['The line terminator is none that Rowcast knows.'] : []),
    ...(given.commentRows === undefined ? [] : ['"commentRows" is not followed; "commentChar" is.']),
    ...(given.headerJoin === undefined || given.headerJoin === ' '
      ? []
      : ['"headerJoin" is not followed: the rows of a header are joined with a blank.']),
  ];
  return {
    dialect: Object.keys(dialect).length === 0 ? null : Object.freeze(dialect),
    nullSequence: given.nullSequence ?? null,
    notes,
  };
}
