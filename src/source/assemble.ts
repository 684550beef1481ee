// Records as they come from the parser → a table, with a diagnostic for each departure.

import { ColumnBuilder } from '../table/column-builder.ts';
import type { Diagnostic } from '../table/file-facts.ts';
import { finishTable, type Table } from '../table/table.ts';
import type { Cell } from './parse.ts';

/** So many diagnostics are kept; the others are counted. */
const MOST_DIAGNOSTICS = 100;

/** Tells the line, from 1, at a byte offset; offsets are asked for in ascending order. */
export type LineAt = (offset: number) => number;

/** Collects diagnostics in line order and counts all of them. */
export type Diagnostics = Readonly<{
  add: (diagnostic: () => Diagnostic) => void;
  list: () => readonly Diagnostic[];
  count: () => number;
}>;

export function collectDiagnostics(): Diagnostics {
  const kept: Diagnostic[] = [];
  let count = 0;
  return {
    add(diagnostic) {
      if (++count <= MOST_DIAGNOSTICS) kept.push(Object.freeze(diagnostic()));
    },
    list: () => Object.freeze([...kept].sort((a, b) => a.line - b.line)),
    count: () => count,
  };
}

export type Assembly = Readonly<{
  /** Takes the next record and the offset where it ends. */
  add: (cells: readonly Cell[], end: number) => void;
  finish: () => Table;
}>;

/**
 * @param hasHeader whether the first record names the fields
 * @param lineAt for the diagnostics
 */
export function assembleTable(hasHeader: boolean, lineAt: LineAt, diagnostics: Diagnostics): Assembly {
  const builders: ColumnBuilder[] = [];
  let header: readonly string[] | null = null;
  let width = 0;
  let rowCount = 0;
  let start = 0;

  const begin = (cells: readonly Cell[]) => {
    header = hasHeader ? cells.map(textOf) : [];
    width = cells.length;
    for (let i = 0; i < width; i++) builders.push(new ColumnBuilder());
    if (hasHeader)
      for (const fault of headerFaults(header)) diagnostics.add(() => ({ line: lineAt(start), ...fault }));
  };

  const addRow = (cells: readonly Cell[]) => {
    if (cells.length !== width) tellRagged(cells);
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

  const tellRagged = (cells: readonly Cell[]) => {
    const isShort = cells.length < width;
    const last = cells.findLastIndex((cell) => cell !== '') + 1;
    while (builders.length < last) builders.push(new ColumnBuilder(rowCount));
    const line = start;
    diagnostics.add(() => ({
      line: lineAt(line),
      column: Math.min(cells.length, width) + 1,
      code: isShort ? 'too-few-cells' : last > width ? 'too-many-cells' : 'surplus-empty-cells',
      message: `The line has ${cells.length} cells where ${width} are expected: ${
        isShort
          ? 'the others are null'
          : last > width
            ? 'those past the last field are fields of their own'
            : 'the empty ones at its end are ignored'
      }.`,
    }));
  };

  return {
    add(cells, end) {
      const isBlank = cells.length === 1 && cells[0] === '';
      if (header === null) {
        if (!isBlank) {
          begin(cells);
          if (!hasHeader) addRow(cells);
        }
      } else if (!isBlank || width === 1) addRow(cells);
      start = end;
    },
    finish: () => finishTable(header ?? [], builders, rowCount),
  };
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function headerFaults(header: readonly string[]): Omit<Diagnostic, 'line'>[] {
  const seen = new Set<string>();
  return header.flatMap((name, index) => {
    const column = index + 1;
    if (name === '') {
      return [
        { column, code: 'empty-name', message: `The field has no name: it is called column_${column}.` },
      ];
    }
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const message = `Another field is called ${JSON.stringify(name)} too: this one has a number behind its name.`;
    return [{ column, code: 'repeated-name', message }];
  });
}
