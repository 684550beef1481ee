// What a file should say, and what a reader made of it → a score from 0 to 10.
//
// The measures are those of the Pollock benchmark (pollock/metrics.py, version 2): success; then precision, recall and
// F1 of the header's cells, of the records and of all cells, each as multisets. Of records only the texts one after
// the other count, with dates, times, numbers and prices in one spelling.

/** A table as texts: the header (null where there is none) and the records, an empty cell for null. */
export type Contents = Readonly<{
  header: readonly string[] | null;
  records: readonly (readonly string[])[];
}>;

/** One file's score, from 0 to 10, and the three F1 of which it is made. */
export type Score = Readonly<{ total: number; header: number; record: number; cell: number }>;

const FAILED: Score = { total: 0, header: 0, record: 0, cell: 0 };

/**
 * Compares.
 * @param read null where the reader gave up
 */
export function scoreOf(truth: Contents, read: Contents | null): Score {
  if (read === null) return FAILED;
  const [expected, found] = [linesOf(truth), linesOf(read)];
  if (expected.length === 0) return { total: 10, header: 1, record: 1, cell: 1 };
  const header = compare((expected[0] ?? []).map(normalize), (found[0] ?? []).map(normalize));
  const record = compare(expected.slice(1).map(joined), found.slice(1).map(joined));
  const cell = compare(expected.flat(), found.flat());
  return {
    total: 1 + header.sum + record.sum + cell.sum,
    header: header.f1,
    record: record.f1,
    cell: cell.f1,
  };
}

/** The mean over files, and the mean by weight. */
export function meanOf(scores: readonly Readonly<{ score: Score; weight: number }>[]): {
  simple: number;
  weighted: number;
} {
  let [sum, weighted, weights] = [0, 0, 0];
  for (const { score, weight } of scores) {
    sum += score.total;
    weighted += score.total * weight;
    weights += weight;
  }
  return { simple: sum / scores.length, weighted: weighted / weights };
}

const linesOf = ({ header, records }: Contents) => (header === null ? records : [header, ...records]);

const joined = (cells: readonly string[]) => cells.map(normalize).join('');

function compare(expected: readonly string[], found: readonly string[]): { sum: number; f1: number } {
  if (expected.length === 0) return { sum: 3, f1: 1 };
  const left = new Map<string, number>();
  for (const text of expected) left.set(text, (left.get(text) ?? 0) + 1);
  let common = 0;
  for (const text of found) {
    const count = left.get(text) ?? 0;
    if (count === 0) continue;
    left.set(text, count - 1);
    common++;
  }
  if (common === 0) return { sum: 0, f1: 0 };
  const [a, b] = [common / expected.length, common / found.length];
  const f1 = (2 * a * b) / (a + b);
  return { sum: a + b + f1, f1 };
}

const DATE = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;
const TIME = /^(\d{1,2}:\d{2})$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** One spelling for what the benchmark holds to be equal. */
function normalize(text: string): string {
  if (text === 'true' || text === 'True') return '1';
  if (text === 'false' || text === 'False') return '0';
  if (NUMBER.test(text)) return String(Number(text));
  if (TIME.test(text)) return `${text.padStart(5, '0')}:00`;
  const date = DATE.exec(text);
  if (date !== null) return `${date[3]}-${date[2]!.padStart(2, '0')}-${date[1]!.padStart(2, '0')} 00:00:00`;
  const price = /[$€£]\s?(\d[\d,]*(?:\.\d+)?)/.exec(text);
  if (price !== null) return `$${Number(price[1]!.replaceAll(',', ''))}`;
  return text.toLowerCase();
}
