// Records as they come from the parser → columns, with a diagnostic for each departure.

import { type BuiltColumn, ColumnBuilder } from '../../table/column-builder.ts';
import { finishColumns } from '../../table/finish-columns.ts';
import { indexUnique } from '../../table/key-index.ts';
import { columnNames } from '../../table/table.ts';
import { isRuleLine } from '../dialect/rule-line.ts';
import { headerFaults, outerDelimiters, raggedTeller, ruleLines, trailingDelimiters } from './departures.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { LineAt } from './lines.ts';
import type { Cell } from './parse.ts';

/** The columns of a file, and its last row where that is held back. */
export type Assembled = Readonly<{
  names: readonly string[];
  hasHeader: boolean;
  /** The header's line, or that of the first row. */
  firstLine: number;
  built: readonly BuiltColumn[];
  rowCount: number;
  /** So many cells the header has, or the first row. */
  width: number;
  /** The last row, where it was held back; it is in no column. */
  last: Readonly<{ cells: readonly string[]; line: number }> | null;
  /** The first record whose number of cells is not the usual one, if all that follow have that number too. */
  turn: Readonly<{ start: number; width: number; records: number }> | null;
}>;

export type Assembly = Readonly<{
  /** Takes the next record and the offset where it ends. */
  add: (cells: readonly Cell[], end: number) => void;
  finish: () => Assembled;
}>;

export type AssemblyOptions = Readonly<{
  /** So many records name the fields. */
  headerCount: number;
  delimiter: string;
  /** For the diagnostics. */
  lineAt: LineAt;
  /** The same, for lines between rows: these are told of later than what follows them. */
  ruleLineAt: LineAt;
  diagnostics: Diagnostics;
  /** Whether the last row is held back, by its first text: it may be a totals line. */
  isHeldBack: (firstText: string) => boolean;
}>;

export function assembleColumns(options: AssemblyOptions): Assembly {
  const { headerCount, delimiter, lineAt, ruleLineAt, diagnostics, isHeldBack } = options;
  // Then it is no decimal mark.
  const isDelimiterComma = delimiter.startsWith(',');
  const builders: ColumnBuilder[] = [];
  const header: string[] = [];
  let headersLeft = headerCount;
  let width = -1;
  let rowCount = 0;
  let start = 0;
  // The last row waits until there is another.
  let held: readonly Cell[] | null = null;
  let heldStart = 0;
  let turn: { start: number; width: number; records: number } | null = null;
  let isTurned = true;
  let firstLine = 1;
  const rules: { line: number; count: number } = { line: 0, count: 0 };
  const ragged = raggedTeller(diagnostics);

  const begin = (cells: readonly Cell[]) => {
    width = cells.length;
    firstLine = lineAt(start);
    for (let i = 0; i < width; i++) builders.push(new ColumnBuilder());
  };

  const addHeader = (cells: readonly Cell[]) => {
    if (headersLeft === headerCount) begin(cells);
    headersLeft--;
    for (const [index, cell] of cells.entries()) {
      const text = textOf(cell);
      if (index >= header.length) header.push(text);
      else if (text !== '') header[index] = header[index] === '' ? text : `${header[index]} ${text}`;
    }
    while (builders.length < header.length) builders.push(new ColumnBuilder());
    width = header.length;
  };

  /** R writes the names of the rows, and none above them. A comma too many in each row may be one of its text. */
  const isFirstNamingRows = (columns: readonly BuiltColumn[]) =>
    !isDelimiterComma &&
    header.length > 1 &&
    indexUnique([(columns[0] as BuiltColumn).column], rowCount) !== null;

  const addRow = (cells: readonly Cell[], at: number) => {
    if (cells.length !== width) tellRagged(cells, at);
    else if (turn !== null) isTurned = false;
    const count = Math.min(cells.length, builders.length);
    for (let i = 0; i < count; i++) {
      const cell = cells[i] as Cell;
      const builder = builders[i] as ColumnBuilder;
      if (typeof cell === 'string') builder.push(cell, false);
      else builder.push(cell.text, true);
    }
    for (let i = count; i < builders.length; i++) (builders[i] as ColumnBuilder).pushNull();
    rowCount++;
  };

  const tellRagged = (cells: readonly Cell[], at: number) => {
    turn ??= { start: at, width: cells.length, records: 0 };
    turn.records++;
    isTurned &&= turn.width === cells.length;
    const filled = cells.findLastIndex((cell) => cell !== '') + 1;
    while (builders.length < filled) builders.push(new ColumnBuilder(rowCount));
    ragged.add(rowCount, { cells: cells.length, filled, width }, () => lineAt(at));
  };

  return {
    add(cells, end) {
      const isBlank = cells.length === 1 && cells[0] === '';
      if (isRuleLine(cells, delimiter)) {
        if (rules.count++ === 0) rules.line = ruleLineAt(start);
      } else if (headersLeft > 0) {
        if (!isBlank) addHeader(cells);
      } else if (!isBlank || width === 1) {
        if (width === -1) begin(cells);
        if (held !== null) addRow(held, heldStart);
        held = cells;
        heldStart = start;
      }
      start = end;
    },
    finish() {
      const first = held?.find((cell) => cell !== '');
      const isLast = held !== null && first !== undefined && isHeldBack(textOf(first));
      if (held !== null && !isLast) addRow(held, heldStart);
      const finished = [...finishColumns(builders, isDelimiterComma)];
      const fault = ragged.finish(rowCount, header, firstLine, () => isFirstNamingRows(finished));
      if (fault?.kind === 'no-first-name') header.unshift('');
      // A name that no row has a cell for: those behind it stand one to the left.
      if (fault?.kind === 'surplus') header.splice(fault.index, 1);
      const count = builders.length - (fault?.kind === 'surplus' ? 1 : 0);
      const empty = rowCount === 0 || headerCount === 0 ? 0 : trailingEmpty(header, builders.slice(0, count));
      const isFramed = delimiter === '|' && isEmptyAround(header, builders);
      const from = isFramed ? 1 : 0;
      header.splice(0, from);
      const built = finished.slice(from, count - Math.max(empty, from));
      if (isFramed) diagnostics.add(() => outerDelimiters(firstLine));
      else if (empty > 0) diagnostics.add(() => trailingDelimiters(firstLine, built.length + 1));
      if (rules.count > 0) diagnostics.add(() => ruleLines(rules.line, rules.count));
      for (const fault of headerFaults(header.slice(0, built.length)))
        diagnostics.add(() => ({ line: firstLine, ...fault }));
      return {
        names: columnNames(header, built.length),
        hasHeader: headerCount > 0,
        firstLine,
        built,
        rowCount,
        width,
        last:
          isLast && held !== null
            ? { cells: held.slice(from, held.length - from).map(textOf), line: lineAt(heldStart) }
            : null,
        turn: isTurned ? turn : null,
      };
    },
  };
}

/** How many columns at the end have neither a name nor a cell: every line ends with delimiters. */
function trailingEmpty(header: readonly string[], builders: readonly ColumnBuilder[]): number {
  let kept = builders.length;
  while (kept > 1 && (header[kept - 1] ?? '') === '' && builders[kept - 1]?.isEmpty === true) kept--;
  return builders.length - kept;
}

/** Whether the first and the last column have neither a name nor a cell. */
function isEmptyAround(header: readonly string[], builders: readonly ColumnBuilder[]): boolean {
  const last = builders.length - 1;
  return (
    last > 1 && [0, last].every((index) => (header[index] ?? '') === '' && builders[index]?.isEmpty === true)
  );
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}
