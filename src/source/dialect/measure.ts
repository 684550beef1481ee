// The beginning of a text under one syntax → its records, and how well the syntax fits.

import { type CellKind, cellKind, isAlike, isTyped } from './cell-kinds.ts';
import { cellValue } from './cell-value.ts';
import { columnType } from './columns.ts';
import { type SampleRecord, type Syntax, splitSample } from './split-sample.ts';

/** So many records are looked at. */
export const SAMPLE_RECORDS = 200;

export type Candidate = Readonly<{
  syntax: Syntax;
  records: readonly SampleRecord[];
  /** What most records have. */
  width: number;
  /** So many records have it. */
  agreeing: number;
  score: number;
}>;

/**
 * Reads the sample under a syntax, and scores what comes out.
 * @param text what a cell of text is worth
 */
export function measure(sample: string, syntax: Syntax, text: number): Candidate {
  const records = splitSample(sample, syntax, SAMPLE_RECORDS);
  const width = usualWidth(records);
  let agreeing = 0;
  let sum = 0;
  let count = 0;
  let strayLines = 0;
  for (const { cells, quoted, stray } of records) {
    if (cells.length === width || (cells.length > width && isBlankFrom(cells, width))) agreeing++;
    if (stray > 0) strayLines++;
    // The first and the last cells tell as much as all of a thousand.
    const step = cells.length > 64 ? Math.ceil(cells.length / 64) : 1;
    for (let i = 0; i < cells.length; i += step) {
      const value = cellValue(cells[i] as string, syntax.delimiter, quoted.includes(i), text);
      if (value !== null) {
        sum += value;
        count++;
      }
    }
  }
  const lead = width === 1 ? 0 : leadOf(records, width, syntax);
  // Blanks alone are no cells; commas alone are empty ones.
  const typed = count > 0 ? sum / count : syntax.delimiter.trim() === '' ? 0 : text;
  const fit = 1 - (0.5 * strayLines) / Math.max(1, records.length);
  // Titles and notes above a table say little of its consistency.
  const isTitled =
    lead > 0 &&
    agreeing > 1 &&
    agreeing >= (records.length - lead) * 0.9 &&
    (width > 2 || isSmallTable(records.slice(lead)));
  const total = Math.max(1, records.length - (isTitled ? lead * 0.9 : 0));
  const short = width > 2 && agreeing < records.length ? shortRows(records, width) : 0;
  const score = Math.min(1, (agreeing + short) / total) * typed * fit * headFactor(records, lead, isTitled);
  return { syntax, records, width, agreeing, score };
}

/** How many cells most records have; those of one cell count less, because they may be notes. */
function usualWidth(records: readonly SampleRecord[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  let width = 1;
  let most = 0;
  for (const [length, count] of counts) {
    const weight = length === 1 ? count * 0.4 : count;
    if (weight > most || (weight === most && length > width)) {
      width = length;
      most = weight;
    }
  }
  return width;
}

/** How many lines at the top have no delimiter, or as one in a sentence, and fewer cells than the others. */
function leadOf(records: readonly SampleRecord[], width: number, syntax: Syntax): number {
  // Where a blank belongs to the delimiter, a sentence shows by its length alone.
  const isSpaced = syntax.skipInitialSpace || syntax.delimiter.endsWith(' ');
  const isSentence = (cells: readonly string[]) =>
    isSpaced
      ? cells.length <= width * 0.6 && !cells.some((cell) => isTyped(cellKind(cell)))
      : cells.some((cell, index) => index > 0 && cell.startsWith(' '));
  const isNote = ({ cells }: SampleRecord) =>
    cells.length === 1 || (cells.length < width && isSentence(cells));
  const index = records.findIndex((record) => !isNote(record));
  return index === -1 ? 0 : index;
}

/** A first line without any delimiter above lines that have one: often the name of the only column. */
function headFactor(records: readonly SampleRecord[], lead: number, isTitled: boolean): number {
  if (lead === 0) return 1;
  const names = records[lead] as SampleRecord;
  return isTitled && /\p{L}/u.test(names.cells.join('')) ? 0.9 : 0.5;
}

/** Names above values, where there are but two columns: else the comma may be one of a decimal or of a sentence. */
function isSmallTable([names, ...rows]: readonly SampleRecord[]): boolean {
  if (rows.length < 2 || names?.cells.every((cell) => /^\p{L}/u.test(cell)) !== true) return false;
  return [0, 1].some((column) => rows.every(({ cells }) => isTyped(cellKind(cells[column] ?? ''))));
}

/** How many rows have their first cell alone, below names and among rows of values, all of which have a type. */
function shortRows([names, ...records]: readonly SampleRecord[], width: number): number {
  const rows = records.map(({ cells }) => cells);
  const full = rows.filter(({ length }) => length === width);
  const short = rows.filter(({ length }) => length === 1);
  if (full.length === 0 || full.length + short.length < rows.length) return 0;
  const areNames = names?.cells.length === width && names.cells.every((cell) => /^\p{L}/u.test(cell));
  if (!areNames || !names.cells.every((_, column) => columnType(full, column) !== null)) return 0;
  const first = columnType(full, 0);
  return short.every((cells) => isAlike(cellKind(cells[0] as string), first as CellKind)) ? short.length : 0;
}

function isBlankFrom(cells: readonly string[], from: number): boolean {
  for (let i = from; i < cells.length; i++) if (cells[i] !== '') return false;
  return true;
}
