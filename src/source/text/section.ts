// A section of a text → its table, its dialect, and what was odd about it.

import { declareTable } from '../../table/declared/declared-table.ts';
import type { Diagnostic, Dialect } from '../../table/file-facts.ts';
import { closeTable, type Table } from '../../table/table.ts';
import type { Declaration } from '../declared/declaration.ts';
import { inTime } from '../declared/in-time.ts';
import { findRowLines } from '../declared/row-lines.ts';
import { tellDeclared } from '../declared/tell-declared.ts';
import { findLayout, type LayoutOptions } from '../dialect/layout.ts';
import { type Assembled, assembleColumns } from './assemble.ts';
import type { Diagnostics } from './diagnostics.ts';
import { type LineAt, lineCounter, lineInOriginal, pastComments } from './lines.ts';
import type { CellSyntax } from './marks.ts';
import { completeLength, type Mended, mendQuotes } from './mend.ts';
import { parseRecords } from './parse.ts';
import type { Section } from './sections.ts';
import { isTotalsLine, isTotalsWord } from './totals.ts';

export type SectionOptions = LayoutOptions &
  Readonly<{
    /** Only complete records count. */
    isGrowing: boolean;
    /** Names, types and keys that a person declared of this table. */
    schema: Declaration | null;
    /** Told of what is odd; made anew for a section that is read again. */
    collect: () => Diagnostics;
    /** Is told now and then the offset in the text that has been parsed. */
    onProgress: (offset: number) => void;
  }>;

export type ReadSection = Readonly<{
  table: Table;
  dialect: Dialect;
  diagnostics: Diagnostics;
  /** The offset in the text of a quote that nothing closes; -1 if there is none. */
  openQuote: number;
  /** The offset in the text from which on all records have another width than those before; -1 if there is none. */
  turn: number;
}>;

/** Bytes between two tellings of progress. */
const TOLD_BYTES = 1 << 18;

/** @param text the whole text, UTF-8 without a byte order mark */
export async function readSection(
  text: Buffer,
  section: Section,
  options: SectionOptions,
  keepsTotals = false,
): Promise<ReadSection> {
  const part = text.subarray(section.from, section.to);
  const layout = section.layout ?? findLayout(part, options);
  const syntax: CellSyntax = { ...layout.dialect, recordDelimiters: layout.recordDelimiters };
  const start = section.from + layout.start;
  const rest = text.subarray(start, section.to);
  const body = options.isGrowing ? rest.subarray(0, completeLength(rest, syntax)) : rest;
  const mend = mendQuotes(body, syntax);
  const diagnostics = options.collect();
  tellMended(mend.mended, start, lineCounter(text), diagnostics);
  tellNulBytes(text, { from: section.from, to: start + body.length }, diagnostics);
  const lines = () => pastComments(mend.bytes, syntax.commentChar, lineInOriginal(text, start, mend.mended));
  const assembly = assembleColumns({
    headerCount: layout.headerCount,
    delimiter: syntax.delimiter,
    lineAt: lines(),
    ruleLineAt: lines(),
    diagnostics,
    isHeldBack: keepsTotals || options.isGrowing ? () => false : isTotalsWord,
  });
  let toldTo = 0;
  parseRecords(mend.bytes, syntax, mend.isQuotingTold, (cells, end) => {
    assembly.add(cells, end);
    if (end - toldTo < TOLD_BYTES) return;
    toldTo = end;
    options.onProgress(start + end);
  });
  const found = assembly.finish();
  const { last, turn } = found;
  if (last !== null && !isTotalsLine(last.cells, found.built, found.rowCount))
    return readSection(text, section, options, true);
  if (last !== null) diagnostics.add(() => totalsLine(last.line));
  const { headerCount } = layout;
  const { width } = found;
  const table = await makeTable(found, options.schema, diagnostics, (rows) =>
    findRowLines(mend.bytes, syntax, { headerCount, width }, rows, lines()),
  );
  const shift = lineCounter(text)(section.from) - 1;
  return {
    table,
    dialect: completeDialect(layout.dialect, shift, last?.cells ?? null),
    diagnostics,
    openQuote: mend.openQuote === -1 ? -1 : start + mend.openQuote,
    turn: turn === null ? -1 : start + unmend(turn.start, mend.mended),
  };
}

/** @param linesOf finds the lines of rows, given in ascending order */
async function makeTable(
  found: Assembled,
  declared: Declaration | null,
  diagnostics: Diagnostics,
  linesOf: (rows: readonly number[]) => Promise<readonly number[]>,
): Promise<Table> {
  if (declared === null) return closeTable(found.names, found.built, found.rowCount);
  const { table, ...departures } = declareTable(found, declared, declared.origin, inTime);
  const rows = departures.faults.map(({ row }) => row);
  const lines = rows.length === 0 ? [] : await linesOf(rows);
  tellDeclared(departures, declared, found.firstLine, lines, diagnostics);
  return table;
}

function completeDialect(dialect: Dialect, shift: number, totals: readonly string[] | null): Dialect {
  const { headerRows } = dialect;
  return Object.freeze({
    ...dialect,
    ...(headerRows === undefined || shift === 0
      ? {}
      : { headerRows: Object.freeze(headerRows.map((line) => line + shift)) }),
    ...(totals === null ? {} : { totals: Object.freeze(totals.map((cell) => (cell === '' ? null : cell))) }),
  });
}

function totalsLine(line: number): Diagnostic {
  const message = 'The last line is a totals line: its numbers are the sums of the rows above. It is no row.';
  return { line, code: 'totals-line', message };
}

function tellMended(
  mended: readonly Mended[],
  start: number,
  lineAt: LineAt,
  diagnostics: Diagnostics,
): void {
  for (const { offset, column, kind } of mended) {
    diagnostics.add(() => ({ line: lineAt(start + offset), column, ...MEND_TEXTS[kind] }));
  }
}

const MEND_TEXTS = {
  open: {
    code: 'unclosed-quote',
    message: 'A cell begins with a quote which is never closed: the quote is read as an ordinary character.',
  },
  stray: {
    code: 'stray-quote',
    message: 'A cell has a quote which is no pair of another: the quote is read as an ordinary character.',
  },
  escape: {
    code: 'other-escape',
    message:
      'Quotes in a cell are written in another way than in the rest of the file: they are read as quotes.',
  },
} as const;

function tellNulBytes(text: Buffer, { from, to }: Section, diagnostics: Diagnostics): void {
  const lineAt = lineCounter(text);
  const message = 'A cell has a NUL byte: it is kept.';
  for (let at = text.indexOf(0, from); at !== -1 && at < to; at = text.indexOf(0, at + 1)) {
    const offset = at;
    diagnostics.add(() => ({ line: lineAt(offset), code: 'nul-byte', message }));
  }
}

/** An offset in the mended text → the one in the text before. */
function unmend(offset: number, mended: readonly Mended[]): number {
  let added = 0;
  for (const mend of mended) {
    if (mend.offset + added >= offset) break;
    added += mend.added;
  }
  return offset - added;
}
