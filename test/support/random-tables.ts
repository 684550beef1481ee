// Random tables → the same tables written in random dialects, line ends and encodings.

import fc from 'fast-check';

type Cell = string | null;

export type Writing = Readonly<{
  delimiter: string;
  quote: string;
  quoting: 'where needed' | 'texts' | 'all';
  lineEnd: string;
  hasFinalLineEnd: boolean;
  encoding: 'utf-8' | 'utf-8 with BOM' | 'utf-16le' | 'utf-16be' | 'windows-1252';
}>;

/** A table, and how it is to be written. */
export type Sample = Readonly<{
  header: readonly string[];
  rows: readonly (readonly Cell[])[];
  writing: Writing;
}>;

const WORDS = [
  'forêt',
  'élève',
  'château',
  'Besançon',
  'über',
  'niño',
  'où',
  'Straße',
  'north',
  'river',
  "l'été",
];

const NAMES = [
  ...['name', 'lieu', 'n° de rue', 'x (mm)', 'a.b', 'prénom', 'État', '__proto__', 'constructor', 'length'],
  ...['_sort', 'a__gt', 'per cent %', 'a/b', 'Ünit', 'q', "l'an", 'why?', '{x}', '[y]', '@z', 'id', 'Key'],
];

const word = fc.constantFrom(...WORDS);
const number = (min: number, max: number) => fc.integer({ min, max });

/** What a column holds: one kind of thing, as in files of people. */
const KINDS: readonly fc.Arbitrary<string>[] = [
  number(-500, 100_000).map(String),
  number(0, 99_999).map((n) => String(n).padStart(5, '0')),
  number(-9999, 9999).map((n) => (n / 100).toFixed(2)),
  fc.tuple(number(1990, 2030), number(1, 12), number(1, 28)).map(([year, month, day]) => {
    return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  }),
  word,
  fc.tuple(word, word, word).map((words) => words.join(' ')),
  fc
    .tuple(
      word,
      fc.constantFrom(', ', '; ', ' | ', ': ', '\t', ' "', '" ', '""', '\n', '\r\n', "'", ' # ', ' \\ '),
      word,
    )
    .map((parts) => parts.join('')),
  word.map((text) => `https://example.org/${encodeURIComponent(text)}?a=1&b=2`),
  fc.constantFrom('NA', 'n/a', '-', 'NULL', 'true', '0', '#4', ' ', 'x'),
  fc.tuple(word, fc.constantFrom(' ', '  ')).map(([text, blank]) => `${blank}${text}${blank}`),
];

const writing: fc.Arbitrary<Writing> = fc.record({
  delimiter: fc.constantFrom(',', ',', ';', '\t', '|', ':'),
  quote: fc.constantFrom('"', '"', '"', "'"),
  quoting: fc.constantFrom('where needed', 'texts', 'all'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  hasFinalLineEnd: fc.boolean(),
  encoding: fc.constantFrom('utf-8', 'utf-8', 'utf-8 with BOM', 'utf-16le', 'utf-16be', 'windows-1252'),
});

/** Tables such as people have, with odd names and odd cells, in which the way of writing can be seen. */
export const sample: fc.Arbitrary<Sample> = fc
  .uniqueArray(fc.constantFrom(...NAMES), { minLength: 3, maxLength: 8 })
  .chain((header) => {
    const emptiness = fc.constantFrom<Cell>(null, null, '');
    const columns = header.map(() =>
      fc.constantFrom(...KINDS).map((kind) => fc.oneof({ weight: 8, arbitrary: kind }, emptiness)),
    );
    const rows = fc
      .tuple(...columns)
      .chain((cells) => fc.array(fc.tuple(...cells), { minLength: 8, maxLength: 30 }));
    return fc.record({ header: fc.constant(header), rows, writing });
  })
  .map((one) => ({ ...one, rows: one.rows.filter((row) => row.some((cell) => cell !== null)) }))
  // Where just a few cells are quoted, and that in apostrophes, nobody can tell them from apostrophes.
  .filter(({ writing: { quote, quoting } }) => quote === '"' || quoting !== 'where needed');

/** The table as text. A cell is quoted where it must be, and beyond that as `quoting` says. */
export function written({ header, rows, writing: how }: Sample): string {
  const { delimiter, quote, quoting, lineEnd } = how;
  const write = (cell: Cell) => {
    if (cell === null) return '';
    const isNeeded = cell === '' || cell.includes(delimiter) || /[\r\n"']/.test(cell);
    const isText = !/^-?[\d.-]+$/.test(cell);
    const isQuoted = isNeeded || quoting === 'all' || (quoting === 'texts' && isText);
    return isQuoted ? `${quote}${cell.replaceAll(quote, quote + quote)}${quote}` : cell;
  };
  const lines = [header, ...rows].map((cells) => cells.map(write).join(delimiter));
  return lines.join(lineEnd) + (how.hasFinalLineEnd ? lineEnd : '');
}

/** The text as bytes. */
export function encoded(text: string, encoding: Writing['encoding']): Uint8Array {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text);
    case 'utf-8 with BOM':
      return Buffer.from(`\uFEFF${text}`);
    case 'utf-16le':
      return Buffer.from(`\uFEFF${text}`, 'utf16le');
    case 'utf-16be':
      return Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
    case 'windows-1252':
      return Buffer.from(text, 'latin1');
  }
}
