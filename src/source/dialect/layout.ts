// The beginning of a text → how it is laid out: its dialect, where the header begins and how many records it has.

import type { Dialect } from '../../table/file-facts.ts';
import { findSyntax, type SyntaxOptions } from './candidates.ts';
import { findComments, readSeparatorLine } from './comments.ts';
import { tellSyntax } from './evidence.ts';
import { findHeader } from './header.ts';
import { findRecordDelimiters } from './line-breaks.ts';
import { type Candidate, SAMPLE_RECORDS } from './measure.ts';
import { type SampleRecord, splitSample } from './split-sample.ts';

/** How a text, or a section of one, is cut into a header and rows. */
export type Layout = Readonly<{
  dialect: Dialect;
  /** The line breaks that end a record, the usual one first. */
  recordDelimiters: readonly string[];
  /** The byte offset of the header, or of the first row where there is none: what is before is no part of the table. */
  start: number;
  /** So many records, from `start`, make the header. */
  headerCount: number;
}>;

/** What a person declared of a dialect: it is taken as it is. */
export type DeclaredDialect = Readonly<Partial<Omit<Dialect, 'evidence' | 'preamble' | 'totals'>>>;

export type LayoutOptions = Readonly<{
  /** The file's name says that cells are separated by tabs (`.tsv`). */
  prefersTab: boolean;
  declared: DeclaredDialect | null;
}>;

/** So many bytes from the start are looked at, or so many lines, but never more than the most. */
const SAMPLE_BYTES = 1 << 15;
const SAMPLE_LINES = 8;
const MOST_SAMPLE_BYTES = 1 << 19;
/** What ends with a blank line. */
const BLANK_LINE = /(?:\n\r?\n|\r\r)$/;

/**
 * Finds how a text is laid out, by its first records.
 * @param bytes UTF-8 without a byte order mark
 */
export function findLayout(bytes: Buffer, { prefersTab, declared }: LayoutOptions): Layout {
  const recordDelimiters = recordDelimitersOf(bytes, declared?.lineTerminator);
  const isCrBreak = recordDelimiters.includes('\r');
  const whole = sampleOf(bytes, isCrBreak);
  const separator = readSeparatorLine(whole);
  const skippedText = separator === null ? 0 : separator.length;
  const body = whole.slice(skippedText);
  const below = bytes.subarray(Buffer.byteLength(whole));
  const options: SyntaxOptions = {
    prefersTab,
    known: {
      delimiter: declared?.delimiter ?? separator?.delimiter,
      quoteChar: declared?.quoteChar,
      escapeChar: declared?.escapeChar ?? (declared?.doubleQuote === true ? null : undefined),
      skipInitialSpace: declared?.skipInitialSpace,
    },
    hasBelow: (delimiter) => below.includes(delimiter),
  };
  const comments = findComments(body, declared?.commentChar, (text, commentChar) =>
    findSyntax(text, { commentChar, isCrBreak }, options),
  );
  const { found, top } = comments;
  const linesAbove = countLines(whole.slice(0, skippedText + top), isCrBreak) - 1;
  const { records, headerCount, skipped, because } = findHead(found, body.slice(top), linesAbove, declared);
  const first = records[skipped];
  const from = first === undefined ? top : first.start + top;
  const above = linesOf(body.slice(0, from), isCrBreak);
  const firstLine = countLines(whole.slice(0, skippedText + from), isCrBreak);
  const isPlain = headerCount === 0 || (headerCount === 1 && firstLine === 1);
  const { syntax } = found;
  const dialect: Dialect = Object.freeze({
    delimiter: syntax.delimiter,
    quoteChar: syntax.quoteChar,
    doubleQuote: syntax.escapeChar === null,
    ...(syntax.escapeChar === null ? {} : { escapeChar: syntax.escapeChar }),
    ...(syntax.skipInitialSpace ? { skipInitialSpace: true as const } : {}),
    ...(syntax.commentChar === null ? {} : { commentChar: syntax.commentChar }),
    header: headerCount > 0,
    ...(isPlain ? {} : { headerRows: headerLines(records, skipped, headerCount, firstLine) }),
    lineTerminator: recordDelimiters[0] as string,
    ...(above.some((line) => line.trim() !== '') ? { preamble: Object.freeze(above) } : {}),
    evidence: tellSyntax({
      found,
      declared,
      separator,
      comments: comments.because,
      above: above.filter((line) => line.trim() !== '').length,
      header: because ?? `${firstLine === 1 ? 'the first line' : `line ${firstLine}`} is the header`,
    }),
  });
  const start = Buffer.byteLength(whole.slice(0, skippedText + from));
  return Object.freeze({ dialect, recordDelimiters, start, headerCount });
}

/**
 * The line breaks of a text. What is declared goes first: LF goes for CRLF too, as editors turn one into the other;
 * CRLF alone keeps an LF within cells, and a line break that the text does not have says nothing.
 */
function recordDelimitersOf(bytes: Buffer, declared: string | undefined): readonly string[] {
  const found = findRecordDelimiters(bytes);
  if (declared === undefined || !bytes.includes(declared)) return found;
  if (declared === '\r\n') return [declared];
  return [declared, ...found.filter((each) => each !== declared)];
}

type Head = Readonly<{
  records: readonly SampleRecord[];
  skipped: number;
  headerCount: number;
  because: string | null;
}>;

/** The header among the records, above which so many lines of comments and others stand. */
function findHead(
  found: Candidate,
  text: string,
  linesAbove: number,
  declared: DeclaredDialect | null,
): Head {
  const records = found.width > 1 ? found.records : splitSample(text, found.syntax, SAMPLE_RECORDS);
  const rows = declared?.headerRows;
  if (declared?.header === false)
    return { records, skipped: 0, headerCount: 0, because: 'it is declared to have no header' };
  if (rows !== undefined && rows.length > 0) {
    const skipped = Math.max(
      0,
      records.findIndex(({ line }) => line + linesAbove >= (rows[0] as number)),
    );
    return {
      records,
      skipped,
      headerCount: Math.max(1, Math.min(rows.length, records.length - skipped)),
      because: 'its header is declared',
    };
  }
  const cells = records.map((record) => record.cells);
  const header = findHeader(cells, found.width, (index) =>
    BLANK_LINE.test(text.slice(0, records[index]?.start ?? 0).slice(-3)),
  );
  if (declared?.header === true && header.count === 0)
    return { records, skipped: header.skipped, headerCount: 1, because: 'it is declared to have a header' };
  return { records, skipped: header.skipped, headerCount: header.count, because: header.because };
}

function headerLines(
  records: readonly SampleRecord[],
  skipped: number,
  count: number,
  firstLine: number,
): readonly number[] {
  const base = (records[skipped]?.line ?? 1) - firstLine;
  return Object.freeze(records.slice(skipped, skipped + count).map(({ line }) => line - base));
}

/** The first lines as text, whole ones where that can be seen. */
function sampleOf(bytes: Buffer, isCrBreak: boolean): string {
  if (bytes.length <= SAMPLE_BYTES) return bytes.toString('utf8');
  const lineBreak = isCrBreak && !bytes.subarray(0, SAMPLE_BYTES).includes(0x0a) ? 0x0d : 0x0a;
  let end = 0;
  for (let line = 0; line < SAMPLE_LINES || end < SAMPLE_BYTES; line++) {
    const next = bytes.indexOf(lineBreak, end);
    if (next === -1 || next >= MOST_SAMPLE_BYTES) break;
    if (next >= SAMPLE_BYTES && line >= SAMPLE_LINES) break;
    end = next + 1;
  }
  return bytes.toString('utf8', 0, end === 0 ? Math.min(bytes.length, MOST_SAMPLE_BYTES) : end);
}

function linesOf(text: string, isCrBreak: boolean): string[] {
  const lines = text.split(isCrBreak ? /\r\n|\r|\n/ : /\r?\n/);
  return lines.slice(0, -1);
}

/** The line, from 1, that follows a text which ends with a line break. */
function countLines(text: string, isCrBreak: boolean): number {
  return linesOf(text, isCrBreak).length + 1;
}
