// A text → where its tables begin: one for nearly every file, more where tables are stacked in it.

import { findLayout, type Layout, type LayoutOptions } from '../dialect/layout.ts';
import { splitSample } from '../dialect/split-sample.ts';
import { type CellSyntax, type Marks, marksOf } from './marks.ts';
import { type Block, isStackedTable } from './stacked.ts';
import { walkText } from './walk.ts';

/** A part of a text, in bytes; `layout` is its own where that is known already. */
export type Section = Readonly<{ from: number; to: number; layout?: Layout }>;

/** So much of a block is looked at. */
const SAMPLE_BYTES = 1 << 14;
const SAMPLE_RECORDS = 60;
/** A text with more places where a table might begin has blank lines for other reasons. */
const MOST_PLACES = 256;

/**
 * Cuts a text where a header returns, and behind blank lines where another table begins.
 * @param bytes UTF-8 without a byte order mark
 */
export function cutSections(bytes: Buffer, options: LayoutOptions): readonly Section[] {
  const sections: Section[] = [];
  let from = 0;
  for (;;) {
    const layout = findLayout(bytes.subarray(from), options);
    const cut = nextTable(bytes, from, layout, options);
    if (cut === -1) return [...sections, { from, to: bytes.length, layout }];
    sections.push({ from, to: cut });
    from = cut;
  }
}

/** Where the next table begins behind the one that begins at an offset, or -1. */
function nextTable(bytes: Buffer, from: number, layout: Layout, options: LayoutOptions): number {
  const text = bytes.subarray(from);
  const syntax = { ...layout.dialect, recordDelimiters: layout.recordDelimiters };
  const marks = marksOf(text, syntax);
  const walk = walkText(text, marks);
  let first = layout.start;
  for (let left = layout.headerCount; left > 0 && first < text.length; ) {
    const { end } = walk.countCells(first, Number.POSITIVE_INFINITY);
    if (end > first) left--;
    first = end + Math.max(marks.breakAt(end), 1);
  }
  const isNamed = layout.dialect.header;
  const places = [
    ...(isNamed ? returns(text, layout.start, first, syntax) : []),
    ...blankLines(text, first, syntax),
  ];
  if (places.length > MOST_PLACES) return -1;
  for (const at of places.sort((a, b) => a - b)) {
    const titled = withTitles(text, layout.start, first, at, marks);
    if (!beginsTable(bytes, { from, to: bytes.length }, from + at, options, from + titled)) continue;
    const isHeaderBelow = titled < at && findLayout(text.subarray(titled), options).start === at - titled;
    return from + (isHeaderBelow ? titled : at);
  }
  return -1;
}

/** Where the lines above a header that returns begin, if they stand above the first one too, but for their numbers. */
function withTitles(text: Buffer, start: number, first: number, at: number, marks: Marks): number {
  const lineOf = (from: number, to: number) => text.toString('utf8', from, to).trim().replace(/\d+/g, '0');
  let titled = at;
  let above = at;
  for (let top = start; top > 0 && above > first; ) {
    const [from, upper] = [marks.lineStart(above - 1), marks.lineStart(top - 1)];
    const line = lineOf(from, above);
    if (line !== lineOf(upper, top)) break;
    if (line !== '') titled = from;
    above = from;
    top = upper;
  }
  return titled;
}

/** Where a line begins like the header: with its first two cells, as they are written. */
function returns(text: Buffer, start: number, end: number, syntax: CellSyntax): number[] {
  const marks = marksOf(text, syntax);
  const walk = walkText(text, marks);
  let to = walk.cellEnd(start);
  const gap = marks.separatorAt(to);
  if (gap === 0 || to === start) return [];
  to = walk.cellEnd(to + gap);
  const beginning = text.subarray(start, to);
  const found: number[] = [];
  for (let at = text.indexOf(beginning, end); at !== -1; at = text.indexOf(beginning, at + 1)) {
    if (marks.isLineStart(at) && marks.isCellEnd(at + beginning.length)) found.push(at);
    if (found.length > MOST_PLACES) break;
  }
  return found;
}

/** Where lines begin behind blank ones. */
function blankLines(text: Buffer, behind: number, { recordDelimiters }: CellSyntax): number[] {
  const found = new Set<number>();
  const blanks = [
    ...(recordDelimiters.includes('\n') ? ['\n\n'] : []),
    ...(recordDelimiters.includes('\r\n') ? ['\n\r\n'] : []),
    ...(recordDelimiters.includes('\r') ? ['\r\r'] : []),
  ];
  for (const blank of blanks) {
    for (let at = text.indexOf(blank, behind); at !== -1; at = text.indexOf(blank, at)) {
      while (text[at] === 0x0a || text[at] === 0x0d) at++;
      if (at < text.length) found.add(at);
      if (found.size > MOST_PLACES) break;
    }
  }
  return [...found];
}

/**
 * Whether a table of its own begins at an offset of a section.
 * @param bytes the whole text
 * @param section where the table above begins, and where what may be the next one ends
 * @param titled where the titles of the next one begin
 */
export function beginsTable(
  bytes: Buffer,
  section: Section,
  at: number,
  options: LayoutOptions,
  titled = at,
): boolean {
  const above = bytes.subarray(section.from, titled);
  const below = bytes.subarray(at, section.to);
  const upper = blockOf(above, options, false);
  const lower = blockOf(below, options, true);
  const isApart = /(?:\n\r?\n|\r\r)$/.test(above.subarray(-3).toString('latin1'));
  if (upper === null || lower === null || !isStackedTable(upper, lower, isApart)) return false;
  return isRecordStart(bytes.subarray(section.from, section.to), at - section.from, options);
}

/** The first records of a text; a blank line ends them where the table may end with it. */
function blockOf(bytes: Buffer, options: LayoutOptions, isTop: boolean): Block | null {
  const layout = findLayout(bytes, options);
  const start = isTop ? 0 : layout.start;
  const sample = sampleOf(bytes.subarray(start), isTop);
  const { delimiter, quoteChar, escapeChar, skipInitialSpace, commentChar } = layout.dialect;
  const syntax = {
    delimiter,
    quoteChar,
    escapeChar: escapeChar ?? null,
    skipInitialSpace: skipInitialSpace === true,
    commentChar: commentChar ?? null,
    isCrBreak: layout.recordDelimiters.includes('\r'),
  };
  const records = splitSample(sample, syntax, SAMPLE_RECORDS).map(({ cells }) => cells);
  const count = isTop ? 1 : layout.headerCount;
  const header = records[0];
  if (header === undefined) return null;
  return { header: count === 0 ? [] : header, rows: records.slice(count) };
}

function sampleOf(bytes: Buffer, isTop: boolean): string {
  const cut = bytes.subarray(0, SAMPLE_BYTES);
  const end = cut.length === bytes.length ? cut.length : cut.lastIndexOf('\n') + 1 || cut.length;
  const text = cut.toString('utf8', 0, end);
  if (!isTop) return text;
  const blank = /\n\r?\n|\r\r/.exec(text);
  return blank === null ? text : text.slice(0, blank.index + 1);
}

/** Whether a record begins at an offset, and not a line of a quoted cell. */
function isRecordStart(text: Buffer, target: number, options: LayoutOptions): boolean {
  const { dialect, recordDelimiters, start } = findLayout(text, options);
  const marks = marksOf(text, { ...dialect, recordDelimiters });
  if (marks.quote === -1 || text.subarray(0, target).indexOf(marks.quote) === -1) return true;
  const walk = walkText(text, marks);
  let at = start;
  while (at < target) {
    const { end } = walk.countCells(at, Number.POSITIVE_INFINITY);
    at = end + Math.max(marks.breakAt(end), 1);
  }
  return at === target;
}
