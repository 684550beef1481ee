// A text under a dialect that is known → its records: a second opinion on what a file says, written without looking at
// the parser of the application.

export type KnownDialect = Readonly<{ delimiter: string; quote: string }>;

/**
 * Parses by RFC 4180: a quote that opens a cell closes it, a doubled one is one, and LF, CR and CRLF end a record
 * outside of quotes. A final line end ends the last record; a blank line is none.
 * @returns cells as texts, null for an empty cell without quotes
 */
export function parseRfc4180(text: string, { delimiter, quote }: KnownDialect): (string | null)[][] {
  const records: (string | null)[][] = [];
  let cells: (string | null)[] = [];
  let at = 0;
  const endRecord = () => {
    if (cells.length > 1 || cells[0] !== null) records.push(cells);
    cells = [];
  };
  while (at < text.length) {
    if (text[at] === quote) {
      let cell = '';
      for (at++; ; ) {
        const close = text.indexOf(quote, at);
        if (close < 0) throw new Error('a quote is not closed');
        cell += text.slice(at, close);
        at = close + 1;
        if (text[at] !== quote) break;
        cell += quote;
        at++;
      }
      cells.push(cell);
    } else {
      const from = at;
      while (at < text.length && text[at] !== '\n' && text[at] !== '\r' && !text.startsWith(delimiter, at))
        at++;
      cells.push(at === from ? null : text.slice(from, at));
    }
    if (text.startsWith(delimiter, at) && at < text.length) {
      at += delimiter.length;
      if (at === text.length || text[at] === '\n' || text[at] === '\r') cells.push(null);
      else continue;
    }
    if (text.startsWith('\r\n', at)) at++;
    if (at < text.length) at++;
    endRecord();
  }
  return records;
}
