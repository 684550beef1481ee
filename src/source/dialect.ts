// The beginning of a file → its dialect: delimiter, line terminator, and whether the first line is a header.

import { ColumnBuilder } from '../table/column-builder.ts';
import type { Dialect } from '../table/file-facts.ts';
import { mendQuotes } from './mend.ts';
import { splitRecords } from './split.ts';

/** So many bytes and records from the start are looked at. */
const SAMPLE_BYTES = 1 << 15;
const SAMPLE_RECORDS = 200;

/** In the order of preference where the file does not decide. */
const DELIMITERS = [',', ';', '\t', '|'] as const;
const DELIMITER_NAMES: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
};

/** A dialect and the line breaks that end a record under it. */
export type FoundDialect = Readonly<{ dialect: Dialect; recordDelimiters: readonly string[] }>;

/**
 * Finds the dialect of a text.
 * @param bytes UTF-8 without a byte order mark
 * @param prefersTab whether the file's name says that cells are separated by tabs (`.tsv`)
 */
export function findDialect(bytes: Buffer, prefersTab: boolean): FoundDialect {
  const recordDelimiters = findRecordDelimiters(bytes);
  const sample = sampleOf(bytes, recordDelimiters);
  const order = prefersTab ? ['\t', ...DELIMITERS.filter((delimiter) => delimiter !== '\t')] : DELIMITERS;
  const candidates = order.map((delimiter) => readSample(sample, delimiter));
  const usable = candidates.filter((candidate) => candidate.width > 1);
  const preferred = candidates[0] as Candidate;
  const best = usable.reduce((a, b) => (b.score > a.score + 1e-9 ? b : a), usable[0] ?? preferred);
  const { hasHeader, because } = findHeader(best.records, best.width);
  const evidence = `${describeDelimiter(best)}; ${because}`;
  const dialect = Object.freeze({
    delimiter: best.delimiter,
    quoteChar: '"',
    header: hasHeader,
    lineTerminator: recordDelimiters[0] as string,
    evidence,
  });
  return { dialect, recordDelimiters };
}

/** Line breaks count where they end a line, not in quoted cells; CRLF and LF may be mixed. */
function findRecordDelimiters(bytes: Buffer): readonly string[] {
  const ends = lineEnds(bytes.subarray(0, SAMPLE_BYTES));
  const first = ends[0];
  if (first === '\r' && !ends.includes('\n') && !ends.includes('\r\n')) return ['\r'];
  if (first === undefined && bytes.includes(0x0d) && !bytes.includes(0x0a)) return ['\r'];
  if (first === '\r\n') return ['\r\n', '\n'];
  return bytes.includes('\r\n') ? ['\n', '\r\n'] : ['\n'];
}

/** The line breaks outside quotes; a quote opens a cell behind a delimiter or a line break only. */
function lineEnds(sample: Buffer): string[] {
  const text = sample.toString('latin1');
  const outside = text.replace(/(^|[,;\t|\r\n])"(?:[^"]|"")*(?:"(?=[,;\t|\r\n]|$)|$)/g, '$1');
  return outside.match(/\r\n|\r|\n/g) ?? [];
}

/** The first records, whole ones where that can be seen. */
function sampleOf(bytes: Buffer, recordDelimiters: readonly string[]): Buffer {
  if (bytes.length <= SAMPLE_BYTES) return bytes;
  const cut = bytes.subarray(0, SAMPLE_BYTES);
  const end = cut.lastIndexOf((recordDelimiters[0] as string).slice(-1));
  return end === -1 ? cut : cut.subarray(0, end + 1);
}

type Candidate = Readonly<{
  delimiter: string;
  records: readonly string[][];
  width: number;
  agreeing: number;
  score: number;
}>;

function readSample(sample: Buffer, delimiter: string): Candidate {
  const records = splitRecords(mendQuotes(sample, delimiter).bytes, delimiter, SAMPLE_RECORDS).filter(
    (record) => record.length > 1 || record[0] !== '',
  );
  const widths = new Map<number, number>();
  for (const { length } of records) widths.set(length, (widths.get(length) ?? 0) + 1);
  let width = 1;
  for (const [length, count] of widths) if (count > (widths.get(width) ?? 0)) width = length;
  const agreeing = widths.get(width) ?? 0;
  // How many lines agree decides; that the header agrees weighs as much as a quarter of them.
  const score =
    records.length === 0 ? 0 : agreeing / records.length + (records[0]?.length === width ? 0.25 : 0);
  return { delimiter, records, width, agreeing, score };
}

function describeDelimiter({ delimiter, records, width, agreeing }: Candidate): string {
  const name = DELIMITER_NAMES[delimiter] as string;
  if (records.length === 0) return 'there is nothing to look at';
  if (width === 1) return `no delimiter gives more than one column, so it is read as ${name}-separated`;
  return `${name}: ${agreeing} of the first ${records.length} lines have ${width} cells`;
}

/**
 * The first line is a header unless the types say otherwise: every column whose further cells are all numbers, dates
 * or booleans has such a cell in the first line too, and these are not labels that count (1, 2, 3 or years).
 */
function findHeader(records: readonly string[][], width: number): { hasHeader: boolean; because: string } {
  const doubt = { hasHeader: true, because: 'the first line is the header' };
  const [first, ...rest] = records;
  if (first === undefined || rest.length < 2 || first.length !== width) return doubt;
  const typed = first.flatMap((cell, index) => {
    const type = typeOf(rest.map((record) => record[index] ?? ''));
    return type === 'string' ? [] : [{ cell, type, own: typeOf([cell]) }];
  });
  const isData = ({ type, own }: (typeof typed)[number]) =>
    own === type || (type === 'number' && own === 'integer');
  if (typed.length === 0 || !typed.every(isData)) return doubt;
  if (typed.every(({ own }) => own === 'integer') && areLabels(typed.map(({ cell }) => Number(cell))))
    return doubt;
  return {
    hasHeader: false,
    because: `there is no header: the first line has ${typed[0]?.type} values like the others`,
  };
}

function areLabels(numbers: readonly number[]): boolean {
  const isYear = (value: number) => value >= 1000 && value < 3000;
  const isCounting = (value: number, index: number) =>
    index === 0 || value === (numbers[index - 1] as number) + 1;
  return numbers.every(isYear) || (numbers.length > 1 && numbers.every(isCounting));
}

function typeOf(cells: readonly string[]): string {
  const builder = new ColumnBuilder();
  for (const cell of cells) builder.push(cell, false);
  return builder.finish().field.type;
}
