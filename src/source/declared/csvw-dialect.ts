// A CSVW dialect that is well formed → what is declared of how a file is written, and what of it is not done.

import type { DeclaredDialect } from '../dialect/layout.ts';

/** A CSVW dialect as it stands in a file, after it has been looked through. */
export type GivenCsvwDialect = Readonly<{
  delimiter?: string;
  quoteChar?: string | null;
  commentPrefix?: string | null;
  doubleQuote?: boolean;
  header?: boolean;
  headerRowCount?: number;
  skipRows?: number;
  skipColumns?: number;
  skipInitialSpace?: boolean;
  trim?: boolean | string;
  encoding?: string;
}>;

/** Takes what is there; what is not declared is found in the file. */
export function readCsvwDialect(
  given: GivenCsvwDialect,
): Readonly<{ dialect: DeclaredDialect | null; encoding: string | null; notes: readonly string[] }> {
  const { headerRowCount, skipRows = 0, header } = given;
  const headerCount = headerRowCount ?? (header === false ? 0 : 1);
  const isHeaderSaid = headerRowCount !== undefined || header !== undefined || skipRows > 0;
  const rows = Array.from({ length: headerCount }, (_, index) => skipRows + index + 1);
  const dialect: DeclaredDialect = {
    ...(given.delimiter === undefined ? {} : { delimiter: given.delimiter }),
    ...(given.quoteChar === undefined ? {} : { quoteChar: given.quoteChar }),
    ...(given.doubleQuote === undefined ? {} : { doubleQuote: given.doubleQuote }),
    ...(given.doubleQuote === false ? { escapeChar: '\\' } : {}),
    ...(typeof given.commentPrefix === 'string' ? { commentChar: given.commentPrefix } : {}),
    ...(given.skipInitialSpace === true ? { skipInitialSpace: true as const } : {}),
    ...(isHeaderSaid ? { header: headerCount > 0 } : {}),
    ...(headerCount > 1 || (skipRows > 0 && headerCount > 0) ? { headerRows: rows } : {}),
  };
  const notes = [
    ...(skipRows > 0 && headerCount === 0 ? ['"skipRows" is followed only where there is a header.'] : []),
    ...([undefined, false, 'false'].includes(given.trim)
      ? []
      : ['"trim" is not followed: blanks around a cell are part of it.']),
    ...((given.skipColumns ?? 0) > 0 ? ['"skipColumns" is not followed.'] : []),
  ];
  return {
    dialect: Object.keys(dialect).length === 0 ? null : Object.freeze(dialect),
    encoding: given.encoding ?? null,
    notes,
  };
}
