// The clean table → files that depart from RFC 4180 in one way each, with what a reader should make of them.
//
// The kinds of departure, and how often each is met in open data, are those of the Pollock benchmark (Vitagliano et al.,
// VLDB 16(8), 2023; github.com/HPI-Information-Systems/Pollock: the kinds in pollute_main.py, the weights in
// pollock_weights.json). The table, the code and the files are our own.

import type { Contents } from './score.ts';
import type { SourceCell } from './source.ts';

export type PollutedFile = Readonly<{ name: string; text: string; truth: Contents; weight: number }>;

/** `stray` is a quote too many at the beginning of the cell: written as it is, never escaped. */
type Cell = SourceCell & Readonly<{ stray?: '"' }>;

/** One line of a file: its cells, what stands between them, and what it is for the reader. */
type Line = Readonly<{
  cells: readonly Cell[];
  /** What stands before each cell: nothing before the first, a delimiter before the others. */
  gaps: readonly string[];
  end: string;
  role: 'header' | 'record' | 'other';
}>;

/** How cells are quoted; `mark` stands before each quote that is part of a cell. */
type Writing = Readonly<{ quote: string; mark: string }>;

const RFC: Writing = { quote: '"', mark: '"' };

/** The weights of the kinds that spoil one row each; a kind's weight is shared by its files. */
const ROW_KINDS = { more: 278.0, less: 247.1, quote: 7.0, delimiter: 12.0 };

const line = (cells: readonly SourceCell[], role: Line['role']): Line => ({
  cells,
  gaps: cells.map((_, index) => (index === 0 ? '' : ',')),
  end: '\r\n',
  role,
});

const plain = (texts: readonly string[]): readonly SourceCell[] =>
  texts.map((text) => ({ text, isQuoted: text.includes(',') }));

const changeAt = <T>(list: readonly T[], index: number, change: (item: T) => T): readonly T[] =>
  list.map((item, at) => (at === index ? change(item) : item));

function write(lines: readonly Line[], { quote, mark }: Writing = RFC): string {
  return lines
    .map(({ cells, gaps, end }) => {
      const written = cells.map(({ text, isQuoted, stray = '' }, index) => {
        const inner = stray + (quote === '"' ? text.replaceAll('"', `${mark}"`) : text);
        return `${gaps[index]}${isQuoted ? `${quote}${inner}${quote}` : inner}`;
      });
      return written.join('') + end;
    })
    .join('');
}

function truthOf(lines: readonly Line[]): Contents {
  const texts = (role: Line['role']) =>
    lines
      .filter((one) => one.role === role)
      .map(({ cells }) => cells.map(({ text, stray = '' }) => stray + text));
  const headers = texts('header');
  return {
    header: headers[0]?.map((_, column) => headers.map((names) => names[column]).join(' ')) ?? null,
    records: texts('record'),
  };
}

function file(name: string, weight: number, lines: readonly Line[], writing?: Writing): PollutedFile {
  return { name, weight, text: write(lines, writing), truth: truthOf(lines) };
}

/** The files that are spoilt as a whole. */
function wholeFiles(source: readonly (readonly SourceCell[])[]): readonly PollutedFile[] {
  const clean = source.map((cells, index) => line(cells, index === 0 ? 'header' : 'record'));
  const [header] = clean as [Line];
  const last = clean.length - 1;
  const width = header.cells.length;
  const ended = (end: string) => changeAt(clean, last, (one) => ({ ...one, end }));
  const allEnded = (end: string) => clean.map((one) => ({ ...one, end }));
  const delimited = (delimiter: string) =>
    clean.map((one) => ({ ...one, gaps: one.gaps.map((gap) => (gap === '' ? '' : delimiter)) }));
  const again = line(plain(header.cells.map(({ text }) => text)), 'header');
  const second = (change: (texts: readonly string[], isHeader: boolean) => readonly string[]) =>
    source.slice(0, last).map((cells, index) =>
      line(
        plain(
          change(
            cells.map(({ text }) => text),
            index === 0,
          ),
        ),
        'other',
      ),
    );
  const stacked = 188 / 3;
  return [
    file('source', 1, clean),
    file('file_no_payload', 15, []),
    file('file_no_trailing_newline', 184, ended('')),
    file('file_double_trailing_newline', 5, ended('\r\n\r\n')),
    file('file_no_header', 470, clean.slice(1)),
    file('file_header_multirow_2', 47, [again, ...clean]),
    file('file_header_multirow_3', 47, [again, again, ...clean]),
    file('file_preamble', 282, [
      line(plain(['PREAMBLE', ...Array(width - 1).fill('')]), 'other'),
      line(plain(Array(width).fill('')), 'other'),
      ...clean,
    ]),
    // What is compared is the first table: the second is a table of its own.
    file('file_multitable_less', stacked, [...clean, ...second((texts) => texts.slice(0, -1))]),
    file('file_multitable_same', stacked, [...clean, ...second((texts) => texts)]),
    file('file_multitable_more', stacked, [
      ...clean,
      ...second((texts, isHeader) => [...texts, isHeader ? 'MORE' : '']),
    ]),
    file('file_header_only', 3, clean.slice(0, 1)),
    file('file_one_data_row', 4, clean.slice(0, 2)),
    file('file_record_delimiter_lf', 1691, allEnded('\n')),
    file('file_record_delimiter_cr', 7, allEnded('\r')),
    file('file_field_delimiter_semicolon', 834, delimited(';')),
    file('file_field_delimiter_tab', 4, delimited('\t')),
    file('file_field_delimiter_comma_blank', 101, delimited(', ')),
    file('file_field_delimiter_blank', 4, delimited(' ')),
    file('file_quotation_char_apostrophe', 11, clean, { quote: "'", mark: '' }),
    file('file_escape_char_backslash', 1, clean, { quote: '"', mark: '\\' }),
    file('file_escape_char_none', 7, clean, { quote: '"', mark: '' }),
  ];
}

/** The files in which one row is spoilt, at each of its columns. */
function rowFiles(
  source: readonly (readonly SourceCell[])[],
  rows: readonly number[],
): readonly PollutedFile[] {
  const clean = source.map((cells, index) => line(cells, index === 0 ? 'header' : 'record'));
  const truth = truthOf(clean);
  const columns = source[0]!.map((_, column) => column);
  const share = (kind: keyof typeof ROW_KINDS, perRow: number) => ROW_KINDS[kind] / (rows.length * perRow);
  const spoilt = (row: number, change: (one: Line) => Line) => changeAt(clean, row, change);
  return rows.flatMap((row) => [
    ...columns.map((column) => {
      const lines = spoilt(row, (one) => ({ ...one, gaps: changeAt(one.gaps, column, (gap) => `,${gap}`) }));
      return { ...file(`row_more_sep_row${row}_col${column}`, share('more', columns.length), lines), truth };
    }),
    ...columns.slice(1).map((column) => {
      const lines = spoilt(row, (one) => ({ ...one, gaps: changeAt(one.gaps, column, () => '') }));
      return {
        ...file(`row_less_sep_row${row}_col${column}`, share('less', columns.length - 1), lines),
        truth,
      };
    }),
    ...columns.map((column) => {
      const lines = spoilt(row, (one) => ({
        ...one,
        cells: changeAt(one.cells, column, (cell) => ({ ...cell, stray: '"' as const })),
      }));
      return file(`row_extra_quote${row}_col${column}`, share('quote', columns.length), lines);
    }),
    {
      ...file(
        `row_field_delimiter_${row}_blank`,
        share('delimiter', 1),
        spoilt(row, (one) => ({ ...one, gaps: one.gaps.map((gap) => (gap === '' ? '' : ' ')) })),
      ),
      truth,
    },
  ]);
}

/**
 * Spoils a table in every way.
 * @param source the clean table, its header first
 * @param rows the rows to spoil one at a time, 0 for the header; all rows if not given
 */
export function pollute(
  source: readonly (readonly SourceCell[])[],
  rows: readonly number[] = source.map((_, row) => row),
): readonly PollutedFile[] {
  return [...wholeFiles(source), ...rowFiles(source, rows)];
}
