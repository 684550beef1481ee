// Some rows of a text → the lines on which they begin, found by another parse that counts as the first one did.

import { isRuleLine } from '../dialect/rule-line.ts';
import type { LineAt } from '../text/lines.ts';
import type { CellSyntax } from '../text/marks.ts';
import { parseRecords } from '../text/parse.ts';

/** What decides which records are rows. */
export type RowSyntax = Readonly<{ headerCount: number; width: number }>;

/**
 * Finds the lines of rows.
 * @param bytes the mended text
 * @param rows their numbers from 0, ascending; one may stand several times
 * @returns a line for each of them
 */
export async function findRowLines(
  bytes: Buffer,
  syntax: CellSyntax,
  { headerCount, width }: RowSyntax,
  rows: readonly number[],
  lineAt: LineAt,
): Promise<readonly number[]> {
  const lines: number[] = [];
  let row = -headerCount;
  let start = 0;
  parseRecords(bytes, syntax, false, (cells, end) => {
    const isBlank = cells.length === 1 && cells[0] === '';
    if ((!isBlank || (width === 1 && row >= 0)) && !isRuleLine(cells, syntax.delimiter)) {
      if (row === rows[lines.length]) {
        const line = lineAt(start);
        while (rows[lines.length] === row) lines.push(line);
      }
      row++;
    }
    start = end;
  });
  return lines;
}
