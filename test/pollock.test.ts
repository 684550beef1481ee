// How well polluted files are read: a bounded part of what `npm run bench -- pollock` measures, with floors.

import { beforeAll, describe, expect, test } from 'vitest';
import { type PollutedFile, pollute } from './pollock/pollute.ts';
import { readServed } from './pollock/read-served.ts';
import { type Contents, meanOf, scoreOf } from './pollock/score.ts';
import { SOURCE } from './pollock/source.ts';

/** The header, the first and the last row, one with an inch mark, and the one with a backslash before a quote. */
const ROWS = [0, 1, 10, 12, 80];

/** What is reached, rounded down: raise it with every improvement. */
const FLOOR = { simple: 9.78, weighted: 9.75 };

const FILES = pollute(SOURCE, ROWS);

const PERFECT = [
  'source',
  'file_no_payload',
  'file_no_trailing_newline',
  'file_double_trailing_newline',
  'file_no_header',
  'file_header_only',
  'file_one_data_row',
  'file_record_delimiter_lf',
  'file_record_delimiter_cr',
  'file_field_delimiter_semicolon',
  'file_field_delimiter_tab',
  'file_field_delimiter_comma_blank',
  'file_preamble',
  'file_multitable_less',
  'file_multitable_same',
  'file_multitable_more',
  'file_escape_char_backslash',
  'file_escape_char_none',
];

describe('polluted files', () => {
  let served: ReadonlyMap<string, Contents | null>;
  beforeAll(async () => {
    served = await readServed(FILES);
  });
  const scoreFor = ({ name, truth }: PollutedFile) => scoreOf(truth, served.get(name) ?? null);

  test('the score is at its floor or above', () => {
    const { simple, weighted } = meanOf(
      FILES.map((file) => ({ weight: file.weight, score: scoreFor(file) })),
    );
    expect(simple).toBeGreaterThanOrEqual(FLOOR.simple);
    expect(weighted).toBeGreaterThanOrEqual(FLOOR.weighted);
  });

  test.each(PERFECT)('%s is read exactly', (name) => {
    const file = FILES.find((one) => one.name === name) as PollutedFile;
    expect(served.get(name)).toEqual(file.text === '' ? { header: null, records: [] } : file.truth);
  });

  test('every file is served, and none drops a record', () => {
    const short = FILES.filter(({ name, truth }) => {
      const read = served.get(name);
      return !read || read.records.length < truth.records.length;
    });
    expect(short.map(({ name }) => name)).toEqual([]);
  });
});

describe('the score itself', () => {
  const truth: Contents = {
    header: ['a', 'b'],
    records: [
      ['1', 'x'],
      ['2', 'y'],
    ],
  };
  const cases: Record<string, [Contents | null, number]> = {
    'what was expected': [truth, 10],
    nothing: [null, 0],
    'other cells of the same record': [
      {
        header: ['a', 'b'],
        records: [
          ['1x', ''],
          ['2', 'y'],
        ],
      },
      9,
    ],
    'a header as a record': [{ header: null, records: [['a', 'b'], ...truth.records] }, 10],
    'no record': [{ header: ['a', 'b'], records: [] }, 10 - 3 - 2 / 3 - 0.5],
  };
  test.each(Object.entries(cases))('%s', (_name, [read, total]) => {
    expect(scoreOf(truth, read).total).toBeCloseTo(total, 6);
  });
  test('an empty file is whatever it is read as', () => {
    expect(scoreOf({ header: null, records: [] }, truth).total).toBe(10);
  });
});
