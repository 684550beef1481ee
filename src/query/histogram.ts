// Numbers and how often each occurs → bins of equal width with round edges, ready to plot.

/** `from` is in the bin, `to` is in the next one; in a histogram of one bin, both are in it. */
export type Bin<T> = Readonly<{ from: T; to: T; count: number }>;

/** Ascending values; `ends[i]` is how often the values up to number i occur, itself among them. */
export type Series = Readonly<{ ends: Float64Array; valueAt: (i: number) => number }>;

/** About so many bins, never more than two beyond. */
const BINS = 20;

/** @param isWhole whether edges are whole numbers */
export function histogram(series: Series, isWhole: boolean): readonly Bin<number>[] {
  const { ends, valueAt } = series;
  if (ends.length === 0) return [];
  const least = valueAt(0);
  const most = valueAt(ends.length - 1);
  const edgeAt = roundEdges(least, most, isWhole);
  if (edgeAt === null) return [{ from: least, to: most, count: ends[ends.length - 1] as number }];
  return fillBins(series, most, edgeAt);
}

/** Bins between edges that are given by their number; the least value is not before edge 0. */
export function fillBins(
  { ends, valueAt }: Series,
  most: number,
  edgeAt: (edge: number) => number,
): readonly Bin<number>[] {
  const bins: Bin<number>[] = [];
  let next = 0;
  let before = 0;
  for (let edge = 0; edgeAt(edge) <= most; edge++) {
    const to = edgeAt(edge + 1);
    next = firstFrom(next, ends.length, (i) => valueAt(i) >= to);
    const end = next === 0 ? 0 : (ends[next - 1] as number);
    bins.push({ from: edgeAt(edge), to, count: end - before });
    before = end;
  }
  return bins;
}

/** The first number from `low` to before `high` for which something holds that holds for all after it; else `high`. */
export function firstFrom(low: number, high: number, isReached: (i: number) => boolean): number {
  let from = low;
  let to = high;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isReached(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * Steps of 1, 2 or 5 times a power of ten.
 * @returns the edges by their number, or null where doubles are too coarse for it
 */
function roundEdges(least: number, most: number, isWhole: boolean): ((edge: number) => number) | null {
  const width = (most - least) / BINS;
  if (!Number.isFinite(width) || width <= 0) return null;
  let exponent = Math.floor(Math.log10(width));
  let digit = [1, 2, 5].find((one) => one * 10 ** exponent >= width);
  if (digit === undefined) {
    digit = 1;
    exponent++;
  }
  if (isWhole && exponent < 0) {
    digit = 1;
    exponent = 0;
  }
  // A quotient of whole numbers is the double nearest to the decimal: 3 / 10 is 0.3, and 3 * 0.1 is not.
  const scale = 10 ** Math.abs(exponent);
  const edge = (k: number) => (exponent < 0 ? (k * digit) / scale : k * digit * scale);
  let first = Math.floor(least / edge(1));
  if (!Number.isSafeInteger(first * digit) || !Number.isFinite(scale)) return null;
  while (edge(first) > least) first--;
  while (edge(first + 1) <= least) first++;
  return edge(first + 1) === edge(first) ? null : (number) => edge(first + number);
}
