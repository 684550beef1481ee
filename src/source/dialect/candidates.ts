// The beginning of a text → the syntaxes that it may have, each with a score, and the best of them.
//
// A syntax scores by how many lines have the same number of cells, times how much its cells look like values: the
// idea is that of van den Burg, Nazábal and Sutton, "Wrangling Messy CSV Files by Detecting Row and Type Patterns"
// (2019), whose measures are other ones. That all of a line is one cell is a candidate like the others.

import { singleValue } from './cell-value.ts';
import { type Candidate, measure, SAMPLE_RECORDS } from './measure.ts';
import { type Syntax, splitSample } from './split-sample.ts';

/** In the order of preference where the text does not decide, with what a cell of text and a reading are worth. */
const DELIMITERS: readonly (readonly [delimiter: string, text: number, trust: number])[] = [
  [',', 0.6, 1],
  [';', 0.6, 1],
  ['\t', 0.6, 1],
  ['|', 0.6, 1],
  [':', 0.4, 0.75],
  [' ', 0.3, 0.6],
  [', ', 0.6, 0.95],
];

/** Cuts a text of one column where each usual delimiter stands in some line. */
const UNIT_SEPARATOR = '\x1f';

/** What is known beforehand: members that are not undefined are not guessed. */
export type Known = Readonly<{
  delimiter?: string | undefined;
  quoteChar?: string | null | undefined;
  escapeChar?: string | null | undefined;
  skipInitialSpace?: boolean | undefined;
}>;

export type SyntaxOptions = Readonly<{
  /** Whether a tab goes before the others. */
  prefersTab: boolean;
  known: Known;
  /** Whether a delimiter stands anywhere below the sample. */
  hasBelow: (delimiter: string) => boolean;
}>;

/**
 * Finds the syntax of a text.
 * @param sample whole lines, if possible
 * @param base how lines end and which of them are comments
 */
export function findSyntax(
  sample: string,
  base: Pick<Syntax, 'commentChar' | 'isCrBreak'>,
  { prefersTab, known, hasBelow }: SyntaxOptions,
): Candidate {
  const read = (syntax: Syntax, text: number, trust: number) => {
    const { quoteChar, escapeChar } = known;
    const best =
      quoteChar === undefined && escapeChar === undefined
        ? findQuoting(sample, syntax, text)
        : measure(
            sample,
            {
              ...syntax,
              quoteChar: quoteChar === undefined ? '"' : quoteChar,
              escapeChar: escapeChar ?? null,
            },
            text,
          );
    const spaced = known.skipInitialSpace ?? hasInitialSpaces(best);
    const final = spaced ? measure(sample, { ...best.syntax, skipInitialSpace: true }, text) : best;
    return { ...final, score: final.score * trust };
  };
  const plain = { ...base, quoteChar: '"', escapeChar: null, skipInitialSpace: false };
  if (known.delimiter !== undefined) return read({ ...plain, delimiter: known.delimiter }, 0.6, 1);

  const single = readSingle(sample, { ...plain, delimiter: prefersTab ? '\t' : ',' });
  let best: Candidate = single;
  for (const [delimiter, text, trust] of DELIMITERS) {
    const factor = prefersTab && delimiter === '\t' ? 1.5 : trust;
    // No reading scores more than its trust.
    if (factor <= best.score || !sample.includes(delimiter)) continue;
    const candidate = read({ ...plain, delimiter }, text, factor);
    if (candidate.width > 1 && candidate.score > best.score + 1e-9) best = candidate;
  }
  if (best !== single) return best;
  const usual = prefersTab ? ['\t', ',', ';', '|'] : [',', ';', '\t', '|'];
  const delimiter = usual.find((text) => isUnused(sample, { ...plain, delimiter: text }) && !hasBelow(text));
  return { ...single, syntax: { ...plain, delimiter: delimiter ?? UNIT_SEPARATOR } };
}

/** Whether a delimiter cuts no line in two. */
function isUnused(sample: string, syntax: Syntax): boolean {
  return (
    !sample.includes(syntax.delimiter) ||
    splitSample(sample, syntax, SAMPLE_RECORDS).every(({ cells }) => cells.length === 1)
  );
}

/** All of a line in one cell; the delimiter is one that a reader may take it for. */
function readSingle(sample: string, syntax: Syntax): Candidate {
  const lines = splitSample(sample, { ...syntax, delimiter: '\0' }, SAMPLE_RECORDS);
  let sum = 0;
  let count = 0;
  let strays = 0;
  for (const { cells, stray } of lines) {
    const value = singleValue(cells[0] as string);
    if (stray > 0) strays++;
    if (value !== null) {
      sum += value;
      count++;
    }
  }
  const fit = lines.length === 0 ? 1 : 1 - (0.5 * strays) / lines.length;
  return {
    syntax,
    records: lines,
    width: 1,
    agreeing: lines.length,
    score: count === 0 ? 0 : (sum / count) * fit,
  };
}

/** Double quotes, unless single quotes or backslashes fit better, or no double quote closes a cell. */
function findQuoting(sample: string, syntax: Syntax, text: number): Candidate {
  let best = measure(sample, syntax, text);
  if (sample.includes('\\"') && best.records.some(({ stray }) => stray > 0 || hasBackslashes(best))) {
    const escaped = measure(sample, { ...syntax, escapeChar: '\\' }, text);
    if (strays(escaped) < strays(best) && escaped.agreeing >= best.agreeing) best = escaped;
  }
  const open = sample.includes("'") ? countOpen(best, "'") : 0;
  if (open >= 2) {
    const other = measure(sample, { ...syntax, quoteChar: "'" }, text);
    const closed = quotedCells(other);
    const fits = closed >= 2 && closed >= open * 0.8 && closed > quotedCells(best) * 2;
    if (fits && other.agreeing / other.records.length >= best.agreeing / best.records.length) return other;
  }
  const doubles = sample.includes('"') ? countOpen(best, '"') : 0;
  if (doubles >= 3 && quotedCells(best) === 0) return measure(sample, { ...syntax, quoteChar: null }, text);
  return best;
}

function hasBackslashes({ records }: Candidate): boolean {
  return records.some(({ cells, quoted }) =>
    quoted.some((index) => (cells[index] as string).includes('\\"')),
  );
}

function countOpen({ records }: Candidate, quote: string): number {
  let count = 0;
  for (const { cells } of records) for (const cell of cells) if (cell.startsWith(quote)) count++;
  return count;
}

function quotedCells({ records }: Candidate): number {
  return records.reduce((sum, { quoted }) => sum + quoted.length, 0);
}

function strays({ records }: Candidate): number {
  return records.reduce((sum, { stray }) => sum + stray, 0);
}

/** Whether a blank stands behind nearly every delimiter. */
function hasInitialSpaces({ records, syntax, width }: Candidate): boolean {
  // Behind the colon of a sentence, or of a name and its value, stands a blank too.
  if (width < 2 || syntax.delimiter.endsWith(' ') || syntax.delimiter === ':') return false;
  let spaced = 0;
  let count = 0;
  for (const { cells } of records) {
    for (let i = 1; i < cells.length; i++) {
      const cell = cells[i] as string;
      if (cell === '') continue;
      count++;
      if (cell.startsWith(' ')) spaced++;
    }
  }
  return count > 0 && spaced >= count * 0.95;
}
