// Headers and rows that are not quite as they should be → diagnostics in words.

import type { Diagnostic } from '../../table/file-facts.ts';
import type { Diagnostics } from './diagnostics.ts';

/** So many ragged rows are kept until it is known whether all rows are like them. */
const MOST_KEPT = 100;

/** How many cells a row has, how many up to the last that is not empty, and how many are expected. */
export type Raggedness = Readonly<{ cells: number; filled: number; width: number }>;

/**
 * What is wrong with the header where all rows say so: an empty name that none of them has a cell for, by its index, or
 * that there is none above the first column.
 */
export type HeaderFault = Readonly<{ kind: 'surplus'; index: number } | { kind: 'no-first-name' }> | null;

/** Tells rows that have too few or too many cells; where all rows have the same fault, once where that is enough. */
export type RaggedTeller = Readonly<{
  /** @param rows how many rows there were before */
  add: (rows: number, found: Raggedness, lineAt: () => number) => void;
  /**
   * @param rows how many rows there are
   * @param isRowNames whether the first cells of the rows may be the names of these
   */
  finish: (
    rows: number,
    header: readonly string[],
    headerLine: number,
    isRowNames: () => boolean,
  ) => HeaderFault;
}>;

export function raggedTeller(diagnostics: Diagnostics): RaggedTeller {
  const kept: { found: Raggedness; line: number }[] = [];
  let count = 0;
  const release = () => {
    for (const { found, line } of kept) diagnostics.add(() => raggedRow(line, found));
    diagnostics.more(count - kept.length);
  };
  return {
    add(rows, found, lineAt) {
      const before = kept[0]?.found;
      const isLike =
        before === undefined || (before.cells === found.cells && isSurplus(before) === isSurplus(found));
      if (count !== rows || !isLike) return diagnostics.add(() => raggedRow(lineAt(), found));
      count++;
      if (kept.length < MOST_KEPT) kept.push({ found, line: lineAt() });
    },
    finish(rows, header, headerLine, isRowNames) {
      const first = kept[0];
      if (first === undefined) return null;
      const { found, line } = first;
      const isAll = count === rows && rows > 1;
      if (isAll && isSurplus(found)) {
        diagnostics.add(() => trailingDelimiters(line, found.width + 1));
        return null;
      }
      if (isAll && found.cells === header.length + 1 && isRowNames()) {
        diagnostics.add(() => noFirstName(headerLine));
        return { kind: 'no-first-name' };
      }
      const empty = header.indexOf('');
      if (isAll && found.cells === header.length - 1 && empty !== -1 && empty === header.lastIndexOf('')) {
        diagnostics.add(() => surplusName(headerLine, empty + 1));
        return { kind: 'surplus', index: empty };
      }
      release();
      return null;
    },
  };
}

/** The cells that are too many are empty. */
function isSurplus({ cells, filled, width }: Raggedness): boolean {
  return cells > width && filled <= width;
}

function surplusName(line: number, column: number): Diagnostic {
  const message = `The header has one cell more than the rows, and its cell ${column} is empty: there is no such field.`;
  return { line, column, code: 'surplus-name', message };
}

function noFirstName(line: number): Diagnostic {
  const message =
    'The header has one cell less than each row, and the first cells of the rows are all different: they are the names of the rows, and the first field is the one without a name.';
  return { line, column: 1, code: 'no-first-name', message };
}

/** Every line ends with delimiters that nothing follows: from `column` on there are no fields. */
export function trailingDelimiters(line: number, column: number): Diagnostic {
  const message = `Every line ends with a delimiter, and nothing is behind it: there is no field ${column}.`;
  return { line, column, code: 'trailing-delimiters', message };
}

/** Every line begins and ends with a delimiter, as tables in plain text have it. */
export function outerDelimiters(line: number): Diagnostic {
  const message =
    'Every line begins and ends with a delimiter: there is no field before the first and none behind the last.';
  return { line, code: 'outer-delimiters', message };
}

/** @param line the first of so many lines that are drawn */
export function ruleLines(line: number, count: number): Diagnostic {
  const message =
    count === 1
      ? 'The line is drawn with dashes: it is no row.'
      : `The line is drawn with dashes, as ${count - 1} further ${count === 2 ? 'one is' : 'ones are'}: they are no rows.`;
  return { line, code: 'rule-line', message };
}

function raggedRow(line: number, { cells, filled, width }: Raggedness): Diagnostic {
  const [code, what] =
    cells < width
      ? ['too-few-cells', 'the others are null']
      : filled > width
        ? ['too-many-cells', 'those past the last field are fields of their own']
        : ['surplus-empty-cells', 'the empty ones at its end are ignored'];
  const message = `The line has ${cells} ${cells === 1 ? 'cell' : 'cells'} where ${width} ${width === 1 ? 'is' : 'are'} expected: ${what}.`;
  return { line, column: Math.min(cells, width) + 1, code, message };
}

/** Names that are empty or repeated, and what is made of them. */
export function headerFaults(header: readonly string[]): Omit<Diagnostic, 'line'>[] {
  const seen = new Set<string>();
  return header.flatMap((name, index) => {
    const column = index + 1;
    if (name === '') {
      const message = `The field has no name: it is called column_${column}.`;
      return [{ column, code: 'empty-name', message }];
    }
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const message = `Another field is called ${JSON.stringify(name)} too: this one has a number behind its name.`;
    return [{ column, code: 'repeated-name', message }];
  });
}
