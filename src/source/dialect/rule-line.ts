// The cells of a record → whether it is a line that is drawn between the rows of a table in plain text.

/** Dashes, also with the colons that tell how a column is aligned, and with the crossings of a box. */
const DRAWN = /^ *(?::?-{3,}:?|:-+:?|-+:|={3,}|(?=.*\+)\+?[=-]{2,}(?:\+[=-]{2,})*\+?) *$/;

/** `|---|:--|`, `----+----` and the like: only in tables whose cells stand between bars. */
export function isRuleLine(cells: readonly unknown[], delimiter: string): boolean {
  if (delimiter !== '|') return false;
  let drawn = 0;
  for (const [index, cell] of cells.entries()) {
    if (typeof cell !== 'string') return false;
    if (DRAWN.test(cell)) drawn++;
    else if (cell !== '' || (index > 0 && index < cells.length - 1)) return false;
  }
  return drawn > 0;
}
